#!/bin/sh
# Try the wheel as `pip install annolab` would: in a new environment, far from the source.
#   packaging/test-wheel.sh [WHEEL]     default: made anew; PYTHON=... chooses the interpreter
set -eu
cd "$(dirname "$0")/.."
fail() { echo "FAILED: $*" >&2 && exit 1; }
unset PYTHONPATH PYTHONHOME
export PIP_DISABLE_PIP_VERSION_CHECK=1
python=${PYTHON:-python3}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

"$python" -m venv "$place/env"
wheel=${1:-}
if [ -z "$wheel" ]; then
    "$place/env/bin/pip" wheel -q --no-deps --wheel-dir "$place" .
    wheel=$(ls "$place"/annolab-*.whl)
fi
"$place/env/bin/pip" install -q "$wheel"
"$place/env/bin/pip" check >/dev/null || fail "what it depends on does not fit together"

cd "$place"
export HOME="$place/home" XDG_CONFIG_HOME="$place/home" XDG_DATA_HOME="$place/home" \
    QT_LOGGING_RULES=default.warning=false
mkdir -p "$HOME"
annolab=$place/env/bin/annolab
"$annolab" --version
"$annolab" plugins | grep '^yolo' >/dev/null || fail "the built-in plug-ins are missing"
"$annolab" demo sample --screenshots shots >said
"$annolab" check sample/sample.annolab
for made in shots/canvas.png shots/sample.json shots/sample.csv; do
    [ -s "$made" ] || fail "$made was not made"
done
grep -c '^Saved' said | sed 's/$/ pictures and exports/'
"$place/env/bin/pip" show annolab | grep '^License' >/dev/null || fail "the licence is not told"
du -sm "$place/env" | sed 's/\t.*/ MB with everything that it needs/'
echo "the wheel is sound"
