#!/bin/sh
# Start AnnoLab. Without a display: make the sample project on Qt's offscreen
# platform, save pictures of the window, export, and say where all that is.
set -eu
cd "$(dirname "$0")/.."

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ "$(uname)" != Linux ]; then
    exec .venv/bin/annolab
fi
out=$PWD/build/demo
echo "There is no display: the sample project is made and drawn off screen."
rm -rf "$out"
mkdir -p "$out"
# Qt's offscreen platform warns of what it cannot do: raise a window, grab the keyboard.
export QT_LOGGING_RULES=default.warning=false QT_QPA_PLATFORM=offscreen
exec .venv/bin/annolab demo "$out" --screenshots "$out"
