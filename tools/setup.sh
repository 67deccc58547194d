#!/bin/sh
# Make .venv and install AnnoLab with its development tools into it.
# PYTHON=... chooses the interpreter; otherwise the first that is new enough.
set -eu
cd "$(dirname "$0")/.."

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for name in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14 python; do
        if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && new_enough "$name"; then
            command -v "$name"
            return
        fi
    done
    cat >&2 <<MESSAGE
AnnoLab needs Python 3.11 or newer, and none was found (python3 is $(python3 --version 2>&1 || echo missing)).
Install one, or name it: make PYTHON=/path/to/python3.12 ...
MESSAGE
    exit 1
}

if .venv/bin/python -c 'import pip' 2>/dev/null && new_enough .venv/bin/python; then
    tools/system.sh libraries
else
    python=$(find_python)
    venv=
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        venv=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    fi
    tools/system.sh $venv libraries
    echo "Making .venv with $("$python" --version) ..."
    rm -rf .venv
    "$python" -m venv .venv
fi

echo "Installing AnnoLab and the libraries it uses into .venv (the first time takes some minutes) ..."
if ! .venv/bin/python -m pip install -qq --no-input --editable '.[dev]'; then
    echo "The libraries could not be installed: see above; is there a network?" >&2
    exit 1
fi
touch .venv/.ready
