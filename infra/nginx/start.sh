#!/bin/sh
# Starts nginx in a container. In a pod nginx asks a DNS server itself, whose address, and the full name of the gateways, are the
# cluster's: both are read from resolv.conf. LMI_LIMITS=off: no limits per address, where all clients come from one.
# The log that usage is counted from is kept in two parts of bounded length, whether anybody reads it or not.
# On SIGTERM requests in flight are finished, whatever signal the image has for it.
set -eu
here=${LMI_NGINX_FILES:-/etc/lmi-nginx}
prefix=${LMI_NGINX_FOLDER:-/var/lib/lmi-nginx}
log=${LMI_NGINX_LOG:-/var/log/lmi-nginx/access.log}
: "${LMI_SYSTEM_SALT:?}" "${LMI_NGINX_LOG_BYTES:=67108864}" "${LMI_NGINX_LOG_SECONDS:=2}"
case $LMI_SYSTEM_SALT in *[!A-Za-z0-9]*) echo 'start.sh: LMI_SYSTEM_SALT may have letters and digits only' >&2; exit 2 ;; esac

server= domain=
while read -r word value _; do
  case $word in
    nameserver) [ -n "$server" ] || server=$value ;;
    # The first of the list is the namespace's own.
    search) [ -n "$domain" ] || domain=$value ;;
  esac
done <"${LMI_RESOLV_CONF:-/etc/resolv.conf}"
if grep -q NAMESERVER "$here/http.conf" && { [ -z "$server" ] || [ -z "$domain" ]; }; then
  echo 'start.sh: no nameserver and search domain in resolv.conf' >&2
  exit 2
fi
ipv6=ipv6=off
case $server in *:*) server="[$server]" ipv6= ;; esac

mkdir -p "$prefix/conf"
for file in nginx.conf main.conf http.conf server.conf; do
  sed -e "s/NAMESERVER/$server/" -e "s/NAMESPACE-DOMAIN/$domain/" -e "s/ipv6=off/$ipv6/" \
    -e "s/SYSTEM_SALT/$LMI_SYSTEM_SALT/" "$here/$file" >"$prefix/conf/$file"
  [ "${LMI_LIMITS:-on}" != off ] || sed -i '/^limit_/d' "$prefix/conf/$file"
done

nginx -p "$prefix" -e stderr -c "$prefix/conf/nginx.conf" -g 'daemon off;' &
nginx=$!
trap 'kill -QUIT "$nginx" 2>/dev/null || :' TERM INT QUIT

# What is put aside replaces what was before.
bound_log() {
  while sleep "$LMI_NGINX_LOG_SECONDS" && kill -0 "$nginx"; do
    bytes=$(stat -c %s "$log") || continue
    [ "$bytes" -lt "$LMI_NGINX_LOG_BYTES" ] || { mv -f "$log" "$log.1" && kill -USR1 "$nginx"; }
  done
}
bound_log >/dev/null 2>&1 &

while :; do
  code=0
  wait "$nginx" || code=$?
  kill -0 "$nginx" 2>/dev/null || exit "$code"
done
