-- The database and its four users, with no more rights than their work needs. An administrator applies it once:
--   envsubst < users.sql | mariadb
-- None has rights beyond it and the two databases that a restore makes, so read_only on a replica binds them all.
CREATE DATABASE IF NOT EXISTS ${LMI_DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Serving replicas: read, nothing else.
CREATE USER IF NOT EXISTS 'lmi_reader'@'%' IDENTIFIED BY '${LMI_READER_PASSWORD}';
GRANT SELECT ON ${LMI_DATABASE}.* TO 'lmi_reader'@'%';

-- Imports, publication, rollback.
CREATE USER IF NOT EXISTS 'lmi_writer'@'%' IDENTIFIED BY '${LMI_WRITER_PASSWORD}';
GRANT SELECT, INSERT, UPDATE, DELETE ON ${LMI_DATABASE}.* TO 'lmi_writer'@'%';

-- Counting usage beside an nginx, which the public reaches: the counts and the names of releases, and nothing else. A right to a table
-- that is not there yet may only be given along with the right to make it, which is taken back.
CREATE USER IF NOT EXISTS 'lmi_counter'@'%' IDENTIFIED BY '${LMI_COUNTER_PASSWORD}';
GRANT SELECT, INSERT, DELETE, CREATE ON ${LMI_DATABASE}.operations_record TO 'lmi_counter'@'%';
GRANT SELECT, CREATE ON ${LMI_DATABASE}.dataset_release TO 'lmi_counter'@'%';
REVOKE CREATE ON ${LMI_DATABASE}.operations_record FROM 'lmi_counter'@'%';
REVOKE CREATE ON ${LMI_DATABASE}.dataset_release FROM 'lmi_counter'@'%';

-- Migrations: run before a new version is rolled out.
CREATE USER IF NOT EXISTS 'lmi_migrator'@'%' IDENTIFIED BY '${LMI_MIGRATOR_PASSWORD}';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX ON ${LMI_DATABASE}.* TO 'lmi_migrator'@'%';
-- And restoring a backup: loaded into the first, the tables that served before go to the second.
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, LOCK TABLES ON ${LMI_DATABASE}_restored.* TO 'lmi_migrator'@'%';
GRANT SELECT, INSERT, CREATE, ALTER, DROP ON ${LMI_DATABASE}_before.* TO 'lmi_migrator'@'%';
