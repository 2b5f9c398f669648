CREATE TABLE area_indicator (
  release_id INTEGER NOT NULL,
  area TEXT NOT NULL,
  indicator TEXT NOT NULL,
  period TEXT NOT NULL,
  value REAL,
  people REAL,
  lower_limit REAL,
  upper_limit REAL,
  marker TEXT NOT NULL,
  PRIMARY KEY (release_id, area, indicator, period)
) WITHOUT ROWID, STRICT;

CREATE TABLE unemployment_cell (
  release_id INTEGER NOT NULL,
  classification TEXT NOT NULL,
  soc TEXT NOT NULL,
  area TEXT NOT NULL,
  sex TEXT NOT NULL,
  age TEXT NOT NULL,
  year INTEGER NOT NULL,
  rate REAL,
  ci95 REAL,
  marker TEXT NOT NULL,
  PRIMARY KEY (release_id, classification, soc, area, sex, age, year)
) WITHOUT ROWID, STRICT;

CREATE TABLE skills_shortage_cell (
  release_id INTEGER NOT NULL,
  area TEXT NOT NULL,
  soc TEXT NOT NULL,
  year INTEGER NOT NULL,
  vacancies REAL,
  hard_to_fill REAL,
  skill_shortage REAL,
  sample REAL,
  marker TEXT NOT NULL,
  PRIMARY KEY (release_id, area, soc, year)
) WITHOUT ROWID, STRICT;

CREATE TABLE census_cell (
  release_id INTEGER NOT NULL,
  area TEXT NOT NULL,
  topic TEXT NOT NULL,
  code TEXT NOT NULL,
  year INTEGER NOT NULL,
  people REAL NOT NULL,
  PRIMARY KEY (release_id, area, topic, code, year)
) WITHOUT ROWID, STRICT;
