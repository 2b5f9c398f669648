CREATE TABLE IF NOT EXISTS area_indicator (
  release_id INT NOT NULL,
  area VARCHAR(32) NOT NULL,
  indicator VARCHAR(32) NOT NULL,
  period VARCHAR(16) NOT NULL,
  value DOUBLE,
  people DOUBLE,
  lower_limit DOUBLE,
  upper_limit DOUBLE,
  marker VARCHAR(64) NOT NULL,
  PRIMARY KEY (release_id, area, indicator, period)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS unemployment_cell (
  release_id INT NOT NULL,
  classification VARCHAR(16) NOT NULL,
  soc VARCHAR(8) NOT NULL,
  area VARCHAR(32) NOT NULL,
  sex VARCHAR(8) NOT NULL,
  age VARCHAR(16) NOT NULL,
  year INT NOT NULL,
  rate DOUBLE,
  ci95 DOUBLE,
  marker VARCHAR(64) NOT NULL,
  PRIMARY KEY (release_id, classification, soc, area, sex, age, year)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS skills_shortage_cell (
  release_id INT NOT NULL,
  area VARCHAR(32) NOT NULL,
  soc VARCHAR(8) NOT NULL,
  year INT NOT NULL,
  vacancies DOUBLE,
  hard_to_fill DOUBLE,
  skill_shortage DOUBLE,
  sample DOUBLE,
  marker VARCHAR(64) NOT NULL,
  PRIMARY KEY (release_id, area, soc, year)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS census_cell (
  release_id INT NOT NULL,
  area VARCHAR(32) NOT NULL,
  topic VARCHAR(32) NOT NULL,
  code VARCHAR(32) NOT NULL,
  year INT NOT NULL,
  people DOUBLE NOT NULL,
  PRIMARY KEY (release_id, area, topic, code, year)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
