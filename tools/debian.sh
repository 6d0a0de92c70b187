#!/bin/sh
# Install what the tests need of Debian beyond Python: a browser with its driver (the app), PostgreSQL (votes).
# Run as root, or with sudo; without it those tests are skipped, and say so. What is there is left alone.
set -eu

missing=
command -v make >/dev/null || missing="$missing make"
command -v chromium >/dev/null || missing="$missing chromium"
command -v chromedriver >/dev/null || missing="$missing chromium-driver"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
if [ -z "$missing" ]; then
	exit 0
fi
echo "installing Debian packages:$missing"
run=
[ "$(id -u)" = 0 ] || run=sudo
export DEBIAN_FRONTEND=noninteractive
$run apt-get update -qq
# shellcheck disable=SC2086  # the words of $missing are separate arguments
$run apt-get install -qq --yes --no-install-recommends $missing >/dev/null
