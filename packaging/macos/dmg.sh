#!/bin/sh
# Put AnnoLab.app into a disk image, beside a link to the Applications folder.
#   packaging/macos/dmg.sh AnnoLab.app FOLDER IMAGE.dmg
# FOLDER: where LICENSE and THIRD_PARTY.txt are. With SIGN="Developer ID Application: ..."
# the app is signed for other people's Macs; without, macOS asks users to confirm.
set -eu
app=$1 folder=$2 image=$3
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

cp "$folder/LICENSE" "$folder/THIRD_PARTY.txt" "$app/Contents/Resources/"
# Both files have come in after PyInstaller has signed: sign again, the inner ones too.
codesign --force --deep --timestamp=none --sign "${SIGN:--}" "$app"
codesign --verify --deep --strict "$app"

cp -R "$app" "$place/"
cp "$folder/THIRD_PARTY.txt" "$place/"
ln -s /Applications "$place/Applications"
hdiutil create -quiet -volname AnnoLab -srcfolder "$place" -fs HFS+ -format UDZO -ov "$image"
hdiutil verify -quiet "$image"
