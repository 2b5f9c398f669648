CREATE TABLE employment_cell (
  release_id INTEGER NOT NULL,
  soc TEXT NOT NULL,
  year INTEGER NOT NULL,
  section TEXT NOT NULL,
  employment REAL,
  marker TEXT NOT NULL,
  PRIMARY KEY (release_id, soc, year, section)
) WITHOUT ROWID, STRICT;

CREATE TABLE projection_cell (
  release_id INTEGER NOT NULL,
  area TEXT NOT NULL,
  soc TEXT NOT NULL,
  dimension TEXT NOT NULL,
  code TEXT NOT NULL,
  year INTEGER NOT NULL,
  employment REAL,
  marker TEXT NOT NULL,
  PRIMARY KEY (release_id, area, soc, dimension, code, year)
) WITHOUT ROWID, STRICT;

CREATE TABLE replacement_cell (
  release_id INTEGER NOT NULL,
  area TEXT NOT NULL,
  soc TEXT NOT NULL,
  sex TEXT NOT NULL,
  start_year INTEGER NOT NULL,
  end_year INTEGER NOT NULL,
  start_employment REAL,
  end_employment REAL,
  net_change REAL,
  replacement_demand REAL,
  total_requirement REAL,
  annual_rate REAL,
  marker TEXT NOT NULL,
  PRIMARY KEY (release_id, area, soc, sex)
) WITHOUT ROWID, STRICT;

CREATE TABLE aps_cell (
  release_id INTEGER NOT NULL,
  area_type TEXT NOT NULL,
  area TEXT NOT NULL,
  soc TEXT NOT NULL,
  sex TEXT NOT NULL,
  working_pattern TEXT NOT NULL,
  year INTEGER NOT NULL,
  employment REAL,
  ci95 REAL,
  marker TEXT NOT NULL,
  PRIMARY KEY (release_id, area_type, area, soc, sex, working_pattern, year)
) WITHOUT ROWID, STRICT;

CREATE TABLE employment_estimate (
  release_id INTEGER NOT NULL,
  soc TEXT NOT NULL,
  dimension TEXT NOT NULL,
  code TEXT NOT NULL,
  year INTEGER NOT NULL,
  employment REAL,
  marks TEXT NOT NULL,
  PRIMARY KEY (release_id, soc, dimension, code, year)
) WITHOUT ROWID, STRICT;

CREATE TABLE replacement_estimate (
  release_id INTEGER NOT NULL,
  soc TEXT NOT NULL,
  start_year INTEGER NOT NULL,
  end_year INTEGER NOT NULL,
  start_employment REAL NOT NULL,
  end_employment REAL NOT NULL,
  replacement_demand REAL NOT NULL,
  annual_rate REAL NOT NULL,
  PRIMARY KEY (release_id, soc)
) WITHOUT ROWID, STRICT;
