# Sourced by the MariaDB image when it starts on an empty folder (/docker-entrypoint-initdb.d), with the values that
# the .sql files beside it ask for in the environment. LMI_PRIMARY_HOST is set on a replica only.

lmi_fill() {
  local text name
  text="$(cat "$1")"
  for name in LMI_DATABASE LMI_READER_PASSWORD LMI_WRITER_PASSWORD LMI_MIGRATOR_PASSWORD \
    LMI_COUNTER_PASSWORD LMI_REPLICATION_PASSWORD LMI_PRIMARY_HOST LMI_PRIMARY_PORT; do
    text="${text//\$\{$name\}/${!name}}"
  done
  printf '%s\n' "$text"
}

if [ -n "$LMI_PRIMARY_HOST" ]; then
  lmi_fill /lmi/follow.sql | docker_process_sql
else
  lmi_fill /lmi/users.sql | docker_process_sql
  lmi_fill /lmi/replication.sql | docker_process_sql
fi
