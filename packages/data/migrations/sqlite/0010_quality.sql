CREATE TABLE release_quality (
  release_id INTEGER NOT NULL PRIMARY KEY,
  counts TEXT NOT NULL
) STRICT;
