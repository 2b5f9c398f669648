CREATE TABLE onet_title (
  release_id INTEGER NOT NULL,
  onet_soc TEXT NOT NULL,
  title TEXT NOT NULL,
  PRIMARY KEY (release_id, onet_soc, title)
) WITHOUT ROWID, STRICT;
