### The pages of the manual: what the help does not say.

man-written = Pages of the manual written to { $dir }: { $count }.
man-failed = The pages of the manual can't be written to { $dir }: { $reason }; choose another folder with --dir.

man-title = juste-prix manual

man-name = NAME
man-synopsis = SYNOPSIS
man-description = DESCRIPTION
man-commands = COMMANDS
man-options = OPTIONS
man-examples = EXAMPLES
man-status = EXIT STATUS
man-environment = ENVIRONMENT
man-files = FILES
man-see-also = SEE ALSO

man-about = The server draws a whole number, players guess, and it answers too small, too big or found. It is played with nc, telnet, juste-prix play, or a program of one's own.
man-addresses = An address is a port alone (50000: all addresses of this machine), HOST:PORT or [IPv6]:PORT; port 0 takes a free one.
man-rooms = A room's mode is solo (each their own number), course (one number for all, the first to find it wins) or sans-depasser (one guess each, the nearest without going over wins, with a time limit in seconds): --room 4821=sans-depasser,1..100,60. Players enter it by ROOM 4821.

man-example-serve = Opens the game, and shows what players need.
man-example-room = Opens room 4821 too: the first to find the number wins.
man-example-play = Plays on this server.
man-example-export = Writes the results to a file, for a spreadsheet.

man-status-done = It is done.
man-status-failed = The run failed, or what was examined fell short; one sentence says why.
man-status-usage = The command line makes no sense; one sentence says what to type.

man-locale = The language of what commands say in this terminal, without --lang: the first of these variables that is not empty; French if it is not English. The game itself answers in French, unless serve --lang says otherwise.
man-data-home = The folder for data, instead of ~/.local/share.
man-journal = The journal of the games, readable by its owner alone: who can read it can work out numbers to come.
