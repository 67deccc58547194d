#!/bin/sh
# Try the Debian package on a machine that has nothing: a fresh Debian without Python.
# Installs it there with apt, works with it in a real window, without a network, and
# takes it away again. Needs root, debootstrap, and what the tests with a window need.
#   packaging/test.sh [PACKAGE.deb]     default: the one in dist/
#   SUITE=trixie                        another release; KEEP=1: leave the folder there
#   BASE=folder                         what debootstrap has made before, to save time
set -eu
cd "$(dirname "$0")/.."
say() { printf '== %s\n' "$*"; }
fail() { echo "FAILED: $*" >&2 && exit 1; }

[ "$(id -u)" -eq 0 ] || fail "this needs root: sudo make package-test"
package=${1:-$(ls dist/annolab_*.deb 2>/dev/null)} || fail "first: make package"
tools/system.sh test-tools debootstrap strace
suite=${SUITE:-bookworm}
mirror=${MIRROR:-} # empty: the one that debootstrap knows
if [ -z "$mirror" ] && grep -q '^ID=debian$' /etc/os-release; then
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(COMPONENT)' |
        awk '$2 == "main" { print $1; exit }')
fi
out=$PWD/build/package-test
rm -rf "$out"
mkdir -p "$out"
root=$(mktemp -d "${TMPDIR:-/tmp}/annolab-package.XXXXXX")
chmod 755 "$root"
server=
end() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    for place in tmp/.X11-unix dev proc; do
        umount "$root/$place" 2>/dev/null || true
    done
    [ -n "${KEEP:-}" ] || rm -rf --one-file-system "$root"
}
trap end EXIT

say "a fresh Debian $suite in $root"
if [ -n "${BASE:-}" ]; then # a folder that debootstrap has made before
    cp -a "$BASE/." "$root"
else
    debootstrap --variant=minbase "$suite" "$root" $mirror >"$out/debootstrap.log" 2>&1 ||
        { tail -n 20 "$out/debootstrap.log" && exit 1; }
fi
cp /etc/resolv.conf "$root/etc/"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mkdir -p "$root/tmp/.X11-unix"
mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
inside() { chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive "$@"; }
inside useradd --create-home visitor
inside sh -c 'command -v python3' && fail "there is a Python already"

say "apt install"
cp "$package" "$root/annolab.deb"
inside apt-get update -qq
inside apt-get install -y --no-install-recommends xauth desktop-file-utils shared-mime-info \
    >>"$out/apt.log" 2>&1
begun=$(date +%s)
inside apt-get install -y --no-install-recommends /annolab.deb >>"$out/apt.log" 2>&1 ||
    { tail -n 20 "$out/apt.log" && fail "apt install"; }
echo "   in $(($(date +%s) - begun)) s, with $(grep -c '^Setting up' "$out/apt.log") packages"
inside sh -c 'command -v python3' && fail "it needs a Python after all"
rm "$root/annolab.deb"
as_visitor="chroot --userspec=visitor $root env -i HOME=/home/visitor USER=visitor
    PATH=/usr/bin:/bin LC_ALL=C.UTF-8 XDG_RUNTIME_DIR=/tmp"

say "what the desktop knows"
inside grep -q 'application/x-annolab=annolab.desktop' /usr/share/applications/mimeinfo.cache ||
    fail "no program for .annolab files"
inside grep -q 'application/x-annolab:\*.annolab' /usr/share/mime/globs || fail "no kind of file"

say "without a display"
$as_visitor annolab --version
$as_visitor annolab formats >/dev/null
$as_visitor annolab plugins | grep yolo >/dev/null || fail "the built-in plug-ins are missing"

say "a plug-in of the user, with a package beside it"
plugin=$root/home/visitor/.local/share/annolab/plugins/shout
mkdir -p "$plugin/vendor/louder"
cat >"$plugin/plugin.toml" <<'TOML'
id = "shout"
name = "Shout"
version = "1.0.0"
api = 1
[[format]]
id = "shout"
title = "Shout"
object = "shout:Shout"
extensions = [".shout"]
TOML
echo 'from xml.etree import ElementTree; import csv, html.parser, sqlite3; LOUD = "!"' \
    >"$plugin/vendor/louder/__init__.py"
echo 'from louder import LOUD
class Shout:
    """Reads nothing."""
    mark = LOUD' >"$plugin/shout.py"
