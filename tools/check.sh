#!/bin/sh
# Run each argument as a command of .venv, all of them whatever fails: tools/check.sh "ruff check" mypy pytest
set -u
cd "$(dirname "$0")/.."
failed=
for check in "$@"; do
	echo "== $check"
	# shellcheck disable=SC2086  # the words of a check are its arguments
	.venv/bin/$check || failed="$failed\n   $check"
done
[ -z "$failed" ] || { printf "failed:$failed\n" >&2; exit 1; }
