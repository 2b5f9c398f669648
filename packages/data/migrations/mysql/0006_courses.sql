CREATE TABLE IF NOT EXISTS course_provider (
  release_id INT NOT NULL,
  provider VARCHAR(16) NOT NULL,
  name VARCHAR(255) NOT NULL,
  country VARCHAR(8) NOT NULL,
  PRIMARY KEY (release_id, provider)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS course_location (
  release_id INT NOT NULL,
  ukprn VARCHAR(16) NOT NULL,
  location VARCHAR(96) NOT NULL,
  name VARCHAR(255) NOT NULL,
  latitude DOUBLE,
  longitude DOUBLE,
  PRIMARY KEY (release_id, ukprn, location)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS course (
  release_id INT NOT NULL,
  id VARCHAR(96) NOT NULL,
  provider VARCHAR(16) NOT NULL,
  ukprn VARCHAR(16) NOT NULL,
  mode VARCHAR(8) NOT NULL,
  title VARCHAR(255),
  award VARCHAR(64),
  level VARCHAR(8) NOT NULL,
  subjects VARCHAR(255) NOT NULL,
  hecos VARCHAR(64) NOT NULL,
  ucas TEXT NOT NULL,
  locations TEXT NOT NULL,
  outcomes TEXT NOT NULL,
  PRIMARY KEY (release_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS course_outcome (
  release_id INT NOT NULL,
  outcome INT NOT NULL,
  kind VARCHAR(32) NOT NULL,
  subject VARCHAR(16) NOT NULL,
  aggregation VARCHAR(8) NOT NULL,
  period VARCHAR(32) NOT NULL,
  population DOUBLE,
  response_rate DOUBLE,
  figures VARCHAR(255) NOT NULL,
  PRIMARY KEY (release_id, outcome)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS subject_earnings (
  release_id INT NOT NULL,
  subject VARCHAR(16) NOT NULL,
  mode VARCHAR(8) NOT NULL,
  level VARCHAR(8) NOT NULL,
  measure VARCHAR(32) NOT NULL,
  area VARCHAR(16) NOT NULL,
  lower_quartile DOUBLE,
  median DOUBLE,
  upper_quartile DOUBLE,
  population DOUBLE,
  PRIMARY KEY (release_id, subject, mode, level, measure, area)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS subject (
  release_id INT NOT NULL,
  code VARCHAR(16) NOT NULL,
  level INT NOT NULL,
  name VARCHAR(255) NOT NULL,
  name_cy VARCHAR(255),
  PRIMARY KEY (release_id, code)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS hecos_subject (
  release_id INT NOT NULL,
  hecos VARCHAR(16) NOT NULL,
  name VARCHAR(255) NOT NULL,
  subject VARCHAR(16) NOT NULL,
  PRIMARY KEY (release_id, hecos)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS graduate_job (
  release_id INT NOT NULL,
  list INT NOT NULL,
  classification VARCHAR(16) NOT NULL,
  soc VARCHAR(8) NOT NULL,
  provider VARCHAR(16) NOT NULL,
  subjects VARCHAR(255) NOT NULL,
  aggregation VARCHAR(8) NOT NULL,
  period VARCHAR(32) NOT NULL,
  population DOUBLE NOT NULL,
  share DOUBLE NOT NULL,
  PRIMARY KEY (release_id, list, soc)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS graduate_subject (
  release_id INT NOT NULL,
  subject VARCHAR(16) NOT NULL,
  graduates DOUBLE,
  people DOUBLE NOT NULL,
  lists INT NOT NULL,
  period VARCHAR(32) NOT NULL,
  PRIMARY KEY (release_id, subject)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS graduate_destination (
  release_id INT NOT NULL,
  classification VARCHAR(16) NOT NULL,
  subject VARCHAR(16) NOT NULL,
  soc VARCHAR(8) NOT NULL,
  share DOUBLE NOT NULL,
  people DOUBLE NOT NULL,
  PRIMARY KEY (release_id, classification, subject, soc)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS apprenticeship (
  release_id INT NOT NULL,
  id VARCHAR(32) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  title VARCHAR(255) NOT NULL,
  level INT NOT NULL,
  status VARCHAR(64) NOT NULL,
  route VARCHAR(255),
  sector VARCHAR(16),
  starts VARCHAR(16),
  ends VARCHAR(16),
  months DOUBLE,
  funding DOUBLE,
  version VARCHAR(16),
  lars VARCHAR(16),
  job_titles TEXT NOT NULL,
  PRIMARY KEY (release_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS apprenticeship_occupation (
  release_id INT NOT NULL,
  id VARCHAR(32) NOT NULL,
  soc VARCHAR(8) NOT NULL,
  weight DOUBLE NOT NULL,
  method VARCHAR(32) NOT NULL,
  PRIMARY KEY (release_id, id, soc)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
