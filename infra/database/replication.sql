-- On the primary, once: the user by whom replicas follow it, and by whom copies of it are made.
CREATE USER IF NOT EXISTS 'lmi_replication'@'%' IDENTIFIED BY '${LMI_REPLICATION_PASSWORD}';
GRANT REPLICATION SLAVE, BINLOG MONITOR, RELOAD ON *.* TO 'lmi_replication'@'%';
GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER ON ${LMI_DATABASE}.* TO 'lmi_replication'@'%';
