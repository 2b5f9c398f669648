#!/bin/sh
# For probes: `probe.sh alive` when the server answers, `probe.sh ready` when it also holds all that it should.
run=${LMI_RUN_FOLDER:-/run/lmi}
case $1 in
  alive) exec mariadb-admin --defaults-file="$run/admin.cnf" --connect-timeout=3 ping ;;
  ready) [ -e "$run/ready" ] && exec mariadb --defaults-file="$run/admin.cnf" --connect-timeout=3 --execute='SELECT 1' ;;
esac
exit 1
