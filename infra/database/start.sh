#!/bin/sh
# Starts MariaDB in a container of any image that has the stock programs: start.sh primary | start.sh replica.
# Needs no entry point of the image, no name for its user and no writable folder but the two below. An empty folder
# is filled before the server counts as ready: a replica copies the primary (or another replica, while there is no
# primary); a primary whose disk was lost copies the replica that knows most, and begins empty where there is none.
# Passwords are set anew at each start, so that a changed one takes effect with a restart.
set -eu

role=$1
: "${LMI_DATABASE:=lmi}" "${LMI_ROOT_PASSWORD:?}" "${LMI_READER_PASSWORD:?}" "${LMI_WRITER_PASSWORD:?}"
: "${LMI_MIGRATOR_PASSWORD:?}" "${LMI_COUNTER_PASSWORD:?}" "${LMI_REPLICATION_PASSWORD:?}"
: "${LMI_PRIMARY_HOST:?}" "${LMI_PRIMARY_PORT:=3306}" "${LMI_BUFFER_POOL:=256M}" "${LMI_PORT:=3306}"
# Names of the replicas, separated by spaces, each with a port where it is not 3306: where a copy can be had.
: "${LMI_REPLICA_HOSTS:=}"
here=${LMI_DATABASE_FILES:-/etc/lmi-database}
data=${LMI_DATA_FOLDER:-/var/lib/mysql}
run=${LMI_RUN_FOLDER:-/run/lmi}
socket=$run/mariadbd.sock
# replica-0 is server 2, replica-1 server 3 …; the primary is server 1.
name=${LMI_SERVER_NAME:-$(cat /etc/hostname)}

say() { echo "start.sh: $*" >&2; }

case "$LMI_ROOT_PASSWORD$LMI_READER_PASSWORD$LMI_WRITER_PASSWORD$LMI_MIGRATOR_PASSWORD$LMI_COUNTER_PASSWORD$LMI_REPLICATION_PASSWORD" in
  *[!A-Za-z0-9]*) say 'passwords may have letters and digits only'; exit 2 ;;
esac
case $role in
  primary) id=1 ;;
  replica) id=$((${name##*-} + 2)) ;;
  *) say "no such role: $role"; exit 2 ;;
esac

umask 077
mkdir -p "$run/tmp"
rm -f "$run/ready" "$socket"
{
  echo "!include $here/server.cnf"
  [ "$role" = primary ] || echo "!include $here/replica.cnf"
  cat <<EOF
[mariadbd]
server-id=$id
datadir=$data/data
tmpdir=$run/tmp
socket=$socket
pid-file=$run/mariadbd.pid
port=$LMI_PORT
bind-address=${LMI_BIND_ADDRESS:-*}
innodb-buffer-pool-size=$LMI_BUFFER_POOL
EOF
} >"$run/my.cnf"
# Administration is by the socket, for those who can read this file.
printf '[client]\nsocket=%s\nuser=root\npassword=%s\n' "$socket" "$LMI_ROOT_PASSWORD" >"$run/admin.cnf"
printf '[client]\nuser=lmi_replication\npassword=%s\n' "$LMI_REPLICATION_PASSWORD" >"$run/copy.cnf"

admin() { mariadb --defaults-file="$run/admin.cnf" --batch --skip-column-names "$@"; }

# Fills in what the .sql files ask for.
fill() {
  sed -e "s|\${LMI_DATABASE}|$LMI_DATABASE|g" \
    -e "s|\${LMI_ROOT_PASSWORD}|$LMI_ROOT_PASSWORD|g" \
    -e "s|\${LMI_READER_PASSWORD}|$LMI_READER_PASSWORD|g" \
    -e "s|\${LMI_WRITER_PASSWORD}|$LMI_WRITER_PASSWORD|g" \
    -e "s|\${LMI_MIGRATOR_PASSWORD}|$LMI_MIGRATOR_PASSWORD|g" \
    -e "s|\${LMI_COUNTER_PASSWORD}|$LMI_COUNTER_PASSWORD|g" \
    -e "s|\${LMI_REPLICATION_PASSWORD}|$LMI_REPLICATION_PASSWORD|g" \
    -e "s|\${LMI_PRIMARY_HOST}|$LMI_PRIMARY_HOST|g" \
    -e "s|\${LMI_PRIMARY_PORT}|$LMI_PRIMARY_PORT|g" "$here/$1"
}

# A statement to another server: ask <host[:port]> <sql>
ask() {
  mariadb --defaults-file="$run/copy.cnf" --connect-timeout=3 --batch --skip-column-names --protocol=tcp \
    --host="${1%:*}" --port="$(port_of "$1")" --execute="$2" 2>/dev/null
}

port_of() { case $1 in *:*) echo "${1##*:}" ;; *) echo 3306 ;; esac; }

