CREATE TABLE IF NOT EXISTS onet_title (
  release_id INT NOT NULL,
  onet_soc VARCHAR(16) NOT NULL,
  title VARCHAR(200) NOT NULL,
  PRIMARY KEY (release_id, onet_soc, title)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin;
