### What all checks of programs say: the report, the moments, where a program waits.

## The report

check-title = Check of { $subject }
check-next = To mend first: { $title } ({ $id }).
check-sound = All that was examined is well.
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
