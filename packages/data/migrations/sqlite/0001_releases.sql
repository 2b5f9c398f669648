CREATE TABLE dataset_release (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dataset TEXT NOT NULL,
  version TEXT NOT NULL UNIQUE,
  edition TEXT NOT NULL,
  state TEXT NOT NULL,
  checksum TEXT NOT NULL,
  sources TEXT NOT NULL,
  checks TEXT NOT NULL,
  inputs TEXT NOT NULL,
  rows_read INTEGER NOT NULL,
  rows_loaded INTEGER NOT NULL,
  rows_rejected INTEGER NOT NULL,
  values_suppressed INTEGER NOT NULL,
  values_marked INTEGER NOT NULL,
  staged_at TEXT NOT NULL,
  published_at TEXT
) STRICT;
CREATE INDEX dataset_release_by_dataset ON dataset_release (dataset, id);

CREATE TABLE release_pointer (
  dataset TEXT PRIMARY KEY,
  release_id INTEGER NOT NULL,
  version TEXT NOT NULL,
  moved_at TEXT NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE release_event (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dataset TEXT NOT NULL,
  version TEXT NOT NULL,
  event TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE INDEX release_event_by_dataset ON release_event (dataset, id);
