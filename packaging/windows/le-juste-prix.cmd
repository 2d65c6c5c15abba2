@echo off
rem Starts the server and opens the teacher's screen. Ctrl-C, or closing this window, stops it.
rem Options of `serve` may follow its name in a shortcut.
chcp 65001 >nul
title Le juste prix
"%~dp0juste-prix.exe" serve %*
pause
