#!/bin/sh
# Prove that a machine with only Python, make and git is enough: clone the last
# commit into a fresh Debian, and there type `make run` and `make test`, without a
# display and with one, first as a user without rights. Needs root and debootstrap.
#   SUITE=trixie tools/chroot-test.sh      another release than this machine's
#   KEEP=1                                 leave the folder there
set -eu

if [ "${1:-}" = --inside ]; then
    # In a mount and process namespace of its own: all of it ends with this shell.
    root=$2
    mount --make-rprivate /
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/tmp"
    mount --bind /dev "$root/dev"
    mount -t tmpfs tmpfs "$root/dev/shm"
    # How pip reaches its index here is the business of this machine.
    set --
    for name in $(env | sed -n 's/^\(PIP_[A-Z_]*\|SSL_CERT_[A-Z]*\|[a-z]*_proxy\)=.*/\1/p'); do
        set -- "$@" "$name=$(printenv "$name")"
    done
    exec chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
        "$@" sh -eu /annolab/tools/chroot-test.sh --chrooted
fi

say() { printf '\n== %s\n' "$*"; }

timed() {
    start=$(date +%s) status=0
    "$@" || status=$?
    echo "$*: $(($(date +%s) - start)) s, status $status"
    return "$status"
}

if [ "${1:-}" = --chrooted ]; then
    cd /annolab
    failed=0
    useradd --create-home visitor
    say "make run, no rights: one command to type"
    cp -r /annolab /home/visitor/annolab
    chown -R visitor /home/visitor/annolab
    if su visitor -c 'cd ~/annolab && make run' >/tmp/visitor 2>&1; then
        echo "should have failed" && exit 1
    fi
    cat /tmp/visitor
    grep -q 'sudo apt-get install' /tmp/visitor

    say "make run, no display"
    timed make run
    test -n "$(find build/demo -name '*.png')"
    test -n "$(find build/demo -name '*.json')"
    test -n "$(find build/demo -name '*.csv')"

    say "make test"
    timed make test || failed=1 # the rest is tried all the same

    say "make run, with a display"
    Xvfb :7 -screen 0 1280x800x24 -nolisten tcp >/dev/null 2>&1 &
    export DISPLAY=:7
    sleep 2
    make run &
    end=$(($(date +%s) + 60))
    until xdotool search --onlyvisible --name AnnoLab >/dev/null 2>&1; do
        [ "$(date +%s)" -lt "$end" ] || { echo "no window came" && exit 1; }
        sleep 1
    done
    echo "the window is there"

    say "the same without a display, on a set-up machine"
    unset DISPLAY
    make run
    [ "$failed" -eq 0 ] || echo "make test failed"
    exit "$failed"
fi

cd "$(dirname "$0")/.."
[ "$(id -u)" -eq 0 ] || { echo "This needs root: sudo make chroot-test" >&2 && exit 1; }
command -v debootstrap >/dev/null || tools/system.sh debootstrap
suite=${SUITE:-$(. /etc/os-release && echo "$VERSION_CODENAME")}
mirror=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' |
    awk -v suite="$suite" '$2 == suite && $3 == "main" { print $1; exit }')}

root=$(mktemp -d "${TMPDIR:-/tmp}/annolab-chroot.XXXXXX")
chmod 755 "$root"
[ -n "${KEEP:-}" ] || trap 'rm -rf --one-file-system "$root"' EXIT
say "a fresh Debian $suite in $root"
debootstrap --variant=minbase --include=python3,make,git "$suite" "$root" $mirror \
    >"$root.log" 2>&1 || { tail -n 20 "$root.log" && exit 1; }
rm -f "$root.log"
# Certificates and the settings of pip are this machine's; nothing else is.
mkdir -p "$root/etc/ssl" "$root/usr/local/share"
cp -rL /etc/ssl/certs "$root/etc/ssl/"
cp -r /usr/local/share/ca-certificates "$root/usr/local/share/" 2>/dev/null || true
cp /etc/resolv.conf "$root/etc/"
user=${XDG_CONFIG_HOME:-$HOME/.config}/pip/pip.conf
mkdir -p "$root/root/.config/pip"
[ ! -f /etc/pip.conf ] || cp /etc/pip.conf "$root/etc/"
[ ! -f "$user" ] || cp "$user" "$root/root/.config/pip/"
git clone --quiet . "$root/annolab"
unshare --mount --pid --fork --kill-child "$PWD/tools/chroot-test.sh" --inside "$root"
