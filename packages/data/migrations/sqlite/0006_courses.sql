CREATE TABLE course_provider (
  release_id INTEGER NOT NULL,
  provider TEXT NOT NULL,
  name TEXT NOT NULL,
  country TEXT NOT NULL,
  PRIMARY KEY (release_id, provider)
) WITHOUT ROWID, STRICT;

CREATE TABLE course_location (
  release_id INTEGER NOT NULL,
  ukprn TEXT NOT NULL,
  location TEXT NOT NULL,
  name TEXT NOT NULL,
  latitude REAL,
  longitude REAL,
  PRIMARY KEY (release_id, ukprn, location)
) WITHOUT ROWID, STRICT;

CREATE TABLE course (
  release_id INTEGER NOT NULL,
  id TEXT NOT NULL,
  provider TEXT NOT NULL,
  ukprn TEXT NOT NULL,
  mode TEXT NOT NULL,
  title TEXT,
  award TEXT,
  level TEXT NOT NULL,
  subjects TEXT NOT NULL,
  hecos TEXT NOT NULL,
  ucas TEXT NOT NULL,
  locations TEXT NOT NULL,
  outcomes TEXT NOT NULL,
  PRIMARY KEY (release_id, id)
) WITHOUT ROWID, STRICT;

CREATE TABLE course_outcome (
  release_id INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  aggregation TEXT NOT NULL,
  period TEXT NOT NULL,
  population REAL,
  response_rate REAL,
  figures TEXT NOT NULL,
  PRIMARY KEY (release_id, outcome)
) WITHOUT ROWID, STRICT;

CREATE TABLE subject_earnings (
  release_id INTEGER NOT NULL,
  subject TEXT NOT NULL,
  mode TEXT NOT NULL,
  level TEXT NOT NULL,
  measure TEXT NOT NULL,
  area TEXT NOT NULL,
  lower_quartile REAL,
  median REAL,
  upper_quartile REAL,
  population REAL,
  PRIMARY KEY (release_id, subject, mode, level, measure, area)
) WITHOUT ROWID, STRICT;

CREATE TABLE subject (
  release_id INTEGER NOT NULL,
  code TEXT NOT NULL,
  level INTEGER NOT NULL,
  name TEXT NOT NULL,
  name_cy TEXT,
  PRIMARY KEY (release_id, code)
) WITHOUT ROWID, STRICT;

CREATE TABLE hecos_subject (
  release_id INTEGER NOT NULL,
  hecos TEXT NOT NULL,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  PRIMARY KEY (release_id, hecos)
) WITHOUT ROWID, STRICT;

CREATE TABLE graduate_job (
  release_id INTEGER NOT NULL,
  list INTEGER NOT NULL,
  classification TEXT NOT NULL,
  soc TEXT NOT NULL,
  provider TEXT NOT NULL,
  subjects TEXT NOT NULL,
  aggregation TEXT NOT NULL,
  period TEXT NOT NULL,
  population REAL NOT NULL,
  share REAL NOT NULL,
  PRIMARY KEY (release_id, list, soc)
) WITHOUT ROWID, STRICT;

CREATE TABLE graduate_subject (
  release_id INTEGER NOT NULL,
  subject TEXT NOT NULL,
  graduates REAL,
  people REAL NOT NULL,
  lists INTEGER NOT NULL,
  period TEXT NOT NULL,
  PRIMARY KEY (release_id, subject)
) WITHOUT ROWID, STRICT;

CREATE TABLE graduate_destination (
  release_id INTEGER NOT NULL,
  classification TEXT NOT NULL,
  subject TEXT NOT NULL,
  soc TEXT NOT NULL,
  share REAL NOT NULL,
  people REAL NOT NULL,
  PRIMARY KEY (release_id, classification, subject, soc)
) WITHOUT ROWID, STRICT;

CREATE TABLE apprenticeship (
  release_id INTEGER NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  level INTEGER NOT NULL,
  status TEXT NOT NULL,
  route TEXT,
  sector TEXT,
  starts TEXT,
  ends TEXT,
  months REAL,
  funding REAL,
  version TEXT,
  lars TEXT,
  job_titles TEXT NOT NULL,
  PRIMARY KEY (release_id, id)
) WITHOUT ROWID, STRICT;

CREATE TABLE apprenticeship_occupation (
  release_id INTEGER NOT NULL,
  id TEXT NOT NULL,
  soc TEXT NOT NULL,
  weight REAL NOT NULL,
  method TEXT NOT NULL,
  PRIMARY KEY (release_id, id, soc)
) WITHOUT ROWID, STRICT;
