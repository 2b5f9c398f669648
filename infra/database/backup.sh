#!/bin/sh
# Writes one backup of the whole database and removes the oldest: lmi-<UTC time>.sql.gz, with the GTID it stands for. Reads as
# of one moment, from the first of the hosts that answers; a replica is asked first, so that the primary is left alone.
set -eu
: "${LMI_DATABASE:=lmi}" "${LMI_REPLICATION_PASSWORD:?}" "${LMI_BACKUP_HOSTS:?}" "${LMI_BACKUPS_KEPT:=14}"
folder=${LMI_BACKUP_FOLDER:-/backups}
tmp=${LMI_TMP_FOLDER:-/tmp}

umask 077
printf '[client]\nuser=lmi_replication\npassword=%s\n' "$LMI_REPLICATION_PASSWORD" >"$tmp/copy.cnf"
file=$folder/lmi-$(date -u +%Y%m%dT%H%M%SZ).sql
for host in $LMI_BACKUP_HOSTS; do
  case $host in *:*) port=${host##*:} ;; *) port=3306 ;; esac
  # The database's name stays out of it, so that it can be restored under another one.
  if mariadb --defaults-file="$tmp/copy.cnf" --protocol=tcp --host="${host%:*}" --port="$port" --connect-timeout=5 \
    --execute='SELECT 1' >/dev/null && mariadb-dump --defaults-file="$tmp/copy.cnf" --protocol=tcp --host="${host%:*}" --port="$port" \
    --single-transaction --master-data=2 --gtid --skip-lock-tables "$LMI_DATABASE" >"$file.part" &&
    tail -n 1 "$file.part" | grep -q '^-- Dump completed'; then
    gzip -c "$file.part" >"$file.gz.part"
    mv "$file.gz.part" "$file.gz"
    rm -f "$file.part"
    echo "backup of $host: $file.gz, $(wc -c <"$file.gz") bytes"
    ls -1r "$folder"/lmi-*.sql.gz | tail -n "+$((LMI_BACKUPS_KEPT + 1))" | while read -r old; do rm -f "$old"; done
    exit 0
  fi
  rm -f "$file.part"
  echo "no backup of $host" >&2
done
exit 1