# Makes the empty server a copy of another: copy <host[:port]>. Nothing of it is written to the own log, which
# afterwards begins where the copy ends: others can copy, and follow, this server too.
copy() {
  say "copying $1"
  mariadb-dump --defaults-file="$run/copy.cnf" --protocol=tcp --host="${1%:*}" --port="$(port_of "$1")" \
    --single-transaction --master-data=1 --gtid --databases "$LMI_DATABASE" >"$data/copy.sql" || return 1
  # A dump that broke off has no end line.
  tail -n 1 "$data/copy.sql" | grep -q '^-- Dump completed' || return 1
  admin --execute='RESET MASTER' || return 1
  { echo 'SET sql_log_bin = 0;'; cat "$data/copy.sql"; } | admin || return 1
  rm -f "$data/copy.sql"
  position=$(admin --execute='SELECT @@gtid_slave_pos')
  [ -z "$position" ] || admin --execute="SET GLOBAL gtid_binlog_state = '$position'"
  say "copied $1 at ${position:-its beginning}"
}

# The replicas that answer, the one that knows most first.
copies() {
  for host in $LMI_REPLICA_HOSTS; do
    [ "${host%%.*}" != "$name" ] || continue
    position=$(ask "$host" 'SELECT @@gtid_binlog_pos') || continue
    [ -z "$position" ] || echo "${position##*-} $host"
  done | sort -rn | cut -d ' ' -f 2
}

fill_empty() {
  if [ "$role" = primary ]; then
    source=$(copies | head -n 1)
    if [ -n "$source" ]; then copy "$source" || return 1; else say 'beginning with an empty database'; fi
    return 0
  fi
  while [ -z "$stopping" ] && kill -0 "$server" 2>/dev/null; do
    for source in "$LMI_PRIMARY_HOST:$LMI_PRIMARY_PORT" $(copies); do
      ask "$source" 'SELECT 1' >/dev/null || continue
      copy "$source" && return 0
    done
    say 'no server to copy answers yet'
    sleep 2
  done
  return 1
}

# All of it may run again.
configure() {
  if ! admin --execute='SELECT 1' >/dev/null 2>&1; then
    # A new server, whose administrator has no password yet. Accounts are each server's own: none goes to its log.
    fill administrator.sql | mariadb --no-defaults --socket="$socket" --user=root || return 1
  fi
  # Filled before it has users: a server that is not whole is neither copied nor followed. A replica that connects while the
  # log is begun anew is refused for good (error 1236), though it lacks nothing.
  if [ ! -e "$data/filled" ]; then
    fill_empty || return 1
    touch "$data/filled"
  fi
  for file in users.sql replication.sql passwords.sql; do
    { echo 'SET sql_log_bin = 0;'; fill "$file"; } | admin || return 1
  done
  if [ "$role" = replica ]; then
    { echo 'STOP SLAVE;'; fill follow.sql; } | admin || return 1
  fi
  touch "$run/ready"
  say "$name is ready"
}

# A replica may be behind what the primary's log still has: after a week away, or when the primary itself copied a replica
# that knew more. It is then made a copy again, but never of a primary that knows less. A refusal stays until replication is
# started again, whatever became of its reason: only the second in a row counts.
copy_again_when_left_behind() {
  refused=
  while sleep 3 && kill -0 "$server" 2>/dev/null; do
    if ! mariadb --defaults-file="$run/admin.cnf" --execute='SHOW SLAVE STATUS\G' | grep -q 'Last_IO_Errno: 1236$'; then
      refused=
      continue
    fi
    if [ -z "$refused" ]; then
      admin --execute='STOP SLAVE; START SLAVE' && refused=1
      continue
    fi
    refused=
    own=$(admin --execute='SELECT @@gtid_slave_pos') || continue
    theirs=$(ask "$LMI_PRIMARY_HOST:$LMI_PRIMARY_PORT" 'SELECT @@gtid_binlog_pos') || continue
    if [ "${theirs##*-}" -gt "${own##*-}" ] 2>/dev/null; then
      say "the primary at $theirs has no log from $own on: to be copied again"
      rm -f "$run/ready" "$data/filled"
      kill -TERM "$server"
      return
    fi
    say "the primary at ${theirs:-its beginning} knows less than this replica at $own: nothing is copied"
    sleep 10
  done
}

if [ ! -e "$data/filled" ]; then
  say "making $data/data"
  rm -rf "$data/data" "$data/copy.sql"
  mariadb-install-db --no-defaults --datadir="$data/data" --tmpdir="$run/tmp" \
    --auth-root-authentication-method=normal --skip-name-resolve --skip-test-db >/dev/null
fi

stopping=
mariadbd --defaults-file="$run/my.cnf" &
server=$!
stop() { stopping=1; kill -TERM "$server" 2>/dev/null || :; }
trap stop TERM INT

tries=0
until mariadb-admin --no-defaults --socket="$socket" --user=root ping >/dev/null 2>&1; do
  kill -0 "$server" 2>/dev/null || break
  tries=$((tries + 1))
  # A large log may take minutes to be gone through after a crash.
  [ "$tries" -lt 1200 ] || break
  sleep 0.5
done
if [ -z "$stopping" ] && ! configure; then
  [ -n "$stopping" ] || say 'could not be set up'
  kill -TERM "$server" 2>/dev/null || :
  wait "$server" || :
  exit 1
fi

[ -n "$stopping" ] || [ "$role" = primary ] || copy_again_when_left_behind &

# A signal ends the wait, not the server.
while :; do
  code=0
  wait "$server" || code=$?
  kill -0 "$server" 2>/dev/null || exit "$code"
done
