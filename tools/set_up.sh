#!/bin/sh
# Make .venv and install datastork in it with what a purpose needs: tools/set_up.sh demo | test
# Uses uv where there is one, else venv and pip. Nothing is installed outside of .venv and .venv-label-studio.
set -euf  # no patterns: .[demo] is no name of a file
cd "$(dirname "$0")/.."

case "${1:-}" in
demo) wanted="-e .[demo]" ;;
test) wanted="-e .[demo,ray] --group test --group lint" ;;
*) echo "usage: tools/set_up.sh demo|test" >&2; exit 2 ;;
esac

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }

python=.venv/bin/python
if ! [ -x "$python" ] || ! fits "$python"; then
	found=
	for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
		if command -v "$name" >/dev/null && fits "$name"; then
			found=$(command -v "$name")
			break
		fi
	done
	if [ -z "$found" ]; then
		echo "datastork needs Python 3.11, 3.12 or 3.13, and none was found." >&2
		echo "Install one (python.org, apt install python3.12-venv, brew install python@3.12), or name it: make PYTHON=/path/to/python3.12" >&2
		exit 1
	fi
	echo "making .venv with $("$found" --version)"
	if command -v uv >/dev/null; then
		uv venv --quiet --clear --python "$found" .venv
	elif ! "$found" -m venv --clear .venv; then
		echo "Python at $found cannot make environments; on Debian and Ubuntu: apt install python3-venv" >&2
		exit 1
	fi
fi

echo "installing datastork and what 'make $1' needs into .venv"
# shellcheck disable=SC2086  # the words of $wanted are separate arguments
if command -v uv >/dev/null; then
	uv pip install --quiet --compile-bytecode --python "$python" $wanted
else
	"$python" -m pip --version >/dev/null 2>&1 || "$python" -m ensurepip --upgrade >/dev/null
	"$python" -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	"$python" -m pip install --quiet --disable-pip-version-check $wanted
fi

# The validators of Label Studio, for tests of its format: apart, since whole they would take numpy and OpenCV back.
if [ "$1" = test ] && ! [ -x .venv-label-studio/bin/python ]; then
	if command -v uv >/dev/null; then
		uv venv --quiet --python "$python" .venv-label-studio
		uv pip install --quiet --no-deps --python .venv-label-studio/bin/python -r tests/formats/label_studio.txt
	else
		"$python" -m venv .venv-label-studio
		.venv-label-studio/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r tests/formats/label_studio.txt
	fi
fi
touch ".venv/.set-up-$1"