chroot "$root" chown -R visitor /home/visitor
$as_visitor annolab plugins | grep '^shout .*format shout' >/dev/null || fail "the plug-in is not found"
# Without an output of sound its status is 1.
$as_visitor QT_QPA_PLATFORM=offscreen annolab doctor >"$out/doctor.txt" || true
cat "$out/doctor.txt"
grep '^ok *Plug-in shout' "$out/doctor.txt" >/dev/null || fail "the plug-in cannot be loaded"
! grep '^!!' "$out/doctor.txt" | grep -v 'Sound output' || fail "something is amiss"

say "films whose encoders are left out"
films=$root/home/visitor/films
mkdir "$films"
(cd "$films" && "$OLDPWD/.venv/bin/python" -c 'import av, numpy
for codec in ("libx264", "libx265"):
    with av.open(codec + ".mp4", "w") as film:
        stream = film.add_stream(codec, rate=25, options={"x265-params": "log-level=none"})
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number in range(40):
            picture = numpy.full((240, 320, 3), number * 6, numpy.uint8)
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        film.mux(stream.encode(None))')
chroot "$root" chown -R visitor /home/visitor/films
$as_visitor annolab new /home/visitor/films/films.annolab
$as_visitor annolab add /home/visitor/films/films.annolab /home/visitor/films
$as_visitor annolab export /home/visitor/films/films.annolab /home/visitor/films/out --format coco \
    --frames every:10 --yes
[ "$(find "$films/out" -name '*.png' | wc -l)" -eq 8 ] || fail "the films cannot be read"

say "in a window, without a network"
exec 3>"$out/display"
Xvfb -displayfd 3 -screen 0 1280x800x24 -noreset -dpi 96 -nolisten tcp >/dev/null 2>&1 &
server=$!
exec 3>&-
for _ in 1 2 3 4 5 6 7 8 9 10; do
    [ -s "$out/display" ] || sleep 1
done
DISPLAY=:$(cat "$out/display")
export DISPLAY
export PYTHONPATH="$PWD"
.venv/bin/python -m tests.packaged.story "$root" "$out" unshare --net $as_visitor "DISPLAY=$DISPLAY"
if grep -E 'AF_INET|AF_PACKET' "$out/sockets.txt"; then
    fail "it looked for a network"
fi
grep -q AF_UNIX "$out/sockets.txt" || fail "nothing was traced"
echo "   no socket but that of the display"

say "sizes"
size=$(du -s --bytes "$root/usr/lib/annolab" | cut -f1)
echo "   download $(($(stat -c %s "$package") / 1000000)) MB, installed $((size / 1000000)) MB"

say "a project of a newer version"
project=$root/home/visitor/sample/sample.annolab
cp "$project" "$root/home/visitor/newer.annolab"
.venv/bin/python -c 'import sqlite3, sys
sqlite3.connect(sys.argv[1]).execute("PRAGMA user_version = %d" % (99 << 16))' \
    "$root/home/visitor/newer.annolab"
$as_visitor annolab info /home/visitor/newer.annolab 2>&1 | grep "made by a newer AnnoLab" || fail "it does not say why"

say "a newer version over it"
dpkg-deb --raw-extract "$package" "$root/newer"
sed -i 's/^Version: .*/&.9/' "$root/newer/DEBIAN/control"
dpkg-deb --root-owner-group -Znone --build "$root/newer" "$root/newer.deb" >/dev/null
rm -rf "$root/newer"
digest=$(sha256sum "$project")
settings=$(find "$root/home/visitor/.config" -type f | wc -l)
inside apt-get install -y --no-install-recommends /newer.deb >>"$out/apt.log" 2>&1 || fail "the upgrade"
inside dpkg-query -W annolab | grep '[.]9$' >/dev/null || fail "it is the old one still"
[ "$(sha256sum "$project")" = "$digest" ] || fail "the upgrade has changed a project"
$as_visitor annolab check /home/visitor/sample/sample.annolab

say "apt remove"
inside apt-get remove -y annolab >>"$out/apt.log" 2>&1
[ ! -e "$root/usr/bin/annolab" ] || fail "the program is still there"
[ ! -e "$root/usr/lib/annolab" ] || fail "a part of the program is still there"
[ -s "$root/home/visitor/sample/sample.annolab" ] || fail "the project is gone"
[ "$(find "$root/home/visitor/.config" -type f | wc -l)" = "$settings" ] || fail "settings are gone"
[ "$settings" -gt 0 ] || fail "there were no settings"
say "done: pictures in $out"
