#!/bin/sh
# Starts nginx in a pod. nginx asks a DNS server itself, whose address, and the full name of the gateways, are the
# cluster's: both are read from resolv.conf. LMI_LIMITS=off: no limits per address, where all clients come from one.
# On SIGTERM requests in flight are finished, whatever signal the image has for it.
set -eu
here=${LMI_NGINX_FILES:-/etc/lmi-nginx}
prefix=${LMI_NGINX_FOLDER:-/var/lib/lmi-nginx}

server= domain=
while read -r word value _; do
  case $word in
    nameserver) [ -n "$server" ] || server=$value ;;
    # The first of the list is the namespace's own.
    search) [ -n "$domain" ] || domain=$value ;;
  esac
done <"${LMI_RESOLV_CONF:-/etc/resolv.conf}"
[ -n "$server" ] && [ -n "$domain" ] || { echo 'start.sh: no nameserver and search domain in resolv.conf' >&2; exit 2; }
ipv6=ipv6=off
case $server in *:*) server="[$server]" ipv6= ;; esac

mkdir -p "$prefix/conf"
for file in nginx.conf main.conf http.conf server.conf; do
  sed -e "s/NAMESERVER/$server/" -e "s/NAMESPACE-DOMAIN/$domain/" -e "s/ipv6=off/$ipv6/" "$here/$file" >"$prefix/conf/$file"
  [ "${LMI_LIMITS:-on}" != off ] || sed -i '/^limit_/d' "$prefix/conf/$file"
done

nginx -p "$prefix" -e stderr -c "$prefix/conf/nginx.conf" -g 'daemon off;' &
nginx=$!
trap 'kill -QUIT "$nginx" 2>/dev/null || :' TERM INT QUIT
while :; do
  code=0
  wait "$nginx" || code=$?
  kill -0 "$nginx" 2>/dev/null || exit "$code"
done
