### The command line: help, usage errors, the commands other than serve and play.

## The titles of a page of help

help-title-usage = Usage:
help-title-commands = Commands:
help-title-arguments = Arguments:
help-title-options = Options:

## What each command does, and each of its options (help-COMMAND-OPTION)

help-juste-prix = Le juste prix: guess a number, over the network.
help-lang = The language: fr or en (for serve, the game's)
help-help = Shows this help
help-version = Shows the version

help-serve = Opens the game server
help-serve-listen = Where to wait for players (50000; repeatable)
help-serve-quiet-listen = A door without a greeting (repeatable)
help-serve-web = Where to open the page (8080), or off
help-serve-name = Another name of this machine (repeatable)
help-serve-no-browser = Does not open the teacher's screen
help-serve-origin = Another page that may play here (repeatable)
help-serve-new-token = Changes the teacher's private link
help-serve-lesson = The lesson to give instead of the program's own
help-serve-local-name = The school's own server, in the lesson
help-serve-tls-cert = The certificate (PEM): the page by https
help-serve-tls-key = The certificate's key (PEM)
help-serve-tls-listen = Where to play as text by TLS (repeatable)
help-serve-data = Where to keep the games; memory: keep nothing
help-serve-keep = Days for which games and results are kept (400)
help-serve-range = The numbers to guess (1..100)
help-serve-words = The words of the answers: fr, en, plus or signes
help-serve-room = CODE=MODE[,MIN..MAX[,SECONDS]] (repeatable)
help-serve-rate = Guesses a second in the hall, or none (100)
help-serve-pace = The pace: people, programs or free (people)
help-serve-pause = The pause between rounds in rooms, in s (3)
help-serve-quiet-time = The silence that ends a message, in ms (10)
help-serve-metrics = Where to tell metrics (/metrics, /healthz)
help-serve-trust-proxy = A proxy to believe (PROXY v2; repeatable)
help-serve-no-mdns = Does not announce itself to the local network
help-serve-log = What happens, a line each time: text or json
help-serve-json = Writes the addresses as one line of JSON

help-play = Plays from this terminal, or reads numbers from standard input
help-play-server = The server (without it: looked for on the local network)
help-play-room = The room to enter
help-play-name = The name to take
help-play-resume = The code of a game to go on with
help-play-tls = Connects by TLS
help-play-tls-ca = A certificate authority (PEM) to trust as well

help-bot = Plays by itself, and counts the tries
help-bot-server = The server
help-bot-strategy = bisect, linear or random (bisect)
help-bot-games = How many games (1)
help-bot-room = The room to enter
help-bot-explain = Says what was understood of the server
help-bot-tls = Connects by TLS
help-bot-tls-ca = A certificate authority (PEM) to trust as well
help-bot-json = Answers with a JSON document

help-chat = The lesson's chat: each in turn, until FIN
help-chat-serve = Waits for a client, and speaks first
help-chat-serve-listen = Where to wait for the client (127.0.0.1:50000)
help-chat-join = Connects to a server, and listens first
help-chat-join-server = The server (127.0.0.1:50000)

help-net = Addresses and names: the first two parts of the lesson
help-net-me = This machine's addresses, and what they are for
help-net-me-json = Answers with a JSON document
help-net-common = What addresses have in common, bit by bit
help-net-common-first = An address
help-net-common-others = Those to compare it with
help-net-common-json = Answers with a JSON document
help-net-resolve = A name's addresses, or an address's names
help-net-resolve-what = The name, or the address
help-net-resolve-server = The name server to ask (the system's)
help-net-resolve-json = Answers with a JSON document
help-net-ping = Asks a machine whether it is there
help-net-ping-host = The machine, without a port
help-net-ping-port = By TCP on this port (by ICMP, else 50000)
help-net-ping-count = How many times (4)
help-net-ping-json = Answers with a JSON document
help-net-count = How many addresses there are, exactly and in words
help-net-count-what = ipv4, ipv6 or a network, such as 192.168.1.0/24
help-net-count-json = Answers with a JSON document

help-check = Examines a learner's program, and says what is wrong
help-check-client = Examines a client: plays its server, and types for it
help-check-client-listen = Where to wait for it (the ports that its files name)
help-check-client-source = Its program, only to be read
help-check-client-wait = How long to wait for one started by hand, in s (60)
help-check-client-only = Only this check (repeatable)
help-check-client-list = Shows the checks, examines nothing
help-check-client-json = Answers with one JSON document
help-check-client-report = Also writes the report as an HTML page
help-check-client-command = The client to start; {"{host}"} and {"{port}"} are filled in
help-check-pair = Lets a server and a client meet: do they understand each other?
help-check-pair-port = The port of the server (the one it opens)
help-check-pair-json = Answers with one JSON document
help-check-pair-commands = The server's command, then --, then the client's
help-check-server = Examines a server: plays against it, and puts it to the test
help-check-server-target = The address of a server that runs already
help-check-server-hosts = A list of addresses to examine, one a line
help-check-server-csv = With --hosts: also writes the table as CSV
help-check-server-port = The port of the command (the one it opens)
help-check-server-kind = What the server does: game, echo or chat (recognised)
help-check-server-only = Only this check (repeatable)
help-check-server-list = Shows the checks, examines nothing
help-check-server-json = Answers with one JSON document
help-check-server-report = Also writes the report to an HTML page
help-check-server-command = The server to start; {"{port}"} is replaced in it

help-verify = Verifies that a round's number was not changed
help-verify-commitment = The commitment published before (else: standard input)
help-verify-opening = The opening published after the round
help-verify-json = Answers with a JSON document

help-export = Writes the results
help-export-format = csv, json or xlsx (csv)
help-export-table = rounds, tries, answers or tournament
    (without: rounds)
help-export-data = Where the games are kept
help-export-room = Only this room
help-export-output = The file to write (else: standard output)

help-forget = Erases the games and the results
help-forget-data = Where the games are kept
help-forget-room = A room to erase, not everything (repeatable)
help-forget-class = A class: this room and its half-groups
help-forget-player = A player, by name: of these rooms, or of all
help-forget-yes = Erases without asking

help-load = Measures a server, with many players at once
help-load-server = The server to measure
help-load-connections = How many players (100)
help-load-pipeline = Guesses on their way at once, each player (1)
help-load-seconds = How long to measure, in s (10)
help-load-door = By which door: text, ws (the page), ws-text (text)
help-load-room = The room to play in (else: the public hall)
help-load-pause = How long a player thinks before each guess, in ms (0)
help-load-idle = Players guess once, then say nothing
help-load-tls = Connects by TLS
help-load-tls-ca = A certificate authority (PEM) to trust as well
help-load-json = One JSON document on standard output

help-completions = Writes what the Tab key needs to complete commands
help-completions-shell = bash, zsh, fish or powershell

help-man = Writes the pages of the manual
help-man-dir = The folder to write them to
help-tap = Shows what goes between a client and a server, byte by byte
help-tap-listen = Where to wait for the client, like 50001
help-tap-target = The server
help-tap-lines = Lines rather than the whole screen
help-tap-pcap = Also writes everything to this file, for Wireshark
help-tap-trouble = Plays the bad network; same seed, same trouble
help-tap-json = One JSON object a line, for programs

## The name of an option's value

value-command = COMMAND
value-lang = LANGUAGE
value-addr = ADDRESS
value-addr-or-off = ADDRESS|off
value-dir = FOLDER
value-dir-or-memory = FOLDER|memory
value-days = DAYS
value-range = MIN..MAX
value-pack = WORDS
value-prefix = PREFIX
value-log-format = FORM
value-nats = nats://A,B,C
value-event = NAME
value-monitors = A,B,C
value-room = ROOM
value-ms = TIME
value-host-port = HOST[:PORT]
value-code = ROOM
value-name = NAME
value-resume = CODE
value-commitment = COMMITMENT
value-opening = OPENING
value-strategy = STRATEGY
value-games = NUMBER
value-program = COMMAND
value-kind = KIND
value-check = CHECK
value-ip = ADDRESS
value-ip-2 = ADDRESS
value-name-or-ip = NAME|ADDRESS
value-dns = SERVER
value-host = HOST
value-origin = ORIGIN
value-port = PORT
value-block = ipv4|ipv6|NETWORK
value-format = FORMAT
value-table = TABLE
value-n = N
value-p = N
value-s = TIME
value-door = DOOR
value-file = FILE
value-shell = SHELL
value-listen = LISTEN
value-seed = SEED

## A wrong command line: what, where, what to type instead

usage-suggestion = try { $it }
usage-unknown = There is no argument { $argument } here: { $help } shows those there are.
usage-unknown-close = There is no argument { $argument } here: { $hint }, or { $help }.
usage-command = There is no command { $command }: { $help } shows those there are.
usage-command-close = There is no command { $command }: { $hint }, or { $help }.
usage-no-command = A command is missing: type juste-prix serve to open the game, juste-prix play to play, or { $help }.
usage-tour =
    Le juste prix: the game server of the networking lesson.

      juste-prix serve          opens the game for a class, and the teacher's screen
      juste-prix play           plays from this terminal
      juste-prix bot HOST       plays by itself, even against a pupil's server
      juste-prix chat           the lesson's turn-by-turn chat
      juste-prix net            addresses, names and ping
      juste-prix check          examines a learner's program
      juste-prix tap            shows each byte between a client and a server

    All commands: juste-prix --help. To begin: juste-prix serve.
usage-no-subcommand = A word is missing after { $command }: { $help } shows which there are.
usage-value = For { $argument }, “{ $value }” does not do: it takes { $expected }.
usage-secret = A password has no place in { $argument }: every user of the machine can read a command line. Put NATS_USER and NATS_PASSWORD (or NATS_TOKEN) into the environment, or a file into --nats-creds.
usage-no-value = A value is missing after { $argument }: { $help } shows which.
usage-flag-value = { $argument } is written without a value: { $help } shows how.
usage-twice = { $argument } is given twice: keep one.
usage-missing = { $argument } is missing: { $help } shows how to write it.
usage-utf8 = An argument is not UTF-8 text: type it again, without special characters.
usage-other = This command line makes no sense: { $help } shows how to write it.
usage-same-room = Room { $code } is given twice: keep one --room { $code }=….
usage-no-text = A workbook (xlsx) is no text to be shown: give a file, such as --output results.xlsx.

## What it takes instead

expect-help = one of the values that --help shows
expect-lang = fr or en
expect-address = an address and a port, such as 192.168.1.10:50000 or [::1]:50000, or a port alone, such as 50000
expect-target = a machine and maybe a port, such as 192.168.1.10:50000, [::1]:50000 or server.local
expect-host-name = the name of a machine, without a port, such as prof.lycee.fr
expect-origin = the beginning of a page's address, such as https://notebook.basthon.fr or http://192.168.1.10:8888
expect-web = an address and a port, a port alone, such as 8080, or off
expect-range = two integers, the smaller first, between -1000000000 and 1000000000, such as 1..100
expect-pack = fr, en, plus or signes
expect-prefix = an address or a network, such as 10.0.0.5, 10.0.0.0/8 or 2001:db8::/32
expect-log-format = text or json
expect-nats = nats://host,host,host
expect-event = letters, digits, _ or - (32 at most)
expect-monitors = host:port,host:port
expect-room = CODE=MODE[,MIN..MAX[,SECONDS]], such as 4821=course or 4821=sans-depasser,1..100,60
expect-room-code = as the room's code 1 to 12 letters without accents or digits, such as 4821 (HALL is taken)
expect-mode = as the mode solo, course or sans-depasser, such as 4821=course
expect-seconds = a number of seconds from 1 to 86400, such as 4821=course,1..100,60
expect-no-seconds = no seconds, since solo has no time limit, such as 4821=solo,1..100
expect-some-seconds = a limit in seconds, since sans-depasser always has one, such as 4821=sans-depasser,1..100,60
expect-resume = a whole code, such as HALL-ABCDEFGHIJKLMNOP
expect-rate = a number of guesses a second from 1 to 1000000, such as 100, or none
expect-pace = people (1 guess a second), programs (20) or free (no bound)
expect-intermission = a number of seconds from 0 to 60, such as 3
expect-quiet-time = a number of milliseconds from 1 to 5000, such as 10
expect-days = a number of days from 1 to 36500, such as 400
expect-games = a number of games from 1 to 1000000
expect-strategy = bisect (halving), linear (1, 2, 3…) or random (by chance)
expect-ip = an IP address alone, such as 192.168.1.10 or 2001:db8::1
expect-dns-name = a name, such as prof.local, or an IP address alone
expect-dns = the address of a name server, such as 192.168.1.1 or 127.0.0.1:5353
expect-host = a machine without a port, such as 192.168.1.10, ::1 or prof.local (the port is given by --port)
expect-port = a port from 1 to 65535, such as 80
expect-block = ipv4, ipv6 or a network, such as 192.168.1.0/24 or 2001:db8::/64
expect-client-check = a check that juste-prix check client --list shows, such as fin
expect-kind = echo, chat or game
expect-server-check = a check that juste-prix check server --list shows, such as word
expect-commitment = a commitment of 64 hexadecimal digits, such as PREUVE shows
expect-opening = an opening, which begins with jp1:, such as PREUVE shows
expect-door = text, ws or ws-text
expect-pause = a whole number of milliseconds, from 0 to 60000
expect-count = a whole number, at least 1
expect-duration = a number of seconds, from 1 to 86400
expect-format = csv, json or xlsx
expect-table = rounds, tries, answers or tournament
expect-shell = bash, zsh, fish or powershell
expect-seed = a whole number, at least 0, like 42

## Why the system refused

reason-in-use = another program already uses this port
reason-reserved = Windows keeps this port for itself, or another program has it for itself alone
reason-not-here = this address is not one of this machine's
reason-permission = the system does not permit it
reason-refused = no program waits for connections there
reason-timed-out = the machine does not answer
reason-unreachable = no network leads there
reason-reset = the connection was cut
reason-not-found = it does not exist
reason-name = the machine's name is unknown
reason-unsupported = this system does not offer it
reason-full = the disk is full
reason-too-large = it is too big
reason-not-text = it is not UTF-8 text
reason-other = the system says “{ $text }”

## verify

verify-good = Verified: the commitment { $commitment } is that of round { $round } ({ $room }, { $range }), with the number { $number }; if it was shown before the first guess, the number was not changed.
verify-bad = Not verified: the opening of round { $round } ({ $room }) has the commitment { $commitment }, which is none of those given; it takes the one that PROOF showed during that round.
verify-paste = Paste the answer to PROOF, and better still the one from before the round's end, then Ctrl-D:
verify-nothing = The input does not hold both a commitment (64 hexadecimal digits) and an opening (jp1:…): give the answer to PROOF from after the round's end, or type juste-prix verify COMMITMENT OPENING.
input-failed = Standard input can't be read: { $reason }.

## export and forget

no-home = The home folder can't be found: give a folder, such as --data ./juste-prix.
output-failed = { $file } can't be written: { $reason }; choose another file with --output.
stdout-failed = Standard output can't be written: { $reason }.
forget-ask = Erase the games and the results kept in { $dir }? Type yes:{" "}
forget-word = yes
forget-kept = Nothing was erased.
forget-done = Games and results erased: { $dir }.
forget-rooms-done = Erased from { $dir }: { $rooms }.
forget-rooms-nothing = Nothing of { $rooms } in { $dir }.
forget-rooms-ask = Erase { $rooms } from { $dir }, with all games, names and results? Type yes:{" "}
forget-player-done = Erased from { $dir }: “{ $name }”, in { $rooms }.
forget-player-nothing = Nobody is called “{ $name }” in { $rooms } ({ $dir }).
forget-player-ask = Erase “{ $name }” from { $rooms }, in { $dir }: their name and answers? Type yes:{" "}
forget-everywhere-done = Erased from { $dir }, in all rooms and in the public hall: “{ $name }”.
forget-everywhere-nothing = Nobody is called “{ $name }” in any room, or in the public hall ({ $dir }).
forget-everywhere-ask = Erase whoever was called “{ $name }”, from all rooms and the public hall, in { $dir }: their names and answers? Type yes:{" "}
forget-nothing = Nothing to erase in { $dir }.
help-serve-journal = A journal that several machines share
help-serve-event = The event whose journal it is
help-serve-nats-creds = The credentials, as NATS writes them
help-serve-nats-ca = Who signed the servers' certificates
help-serve-nats-cert = This machine's certificate
help-serve-nats-key = The certificate's key
help-serve-nats-monitor = The servers' monitoring (8222)
help-export-journal = A journal that several machines share
help-export-event = The event whose journal it is
help-export-nats-creds = The credentials, as NATS writes them
help-export-nats-ca = Who signed the servers' certificates
help-export-nats-cert = This machine's certificate
help-export-nats-key = The certificate's key
help-export-nats-monitor = The servers' monitoring (8222)
help-forget-journal = A journal that several machines share
help-forget-event = The event whose journal it is
help-forget-nats-creds = The credentials, as NATS writes them
help-forget-nats-ca = Who signed the servers' certificates
help-forget-nats-cert = This machine's certificate
help-forget-nats-key = The certificate's key
help-forget-nats-monitor = The servers' monitoring (8222)

help-journal = Copies a journal
help-journal-copy = Copies a journal, and verifies the copy
help-journal-copy-from = The journal to copy: a folder or nats://A,B,C
help-journal-copy-to = Where to copy it; nothing may be there
help-journal-copy-event = The event, of a shared journal
help-journal-copy-nats-creds = The credentials, as NATS writes them
help-journal-copy-nats-ca = Who signed the servers' certificates
help-journal-copy-nats-cert = This machine's certificate
help-journal-copy-nats-key = The certificate's key
help-journal-copy-nats-monitor = The servers' monitoring (8222)
value-place = JOURNAL
value-guesses = GUESSES
value-pace = PACE
copy-done = { $entries ->
    [one] { $entries } entry copied and verified.
   *[other] { $entries } entries copied and verified.
}
copy-no-event = A shared journal is that of an event: give its name with --event.
