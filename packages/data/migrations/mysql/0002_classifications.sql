CREATE TABLE IF NOT EXISTS soc_group (
  release_id INT NOT NULL,
  classification VARCHAR(16) NOT NULL,
  code VARCHAR(32) NOT NULL,
  level VARCHAR(16) NOT NULL,
  title VARCHAR(512) NOT NULL,
  related_titles TEXT,
  description TEXT,
  entry_routes TEXT,
  tasks TEXT,
  PRIMARY KEY (release_id, classification, code)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS soc_index_entry (
  release_id INT NOT NULL,
  seq INT NOT NULL,
  entry_id VARCHAR(64) NOT NULL,
  soc2020 VARCHAR(64),
  soc2020_ext VARCHAR(64),
  soc2010 VARCHAR(64),
  isco08 VARCHAR(64),
  title VARCHAR(512) NOT NULL,
  natural_title VARCHAR(512) NOT NULL,
  add_qualifier VARCHAR(512),
  ind_qualifier VARCHAR(512),
  default_entry VARCHAR(64),
  see_reference VARCHAR(512),
  see_codes TEXT,
  PRIMARY KEY (release_id, seq)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS soc_crosswalk (
  release_id INT NOT NULL,
  soc2010 VARCHAR(64) NOT NULL,
  soc2020 VARCHAR(64) NOT NULL,
  sex VARCHAR(8) NOT NULL,
  people DOUBLE NOT NULL,
  share_of_2010 DOUBLE NOT NULL,
  share_of_2020 DOUBLE NOT NULL,
  PRIMARY KEY (release_id, soc2010, soc2020, sex)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS plain_occupation (
  release_id INT NOT NULL,
  soc2020 VARCHAR(64) NOT NULL,
  description TEXT NOT NULL,
  tasks TEXT NOT NULL,
  entry TEXT NOT NULL,
  PRIMARY KEY (release_id, soc2020)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS area (
  release_id INT NOT NULL,
  code VARCHAR(32) NOT NULL,
  name VARCHAR(255) NOT NULL,
  type VARCHAR(32) NOT NULL,
  parent VARCHAR(32),
  PRIMARY KEY (release_id, code)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS area_membership (
  release_id INT NOT NULL,
  district VARCHAR(32) NOT NULL,
  area VARCHAR(32) NOT NULL,
  type VARCHAR(32) NOT NULL,
  PRIMARY KEY (release_id, district, area)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
