-- At each start in a container: what is in the secret now is what signs in from now on.
ALTER USER 'lmi_reader'@'%' IDENTIFIED BY '${LMI_READER_PASSWORD}';
ALTER USER 'lmi_writer'@'%' IDENTIFIED BY '${LMI_WRITER_PASSWORD}';
ALTER USER 'lmi_migrator'@'%' IDENTIFIED BY '${LMI_MIGRATOR_PASSWORD}';
ALTER USER 'lmi_counter'@'%' IDENTIFIED BY '${LMI_COUNTER_PASSWORD}';
ALTER USER 'lmi_replication'@'%' IDENTIFIED BY '${LMI_REPLICATION_PASSWORD}';
