-- On the primary, once: the user by whom replicas follow it.
CREATE USER IF NOT EXISTS 'lmi_replication'@'%' IDENTIFIED BY '${LMI_REPLICATION_PASSWORD}';
GRANT REPLICATION SLAVE ON *.* TO 'lmi_replication'@'%';
