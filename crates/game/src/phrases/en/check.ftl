### What all checks of programs say: the report, the moments, where a program waits.

## The report

check-title = Check of { $subject }
check-next = To mend first: { $title }.
check-sound = All that was examined is well.
check-few = Nothing that was examined is wrong, but most checks could not be made.
check-nothing = Nothing could be examined.
check-counts =
    { $passed ->
        [one] { $passed } passed
       *[other] { $passed } passed
    }, { $failed ->
        [one] { $failed } failed
       *[other] { $failed } failed
    }, { $skipped ->
        [one] { $skipped } not examined
       *[other] { $skipped } not examined
    }, in { $seconds } s.
check-hint = Where to look: { $hint }
check-place = There: { $file }, line { $line }: { $text }
check-evidence = What happened
check-before =
    { $count ->
        [one] … { $count } moment before
       *[other] … { $count } moments before
    }
check-report-failed = Could not write { $file }: { $reason }; choose another file with --report.
verdict-passed = passed
verdict-failed = failed
verdict-not-examined = not examined

## What happened, a line a moment

event-started = program started
event-typed = typed on the keyboard: { $line }
event-printed = shown: { $bytes }
event-looked = the program { $waits }
event-interrupted = Ctrl-C, to learn where it is
event-ended = the program { $how }
event-stopped = program stopped by the check
event-connected = connection { $link } made
event-sent = connection { $link }, sent to the program: { $bytes }
event-received = connection { $link }, received from the program: { $bytes }
event-closed-here = connection { $link } closed by the check
event-finished-here = connection { $link }: the checker has finished speaking, and still listens
event-cut-here = connection { $link } cut off by the checker
event-closed-there = connection { $link } closed by the program
event-reset-there = connection { $link } cut off by the program
ended-status = ended (status { $status })
ended-segfault = crashed: it touched memory that is not its own (signal 11)
ended-signal = was ended by signal { $signal }
ended-output = was stopped: it printed without end
ended-memory = was stopped: it took too much memory
ended-processes = was stopped: it started too many processes

## Where a program waits

waits-keyboard = waits for you to type, in input()
waits-receive = waits for a message in recv()
waits-keyboard-or-receive = waits for the keyboard and for a message at once
waits-accept = waits for a client in accept()
waits-accept-or-receive = waits for a client and for a message at once
waits-connect = waits for its connection to be made, in connect()
waits-connect-to = waits for { $address } to accept its connection, in connect()
waits-send = waits in send(): nobody reads what it sends
waits-print = prints without stopping
waits-sleep = waits for time to pass, in sleep()
waits-child = waits for another process that it started
waits-lock = waits for another of its threads
waits-other = waits in system call { $number }
waits-runs = runs without waiting for anybody

## From an error to its cause

cause-no-file = this file is not in the folder from which you start the command, or its name is misspelt:
cause-own-module = a file of yours has the name of the module that it imports (socket.py, random.py…): Python reads yours instead:
cause-not-bytes = the network carries bytes: text must be encoded first, and a number written as text:
cause-bytes-and-text = recv() returns bytes, and you mix them with text:
cause-one-address = the address is one value, a pair (host, port): count the parentheses:
cause-port-text = the port is a whole number, and here it is text:
cause-accept-pair = accept() returns two things, the connection and the client's address:
cause-called-at-once = the function is called at once, because of its parentheses; Thread wants the function itself:
cause-name = a name is not known here: misspelt, or an import is missing:
cause-listening-socket = the listening socket talks to nobody: messages go through the one that accept() returns:
cause-not-connected = this socket is not connected yet: what happens before this line?
cause-listen-forgotten = accept() only works on a socket that listens already:
cause-listen-udp = a UDP socket does not listen and accepts nobody: look at how it is created:
cause-closed-listener = the listening socket is closed already: is the close inside the loop?
cause-send-after-close = this socket is closed already at this place:
cause-empty-number = the message is empty: the other side closed, or wrote nothing; that is no number:
cause-half-character = an accented character takes two bytes, and recv() returned only the first:
cause-in-use = another program, or an earlier run of yours, holds this port:
cause-refused = nobody listens at this address and port: is the server running, and are they its own?
cause-not-here = this address is none of this machine's:
cause-reset = the other program ended or cut the connection: look at its side first:
cause-pipe = the other side had closed already when this message left: look at its side first:
cause-unreachable = no route leads to this address from this machine: is it on the right network?
cause-no-answer = nothing answered at this address: a machine that is off, another network or a firewall:
cause-name-unknown = this machine's name is not known; localhost always means the machine on which the program runs:
cause-low-port = this port is reserved for the system: take one above 1024:
