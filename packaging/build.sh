#!/bin/sh
# Make the packaged program of this system in dist/: on Linux a .deb and a .tar.gz, on
# Windows the folder for packaging/windows/annolab.nsi, on macOS a .dmg.
# PYTHON=... chooses the interpreter; it must have a shared library of its own.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONPATH PYTHONHOME
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PYTHONHASHSEED=1
# All times in what is made are those of the commit, so that it can be made again.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH
work=build/package
venv=build/package-venv
case "$(uname)" in
MINGW* | MSYS* | CYGWIN*) bin=$venv/Scripts ;;
*) bin=$venv/bin ;;
esac

say() { printf '== %s\n' "$*"; }

shared() { # whether this interpreter is new enough and has a shared library
    "$1" -c 'import sys, sysconfig as s
fits = s.get_config_var("Py_ENABLE_SHARED") or sys.platform == "win32"
framework = bool(s.get_config_var("PYTHONFRAMEWORK"))
sys.exit(not (sys.version_info >= (3, 11) and (fits or framework)))' 2>/dev/null
}

find_python() {
    for name in "${PYTHON:-}" python3 /usr/bin/python3 python3.13 python3.12 python3.11 python; do
        if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && shared "$name"; then
            command -v "$name"
            return
        fi
    done
    echo "PyInstaller needs a Python 3.11 or newer with a shared library: name it by PYTHON=..." >&2
    exit 1
}

python=$(find_python)
if [ "$(uname)" = Linux ]; then
    numbers=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    tools/system.sh libraries gcc binutils dpkg-dev "python$numbers-venv" "libpython$numbers"
fi

say "an environment with nothing but AnnoLab"
rm -rf $work dist
mkdir -p $work dist
[ -x $bin/python ] && shared $bin/python || { rm -rf $venv && "$python" -m venv $venv; }
$bin/python -m pip wheel -q --no-deps --wheel-dir dist .
$bin/python -m pip install -q -r packaging/requirements.txt
$bin/python -m pip install -q --upgrade --upgrade-strategy only-if-needed --force-reinstall --no-deps dist/annolab-*.whl
$bin/python -m pip install -q dist/annolab-*.whl

say "the folder"
$bin/pyinstaller --noconfirm --log-level WARN \
    --distpath $work --workpath $work/work packaging/annolab.spec
bundle=$work/annolab
$bin/python -m tools.package.third_party $bundle
cp LICENSE $bundle/
version=$($bin/python -c 'from importlib.metadata import version; print(version("annolab"))')
machine=$(uname -m)

case "$(uname)" in
Linux)
    say "the package for Debian and Ubuntu"
    $bin/python -m tools.package.icons $work/icons png
    $bin/python -m tools.package.deb $bundle $work/icons $work/deb "$version"
    architecture=$(dpkg --print-architecture)
    dpkg-deb --root-owner-group -Zxz --build $work/deb "dist/annolab_${version}_$architecture.deb" >/dev/null
    say "the portable archive"
    name=annolab-$version-linux-$machine
    mv $bundle "$work/$name"
    tar --create --directory $work --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 \
        --numeric-owner --format=gnu "$name" | gzip -9n >"dist/$name.tar.gz"
    mv "$work/$name" $bundle
    ;;
Darwin)
    packaging/macos/dmg.sh "$work/AnnoLab.app" $bundle "dist/AnnoLab-$version-macos-$machine.dmg"
    ;;
*)
    here=$(pwd -W) # as Windows calls it
    makensis -WX -V2 -DVERSION="$version" -DBUNDLE="$here/$bundle" \
        -DICON="$here/$work/icons/annolab.ico" \
        -DOUTPUT="$here/dist/annolab-$version-windows-x86_64-setup.exe" \
        packaging/windows/annolab.nsi
    ;;
esac
(cd dist && sha256sum -- * >SHA256SUMS 2>/dev/null || shasum -a 256 -- * >SHA256SUMS)
say "made"
ls -l dist
