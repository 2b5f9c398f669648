-- One row, written on the primary about once a second: a replica's copy of it says how far behind it is.
CREATE TABLE IF NOT EXISTS replication_heartbeat (
  id INT NOT NULL PRIMARY KEY,
  beat_at VARCHAR(32) NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
