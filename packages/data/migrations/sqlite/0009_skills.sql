CREATE TABLE onet_occupation (
  release_id INTEGER NOT NULL,
  code TEXT NOT NULL,
  title TEXT NOT NULL,
  PRIMARY KEY (release_id, code)
) WITHOUT ROWID, STRICT;

CREATE TABLE onet_element (
  release_id INTEGER NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  domain TEXT NOT NULL,
  edition TEXT NOT NULL,
  PRIMARY KEY (release_id, id)
) WITHOUT ROWID, STRICT;

CREATE TABLE onet_rating (
  release_id INTEGER NOT NULL,
  onet_soc TEXT NOT NULL,
  element TEXT NOT NULL,
  importance REAL,
  importance_error REAL,
  importance_marker TEXT NOT NULL,
  level REAL,
  level_error REAL,
  level_marker TEXT NOT NULL,
  answers REAL,
  source TEXT NOT NULL,
  period TEXT NOT NULL,
  PRIMARY KEY (release_id, onet_soc, element)
) WITHOUT ROWID, STRICT;

CREATE TABLE onet_interest (
  release_id INTEGER NOT NULL,
  onet_soc TEXT NOT NULL,
  element TEXT NOT NULL,
  scale TEXT NOT NULL,
  value REAL NOT NULL,
  source TEXT NOT NULL,
  period TEXT NOT NULL,
  PRIMARY KEY (release_id, onet_soc, element)
) WITHOUT ROWID, STRICT;

CREATE TABLE onet_link (
  release_id INTEGER NOT NULL,
  soc2020 TEXT NOT NULL,
  onet_soc TEXT NOT NULL,
  weight REAL NOT NULL,
  isco_weight REAL NOT NULL,
  titles REAL NOT NULL,
  PRIMARY KEY (release_id, soc2020, onet_soc)
) WITHOUT ROWID, STRICT;

CREATE TABLE isco_link (
  release_id INTEGER NOT NULL,
  soc2020 TEXT NOT NULL,
  isco08 TEXT NOT NULL,
  weight REAL NOT NULL,
  titles REAL NOT NULL,
  PRIMARY KEY (release_id, soc2020, isco08)
) WITHOUT ROWID, STRICT;

CREATE TABLE esco_group (
  release_id INTEGER NOT NULL,
  isco08 TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (release_id, isco08)
) WITHOUT ROWID, STRICT;

CREATE TABLE esco_skill_group (
  release_id INTEGER NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  parent TEXT NOT NULL,
  PRIMARY KEY (release_id, code)
) WITHOUT ROWID, STRICT;

CREATE TABLE esco_share (
  release_id INTEGER NOT NULL,
  isco08 TEXT NOT NULL,
  skill_group TEXT NOT NULL,
  essential REAL NOT NULL,
  optional REAL NOT NULL,
  PRIMARY KEY (release_id, isco08, skill_group)
) WITHOUT ROWID, STRICT;

CREATE TABLE occupation_skill (
  release_id INTEGER NOT NULL,
  soc2020 TEXT NOT NULL,
  element TEXT NOT NULL,
  importance REAL,
  importance_marks TEXT NOT NULL,
  level REAL,
  level_marks TEXT NOT NULL,
  share REAL NOT NULL,
  period TEXT NOT NULL,
  PRIMARY KEY (release_id, soc2020, element)
) WITHOUT ROWID, STRICT;
