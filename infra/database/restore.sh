#!/bin/sh
# Puts a backup in the place of the database: restore.sh [file], the newest without one. It is loaded beside the database that
# serves, then all tables change places in one statement, so that readers see the old data or the new; replicas follow
# as in any other change. The tables that served before stay in <database>_before until the next restore.
set -eu
: "${LMI_DATABASE:=lmi}" "${LMI_MIGRATOR_PASSWORD:?}" "${LMI_PRIMARY_HOST:?}" "${LMI_PRIMARY_PORT:=3306}"
folder=${LMI_BACKUP_FOLDER:-/backups}
tmp=${LMI_TMP_FOLDER:-/tmp}
file=${1:-}
[ -n "$file" ] || file=$(ls -1r "$folder"/lmi-*.sql.gz | head -n 1)
case $file in /*) ;; *) file=$folder/$file ;; esac

umask 077
printf '[client]\nuser=lmi_migrator\npassword=%s\nhost=%s\nport=%s\nprotocol=tcp\n' \
  "$LMI_MIGRATOR_PASSWORD" "$LMI_PRIMARY_HOST" "$LMI_PRIMARY_PORT" >"$tmp/restore.cnf"
sql() { mariadb --defaults-file="$tmp/restore.cnf" --batch --skip-column-names "$@"; }
new=${LMI_DATABASE}_restored
old=${LMI_DATABASE}_before

echo "restoring $file"
gzip -dc "$file" | tail -n 1 | grep -q '^-- Dump completed' || { echo "$file is not whole" >&2; exit 1; }
sql --execute="DROP DATABASE IF EXISTS $new; CREATE DATABASE $new CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
gzip -dc "$file" | sql "$new"
sql --execute="DROP DATABASE IF EXISTS $old; CREATE DATABASE $old CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
moves=
for table in $(sql --execute="SHOW TABLES FROM $LMI_DATABASE"); do
  moves="$moves, $LMI_DATABASE.$table TO $old.$table"
done
for table in $(sql --execute="SHOW TABLES FROM $new"); do
  moves="$moves, $new.$table TO $LMI_DATABASE.$table"
done
sql --execute="RENAME TABLE ${moves#, }"
sql --execute="DROP DATABASE $new"
echo 'restored'
