; The Windows installer. For everybody, with the firewall's rule, if it is started with an administrator's
; rights; else for this person alone, whom the firewall will ask. /currentuser asks for the latter, /S asks
; nothing, /D=FOLDER (last, without quotes) chooses the folder.
;
; scripts/windows-setup compiles it.

; As the program: for 64 bits only, and the tests can run it.
Target amd64-unicode
ManifestDPIAware true
RequestExecutionLevel highest
Name "Le juste prix ${VERSION}"
OutFile "${OUT}"
; A folder that is chosen gets a folder of this name in it.
!define PERSONAL "$LOCALAPPDATA\Programs\juste-prix"
InstallDir "${PERSONAL}"
; A file that is in use ends the installation: without a person, too, it is not left out silently.
AllowSkipFiles off
SetCompressor /SOLID lzma
!include "FileFunc.nsh"
!include "LogicLib.nsh"
!include "MUI2.nsh"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\juste-prix"
!define RULE "Le juste prix"

!insertmacro MUI_PAGE_LICENSE "${FILES}\LICENSE.txt"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\Le juste prix.cmd"
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "French"
!insertmacro MUI_LANGUAGE "English"

LangString WithoutRule ${LANG_FRENCH} "Sans droits d'administrateur, le pare-feu de Windows n'a pas de règle pour ce programme : au premier démarrage, autorisez-le sur les réseaux privés."
LangString WithoutRule ${LANG_ENGLISH} "Without an administrator's rights, Windows' firewall has no rule for this program: allow it on private networks when it first starts."
LangString Running ${LANG_FRENCH} "Le juste prix tourne encore. Fermez-le, puis recommencez."
LangString Running ${LANG_ENGLISH} "Le juste prix is still running. Close it, then start again."

Var Everybody

; The file of a program that runs can't be opened for writing. Nothing has changed when this ends.
!macro stopIfRunning
    ${If} ${FileExists} "$INSTDIR\juste-prix.exe"
        ClearErrors
        FileOpen $0 "$INSTDIR\juste-prix.exe" a
        ${If} ${Errors}
            MessageBox MB_OK|MB_ICONSTOP "$(Running)" /SD IDOK
            Abort
        ${EndIf}
        FileClose $0
    ${EndIf}
!macroend

Function .onInit
    UserInfo::GetAccountType
    Pop $Everybody
    ${GetParameters} $0
    ClearErrors
    ${GetOptions} $0 "/currentuser" $1
    ${IfNot} ${Errors}
        StrCpy $Everybody "no"
    ${EndIf}
    SetShellVarContext current
    ${If} $Everybody == "Admin"
        ; Another folder was chosen by /D=FOLDER.
        ${If} $INSTDIR == "${PERSONAL}"
            StrCpy $INSTDIR "$PROGRAMFILES64\juste-prix"
        ${EndIf}
        SetShellVarContext all
    ${EndIf}
FunctionEnd

; For whom this was installed is what the installer wrote, whoever removes it.
Function un.onInit
    SetShellVarContext current
    ReadRegStr $0 HKCU "${UNINSTALL}" "UninstallString"
    ${If} $0 != '"$INSTDIR\uninstall.exe"'
        StrCpy $Everybody "Admin"
        SetShellVarContext all
    ${EndIf}
FunctionEnd

Section
    !insertmacro stopIfRunning
    ; What an older version brought and this one does not have goes first.
    ${If} ${FileExists} "$INSTDIR\uninstall.exe"
        ExecWait '"$INSTDIR\uninstall.exe" /S _?=$INSTDIR'
    ${EndIf}
    SetOutPath "$INSTDIR"
    File /r "${FILES}\*.*"
    WriteUninstaller "$INSTDIR\uninstall.exe"
    CreateShortCut "$SMPROGRAMS\Le juste prix.lnk" "$INSTDIR\Le juste prix.cmd" "" "$INSTDIR\juste-prix.exe"
    CreateShortCut "$DESKTOP\Le juste prix.lnk" "$INSTDIR\Le juste prix.cmd" "" "$INSTDIR\juste-prix.exe"
    WriteRegStr SHCTX "${UNINSTALL}" "DisplayName" "Le juste prix"
    WriteRegStr SHCTX "${UNINSTALL}" "DisplayVersion" "${VERSION}"
    WriteRegStr SHCTX "${UNINSTALL}" "InstallLocation" "$INSTDIR"
    WriteRegStr SHCTX "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr SHCTX "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    ${If} $Everybody == "Admin"
        ; A rule that somebody once cancelled blocks silently: the new one takes its place.
        nsExec::Exec '"$SYSDIR\netsh.exe" advfirewall firewall delete rule name="${RULE}" program="$INSTDIR\juste-prix.exe"'
        nsExec::Exec '"$SYSDIR\netsh.exe" advfirewall firewall add rule name="${RULE}" dir=in action=allow program="$INSTDIR\juste-prix.exe" enable=yes profile=any'
    ${Else}
        DetailPrint "$(WithoutRule)"
        MessageBox MB_OK|MB_ICONINFORMATION "$(WithoutRule)" /SD IDOK
    ${EndIf}
SectionEnd

Section "Uninstall"
    !insertmacro stopIfRunning
    ${If} $Everybody == "Admin"
        nsExec::Exec '"$SYSDIR\netsh.exe" advfirewall firewall delete rule name="${RULE}" program="$INSTDIR\juste-prix.exe"'
    ${EndIf}
    Delete "$SMPROGRAMS\Le juste prix.lnk"
    Delete "$DESKTOP\Le juste prix.lnk"
    DeleteRegKey SHCTX "${UNINSTALL}"
    ; Each file that was installed, and folders that are then empty: somebody's own files may be beside them.
    ; The games are in the person's profile, and stay.
    !include "${REMOVED}"
    Delete "$INSTDIR\uninstall.exe"
    SetOutPath "$TEMP"
    RMDir "$INSTDIR"
SectionEnd
