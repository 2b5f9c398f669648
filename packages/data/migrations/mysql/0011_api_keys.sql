-- Keys of the API: what a key is, is shown once and never stored.
CREATE TABLE IF NOT EXISTS api_key (
  id VARCHAR(16) NOT NULL PRIMARY KEY,
  hash VARCHAR(64) NOT NULL,
  label VARCHAR(200) NOT NULL,
  per_minute INT NULL,
  created_at VARCHAR(32) NOT NULL,
  last_used_day VARCHAR(10) NULL,
  revoked_at VARCHAR(32) NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
