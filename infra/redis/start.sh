#!/bin/sh
# Starts Redis in a container of any image that has it: start.sh cache | start.sh queue. The password is in no argument.
set -eu
: "${LMI_REDIS_PASSWORD:?}"
here=${LMI_REDIS_FILES:-/etc/lmi-redis}
run=${LMI_RUN_FOLDER:-/run/lmi}
umask 077
cat >"$run/redis.conf" <<EOF
include $here/$1.conf
bind ${LMI_BIND_ADDRESS:-*}
port ${LMI_PORT:-6379}
dir ${LMI_DATA_FOLDER:-/data}
requirepass $LMI_REDIS_PASSWORD
EOF
exec redis-server "$run/redis.conf"
