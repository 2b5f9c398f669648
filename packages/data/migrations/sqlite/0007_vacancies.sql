CREATE TABLE outcode (
  release_id INTEGER NOT NULL,
  outcode TEXT NOT NULL,
  latitude REAL NOT NULL,
  longitude REAL NOT NULL,
  town TEXT NOT NULL,
  place TEXT NOT NULL,
  area TEXT,
  district TEXT,
  PRIMARY KEY (release_id, outcode)
) WITHOUT ROWID, STRICT;

CREATE TABLE vacancy_count (
  release_id INTEGER NOT NULL,
  area TEXT NOT NULL,
  soc TEXT NOT NULL,
  period TEXT NOT NULL,
  adverts REAL,
  per_100_jobs REAL,
  PRIMARY KEY (release_id, area, soc, period)
) WITHOUT ROWID, STRICT;

CREATE TABLE vacancy_survey (
  release_id INTEGER NOT NULL,
  series TEXT NOT NULL,
  period TEXT NOT NULL,
  title TEXT NOT NULL,
  vacancies REAL,
  marker TEXT NOT NULL,
  PRIMARY KEY (release_id, series, period)
) WITHOUT ROWID, STRICT;

CREATE TABLE advert (
  release_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  source TEXT NOT NULL,
  reference TEXT NOT NULL,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  employer TEXT NOT NULL,
  link TEXT NOT NULL,
  posted_on TEXT NOT NULL,
  closes_on TEXT NOT NULL,
  place TEXT NOT NULL,
  outcode TEXT,
  district TEXT,
  latitude REAL,
  longitude REAL,
  soc TEXT,
  confidence REAL,
  salary_min REAL,
  salary_max REAL,
  salary_unit TEXT,
  PRIMARY KEY (release_id, id)
) WITHOUT ROWID, STRICT;
CREATE INDEX advert_by_date ON advert (release_id, posted_on);
CREATE INDEX advert_by_position ON advert (release_id, latitude, longitude);
CREATE INDEX advert_by_occupation ON advert (release_id, soc);
CREATE INDEX advert_by_district ON advert (release_id, district);

CREATE TABLE advert_word (
  release_id INTEGER NOT NULL,
  word TEXT NOT NULL,
  advert INTEGER NOT NULL,
  PRIMARY KEY (release_id, word, advert)
) WITHOUT ROWID, STRICT;
