-- On a new replica, once. Asks for the primary again after a second: the default of a minute would outlast a restart.
CHANGE MASTER TO MASTER_HOST='${LMI_PRIMARY_HOST}', MASTER_PORT=${LMI_PRIMARY_PORT}, MASTER_USER='lmi_replication',
  MASTER_PASSWORD='${LMI_REPLICATION_PASSWORD}', MASTER_USE_GTID=slave_pos, MASTER_CONNECT_RETRY=1;
START SLAVE;
