CREATE TABLE api_key (
  id TEXT NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL,
  label TEXT NOT NULL,
  per_minute INTEGER,
  created_at TEXT NOT NULL,
  last_used_day TEXT,
  revoked_at TEXT
) STRICT;
