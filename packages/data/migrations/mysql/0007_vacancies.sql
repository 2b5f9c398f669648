CREATE TABLE IF NOT EXISTS outcode (
  release_id INT NOT NULL,
  outcode VARCHAR(8) NOT NULL,
  latitude DOUBLE NOT NULL,
  longitude DOUBLE NOT NULL,
  town VARCHAR(128) NOT NULL,
  place VARCHAR(128) NOT NULL,
  area VARCHAR(32),
  district VARCHAR(16),
  PRIMARY KEY (release_id, outcode)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS vacancy_count (
  release_id INT NOT NULL,
  area VARCHAR(32) NOT NULL,
  soc VARCHAR(8) NOT NULL,
  period VARCHAR(16) NOT NULL,
  adverts DOUBLE,
  per_100_jobs DOUBLE,
  PRIMARY KEY (release_id, area, soc, period)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS vacancy_survey (
  release_id INT NOT NULL,
  series VARCHAR(16) NOT NULL,
  period VARCHAR(16) NOT NULL,
  title VARCHAR(255) NOT NULL,
  vacancies DOUBLE,
  marker VARCHAR(16) NOT NULL,
  PRIMARY KEY (release_id, series, period)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS advert (
  release_id INT NOT NULL,
  id INT NOT NULL,
  source VARCHAR(16) NOT NULL,
  reference VARCHAR(128) NOT NULL,
  title VARCHAR(255) NOT NULL,
  summary VARCHAR(2000) NOT NULL,
  employer VARCHAR(255) NOT NULL,
  link VARCHAR(1024) NOT NULL,
  posted_on VARCHAR(32) NOT NULL,
  closes_on VARCHAR(32) NOT NULL,
  place VARCHAR(128) NOT NULL,
  outcode VARCHAR(8),
  district VARCHAR(16),
  latitude DOUBLE,
  longitude DOUBLE,
  soc VARCHAR(8),
  confidence DOUBLE,
  salary_min DOUBLE,
  salary_max DOUBLE,
  salary_unit VARCHAR(16),
  PRIMARY KEY (release_id, id),
  INDEX advert_by_date (release_id, posted_on),
  INDEX advert_by_position (release_id, latitude, longitude),
  INDEX advert_by_occupation (release_id, soc),
  INDEX advert_by_district (release_id, district)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS advert_word (
  release_id INT NOT NULL,
  word VARCHAR(64) NOT NULL,
  advert INT NOT NULL,
  PRIMARY KEY (release_id, word, advert)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
