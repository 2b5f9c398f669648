-- Days of status and of usage, incidents: one JSON document each.
CREATE TABLE IF NOT EXISTS operations_record (
  kind VARCHAR(20) NOT NULL,
  name VARCHAR(100) NOT NULL,
  body MEDIUMTEXT NOT NULL,
  PRIMARY KEY (kind, name)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
