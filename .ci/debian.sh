#!/usr/bin/env bash
# Installs Debian packages where it may, else says in one line what to install: .ci/debian.sh PACKAGE...
set -euo pipefail

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Gatepost: something is missing on this machine; on Debian type: sudo apt-get install $*" >&2
    exit 1
fi
echo "Gatepost: installing $* with apt-get"
export DEBIAN_FRONTEND=noninteractive
for pause in 5 15 45 0; do
    apt-get update -qq >/dev/null 2>&1 || true # one stale list of another vendor fails it all: the install decides
    said=$(apt-get install -qq --no-install-recommends "$@" 2>&1 </dev/null) && exit 0
    sleep "$pause"
done
echo "$said" >&2
echo "Gatepost: apt-get could not install $*" >&2
exit 1
