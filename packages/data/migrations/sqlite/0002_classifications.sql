CREATE TABLE soc_group (
  release_id INTEGER NOT NULL,
  classification TEXT NOT NULL,
  code TEXT NOT NULL,
  level TEXT NOT NULL,
  title TEXT NOT NULL,
  related_titles TEXT,
  description TEXT,
  entry_routes TEXT,
  tasks TEXT,
  PRIMARY KEY (release_id, classification, code)
) WITHOUT ROWID, STRICT;

CREATE TABLE soc_index_entry (
  release_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  entry_id TEXT NOT NULL,
  soc2020 TEXT,
  soc2020_ext TEXT,
  soc2010 TEXT,
  isco08 TEXT,
  title TEXT NOT NULL,
  natural_title TEXT NOT NULL,
  add_qualifier TEXT,
  ind_qualifier TEXT,
  default_entry TEXT,
  see_reference TEXT,
  see_codes TEXT,
  PRIMARY KEY (release_id, seq)
) WITHOUT ROWID, STRICT;

CREATE TABLE soc_crosswalk (
  release_id INTEGER NOT NULL,
  soc2010 TEXT NOT NULL,
  soc2020 TEXT NOT NULL,
  sex TEXT NOT NULL,
  people REAL NOT NULL,
  share_of_2010 REAL NOT NULL,
  share_of_2020 REAL NOT NULL,
  PRIMARY KEY (release_id, soc2010, soc2020, sex)
) WITHOUT ROWID, STRICT;

CREATE TABLE plain_occupation (
  release_id INTEGER NOT NULL,
  soc2020 TEXT NOT NULL,
  description TEXT NOT NULL,
  tasks TEXT NOT NULL,
  entry TEXT NOT NULL,
  PRIMARY KEY (release_id, soc2020)
) WITHOUT ROWID, STRICT;

CREATE TABLE area (
  release_id INTEGER NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  parent TEXT,
  PRIMARY KEY (release_id, code)
) WITHOUT ROWID, STRICT;

CREATE TABLE area_membership (
  release_id INTEGER NOT NULL,
  district TEXT NOT NULL,
  area TEXT NOT NULL,
  type TEXT NOT NULL,
  PRIMARY KEY (release_id, district, area)
) WITHOUT ROWID, STRICT;
