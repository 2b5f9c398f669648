CREATE TABLE IF NOT EXISTS employment_cell (
  release_id INT NOT NULL,
  soc VARCHAR(8) NOT NULL,
  year INT NOT NULL,
  section VARCHAR(8) NOT NULL,
  employment DOUBLE,
  marker VARCHAR(64) NOT NULL,
  PRIMARY KEY (release_id, soc, year, section)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS projection_cell (
  release_id INT NOT NULL,
  area VARCHAR(32) NOT NULL,
  soc VARCHAR(8) NOT NULL,
  dimension VARCHAR(32) NOT NULL,
  code VARCHAR(32) NOT NULL,
  year INT NOT NULL,
  employment DOUBLE,
  marker VARCHAR(64) NOT NULL,
  PRIMARY KEY (release_id, area, soc, dimension, code, year)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS replacement_cell (
  release_id INT NOT NULL,
  area VARCHAR(32) NOT NULL,
  soc VARCHAR(8) NOT NULL,
  sex VARCHAR(8) NOT NULL,
  start_year INT NOT NULL,
  end_year INT NOT NULL,
  start_employment DOUBLE,
  end_employment DOUBLE,
  net_change DOUBLE,
  replacement_demand DOUBLE,
  total_requirement DOUBLE,
  annual_rate DOUBLE,
  marker VARCHAR(64) NOT NULL,
  PRIMARY KEY (release_id, area, soc, sex)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS aps_cell (
  release_id INT NOT NULL,
  area_type VARCHAR(32) NOT NULL,
  area VARCHAR(32) NOT NULL,
  soc VARCHAR(8) NOT NULL,
  sex VARCHAR(8) NOT NULL,
  working_pattern VARCHAR(16) NOT NULL,
  year INT NOT NULL,
  employment DOUBLE,
  ci95 DOUBLE,
  marker VARCHAR(64) NOT NULL,
  PRIMARY KEY (release_id, area_type, area, soc, sex, working_pattern, year)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS employment_estimate (
  release_id INT NOT NULL,
  soc VARCHAR(8) NOT NULL,
  dimension VARCHAR(32) NOT NULL,
  code VARCHAR(32) NOT NULL,
  year INT NOT NULL,
  employment DOUBLE,
  marks VARCHAR(255) NOT NULL,
  PRIMARY KEY (release_id, soc, dimension, code, year)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS replacement_estimate (
  release_id INT NOT NULL,
  soc VARCHAR(8) NOT NULL,
  start_year INT NOT NULL,
  end_year INT NOT NULL,
  start_employment DOUBLE NOT NULL,
  end_employment DOUBLE NOT NULL,
  replacement_demand DOUBLE NOT NULL,
  annual_rate DOUBLE NOT NULL,
  PRIMARY KEY (release_id, soc)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
