CREATE TABLE IF NOT EXISTS onet_occupation (
  release_id INT NOT NULL,
  code VARCHAR(16) NOT NULL,
  title VARCHAR(255) NOT NULL,
  PRIMARY KEY (release_id, code)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS onet_element (
  release_id INT NOT NULL,
  id VARCHAR(32) NOT NULL,
  name VARCHAR(255) NOT NULL,
  domain VARCHAR(16) NOT NULL,
  edition VARCHAR(16) NOT NULL,
  PRIMARY KEY (release_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS onet_rating (
  release_id INT NOT NULL,
  onet_soc VARCHAR(16) NOT NULL,
  element VARCHAR(32) NOT NULL,
  importance DOUBLE,
  importance_error DOUBLE,
  importance_marker VARCHAR(32) NOT NULL,
  level DOUBLE,
  level_error DOUBLE,
  level_marker VARCHAR(32) NOT NULL,
  answers DOUBLE,
  source VARCHAR(64) NOT NULL,
  period VARCHAR(16) NOT NULL,
  PRIMARY KEY (release_id, onet_soc, element)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS onet_interest (
  release_id INT NOT NULL,
  onet_soc VARCHAR(16) NOT NULL,
  element VARCHAR(32) NOT NULL,
  scale VARCHAR(8) NOT NULL,
  value DOUBLE NOT NULL,
  source VARCHAR(64) NOT NULL,
  period VARCHAR(16) NOT NULL,
  PRIMARY KEY (release_id, onet_soc, element)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS onet_link (
  release_id INT NOT NULL,
  soc2020 VARCHAR(8) NOT NULL,
  onet_soc VARCHAR(16) NOT NULL,
  weight DOUBLE NOT NULL,
  isco_weight DOUBLE NOT NULL,
  titles DOUBLE NOT NULL,
  PRIMARY KEY (release_id, soc2020, onet_soc)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS isco_link (
  release_id INT NOT NULL,
  soc2020 VARCHAR(8) NOT NULL,
  isco08 VARCHAR(8) NOT NULL,
  weight DOUBLE NOT NULL,
  titles DOUBLE NOT NULL,
  PRIMARY KEY (release_id, soc2020, isco08)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS esco_group (
  release_id INT NOT NULL,
  isco08 VARCHAR(8) NOT NULL,
  name VARCHAR(255) NOT NULL,
  PRIMARY KEY (release_id, isco08)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS esco_skill_group (
  release_id INT NOT NULL,
  code VARCHAR(16) NOT NULL,
  name VARCHAR(255) NOT NULL,
  parent VARCHAR(16) NOT NULL,
  PRIMARY KEY (release_id, code)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS esco_share (
  release_id INT NOT NULL,
  isco08 VARCHAR(8) NOT NULL,
  skill_group VARCHAR(16) NOT NULL,
  essential DOUBLE NOT NULL,
  optional DOUBLE NOT NULL,
  PRIMARY KEY (release_id, isco08, skill_group)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS occupation_skill (
  release_id INT NOT NULL,
  soc2020 VARCHAR(8) NOT NULL,
  element VARCHAR(32) NOT NULL,
  importance DOUBLE,
  importance_marks VARCHAR(128) NOT NULL,
  level DOUBLE,
  level_marks VARCHAR(128) NOT NULL,
  share DOUBLE NOT NULL,
  period VARCHAR(16) NOT NULL,
  PRIMARY KEY (release_id, soc2020, element)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
