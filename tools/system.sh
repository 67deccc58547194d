#!/bin/sh
# Install the Debian or Ubuntu packages that are missing: as root with apt-get,
# otherwise print the one command to type.
#   tools/system.sh [libraries] [test-tools] [PACKAGE...]
set -eu

wanted=
for name; do
    case "$name" in
    # What Qt's offscreen and xcb platforms load, and PortAudio for sound.
    libraries) wanted="$wanted libglib2.0-0 libegl1 libgl1 libxkbcommon0 \
        libdbus-1-3 libfontconfig1 libxkbcommon-x11-0 libxcb-cursor0 \
        libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libportaudio2" ;;
    # A display of their own for the tests with a real window.
    test-tools) wanted="$wanted xvfb xdotool openbox praat espeak-ng" ;;
    *) wanted="$wanted $name" ;;
    esac
done

# Other systems bring these libraries with their desktop.
command -v dpkg-query >/dev/null 2>&1 || exit 0

# Newer releases call some of them by another name: libglib2.0-0t64.
installed() {
    dpkg-query --show --showformat '${db:Status-Status}\n' "$1" "$1t64" 2>/dev/null |
        grep -q '^installed$'
}

missing=
for package in $wanted; do
    installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "Some system packages are missing. Please type this, then try again:" >&2
    echo "    sudo apt-get install --no-install-recommends$missing" >&2
    exit 1
fi

echo "Installing system packages:$missing ..."
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086
if ! { apt-get update && apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    echo "The system packages could not be installed:$missing" >&2
    exit 1
fi
