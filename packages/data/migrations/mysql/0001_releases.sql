-- Tables are made only where they are missing: this engine commits each statement by itself, so a file that was
-- stopped half way is run again. The collation compares bytes, trailing spaces included, as the other engine does.
CREATE TABLE IF NOT EXISTS dataset_release (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  dataset VARCHAR(64) NOT NULL,
  version VARCHAR(191) NOT NULL UNIQUE,
  edition VARCHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  sources MEDIUMTEXT NOT NULL,
  checks MEDIUMTEXT NOT NULL,
  inputs MEDIUMTEXT NOT NULL,
  rows_read INT NOT NULL,
  rows_loaded INT NOT NULL,
  rows_rejected INT NOT NULL,
  values_suppressed INT NOT NULL,
  values_marked INT NOT NULL,
  staged_at VARCHAR(32) NOT NULL,
  published_at VARCHAR(32),
  KEY dataset_release_by_dataset (dataset, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS release_pointer (
  dataset VARCHAR(64) PRIMARY KEY,
  release_id INT NOT NULL,
  version VARCHAR(191) NOT NULL,
  moved_at VARCHAR(32) NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS release_event (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  dataset VARCHAR(64) NOT NULL,
  version VARCHAR(191) NOT NULL,
  event VARCHAR(32) NOT NULL,
  at VARCHAR(32) NOT NULL,
  KEY release_event_by_dataset (dataset, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
