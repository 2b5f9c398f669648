-- Empty here, as this engine has no replicas: both engines have the same tables and so the same client.
CREATE TABLE replication_heartbeat (
  id INTEGER NOT NULL PRIMARY KEY,
  beat_at TEXT NOT NULL
) STRICT;
