; The installer for Windows: for this user only, so that it asks for no rights.
;   makensis -DVERSION=1.2.3 -DBUNDLE=folder -DOUTPUT=file.exe -DICON=file.ico annolab.nsi
; It replaces the program's folder as a whole. Settings (%LOCALAPPDATA%\annolab),
; plug-ins and projects lie elsewhere, and neither it nor the uninstaller touches them.

Unicode true
ManifestDPIAware true
SetCompressor /SOLID lzma
RequestExecutionLevel user

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include x64.nsh

!define NAME "AnnoLab"
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\AnnoLab"
!define KIND "AnnoLab.Project"
!define APP "Software\Classes\Applications\AnnoLab.exe"

Name "${NAME} ${VERSION}"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\AnnoLab"
InstallDirRegKey HKCU "${KEY}" "InstallLocation"
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "${NAME}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "${NAME} set-up"
VIAddVersionKey LegalCopyright "MIT licence; see LICENSE and THIRD_PARTY.txt"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\AnnoLab.exe"
!insertmacro MUI_PAGE_LICENSE "${BUNDLE}\LICENSE"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English
!insertmacro MUI_LANGUAGE German

; A file of the program that is in use cannot be replaced; half a program is worse
; than an old one, so nothing is touched before this is known.
!macro WaitUntilClosed
  ${Do}
    ClearErrors
    ${IfNot} ${FileExists} "$INSTDIR\AnnoLab.exe"
      ${ExitDo}
    ${EndIf}
    FileOpen $0 "$INSTDIR\AnnoLab.exe" a
    ${IfNot} ${Errors}
      FileClose $0
      ${ExitDo}
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION \
      "AnnoLab is running. Close its windows, then try again; your work is saved." \
      /SD IDCANCEL IDRETRY again
    Abort
    again:
  ${Loop}
!macroend

; Only what an installer has put there: nobody's own files are in these.
!macro RemoveProgram
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\AnnoLab.exe"
  Delete "$INSTDIR\annolab-cli.exe"
  Delete "$INSTDIR\LICENSE"
  Delete "$INSTDIR\THIRD_PARTY.txt"
  Delete "$INSTDIR\annolab.ico"
!macroend

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_ICONSTOP "AnnoLab needs a 64-bit Windows 10 or newer." /SD IDOK
    Abort
  ${EndIf}
FunctionEnd

Section "AnnoLab"
  SetShellVarContext current
  ${If} ${FileExists} "$INSTDIR\AnnoLab.exe" ; an older version, or this one
    !insertmacro WaitUntilClosed
    !insertmacro RemoveProgram
  ${EndIf}
  SetOutPath "$INSTDIR"
  File /r "${BUNDLE}\*.*"
  File "/oname=annolab.ico" "${ICON}"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  CreateShortCut "$SMPROGRAMS\AnnoLab.lnk" "$INSTDIR\AnnoLab.exe" "" "$INSTDIR\annolab.ico"

  ; Opens projects by a double click, and is offered for them in "Open with".
  WriteRegStr HKCU "Software\Classes\.annolab" "" "${KIND}"
  WriteRegStr HKCU "Software\Classes\.annolab" "Content Type" "application/x-annolab"
  WriteRegStr HKCU "Software\Classes\.annolab\OpenWithProgids" "${KIND}" ""
  WriteRegStr HKCU "Software\Classes\${KIND}" "" "AnnoLab project"
  WriteRegStr HKCU "Software\Classes\${KIND}\DefaultIcon" "" "$INSTDIR\annolab.ico"
  WriteRegStr HKCU "Software\Classes\${KIND}\shell\open\command" "" '"$INSTDIR\AnnoLab.exe" "%1"'
  WriteRegStr HKCU "${APP}" "FriendlyAppName" "${NAME}"
  WriteRegStr HKCU "${APP}\shell\open\command" "" '"$INSTDIR\AnnoLab.exe" "%1"'
  WriteRegStr HKCU "${APP}\SupportedTypes" ".annolab" ""
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'

  ; What "Apps" of the settings of Windows shows.
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD HKCU "${KEY}" "EstimatedSize" $0
  WriteRegStr HKCU "${KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\annolab.ico"
  WriteRegStr HKCU "${KEY}" "Publisher" "The AnnoLab authors"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${KEY}" "NoRepair" 1
SectionEnd

Section "Uninstall"
  SetShellVarContext current
  !insertmacro WaitUntilClosed
  !insertmacro RemoveProgram
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR" ; only when nothing of the user's is in it
  Delete "$SMPROGRAMS\AnnoLab.lnk"
  DeleteRegKey HKCU "${KEY}"
  DeleteRegKey HKCU "${APP}"
  DeleteRegKey HKCU "Software\Classes\${KIND}"
  DeleteRegValue HKCU "Software\Classes\.annolab\OpenWithProgids" "${KIND}"
  ReadRegStr $0 HKCU "Software\Classes\.annolab" ""
  ${If} $0 == "${KIND}" ; not when another program has taken them over since
    DeleteRegKey HKCU "Software\Classes\.annolab"
  ${EndIf}
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd
