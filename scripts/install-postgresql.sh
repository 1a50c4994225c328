#!/bin/sh
# Install Debian's PostgreSQL server for the tests in tests/containers, unless one is there already.
# Where that is not possible it only says so: those tests then skip (or fail, with REQUIRE_POSTGRESQL=1).
set -eu

for server in /usr/lib/postgresql/*/bin/postgres; do
    if [ -x "$server" ]; then
        echo "install-postgresql: $("$server" --version) is installed, nothing to do"
        exit 0
    fi
done

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "install-postgresql: nothing done: it takes root and apt-get to install the package postgresql"
    exit 0
fi

echo "install-postgresql: installing the package postgresql with apt-get"
apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql
