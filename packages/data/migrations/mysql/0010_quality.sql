CREATE TABLE IF NOT EXISTS release_quality (
  release_id INT NOT NULL PRIMARY KEY,
  counts MEDIUMTEXT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
