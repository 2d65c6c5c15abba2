### What juste-prix tap says: what goes between a client and a server.

tap-open = Relay open: { $addresses } → { $target }
tap-how = Start your client with { $address } instead of { $target }. Ctrl-C to stop.
tap-capture = Everything is also written to { $file }, for Wireshark.
tap-trouble = A bad network on purpose, seed { $seed }: the same seed makes the same trouble again.

## Who speaks

tap-client = client
tap-server = server
tap-from-client = client ──▶ server
tap-from-server = client ◀── server
tap-bytes =
    { $bytes ->
        [one] { $bytes } byte
       *[other] { $bytes } bytes
    }
tap-chunks =
    { $chunks ->
        [one] { $chunks } chunk
       *[other] { $chunks } chunks
    }
tap-after-wait = after a wait of { $time }
tap-after-own = { $time } after the chunk before
tap-more = … and { $bytes } more bytes, which are not shown.
tap-skipped = Showing can't keep up: { $chunks }, { $bytes } in all, went by without being shown.

## What happens to a connection

tap-opened = the client { $client } arrives
tap-reached = the server { $server } has accepted
tap-refused = the server { $server } refuses: { $reason }. Start it first; this client is cut off, as it would have been without a relay.
tap-unreached = the server { $server } does not answer: { $reason }. Check the address; this client is cut off.
tap-finished-client = the client has finished sending (FIN)
tap-finished-server = the server has finished sending (FIN)
tap-closed = closed by both sides after { $time }
tap-reset-client = cut off by the client (RST) after { $time }: so is the server
tap-reset-server = cut off by the server (RST) after { $time }: so is the client
tap-lost-client = the client gives no sign of life ({ $reason }) after { $time }: the server is cut off (RST)
tap-lost-server = the server gives no sign of life ({ $reason }) after { $time }: the client is cut off (RST)
tap-reset-on-purpose = cut off on purpose, both sides (RST), after { $time }
tap-stopped = cut off after { $time }, since the relay stops
tap-totals = client: { $client-bytes } in { $client-chunks }; server: { $server-bytes } in { $server-chunks }
tap-full = no place left: the next clients wait until a connection ends
tap-capture-failed = the capture can't be written any more: what follows is not in it

## Silence

tap-silence = { $time } of silence: { $turn }
tap-turn-nobody = nobody has spoken yet
tap-turn-client = it is the client's turn
tap-turn-server = it is the server's turn
tap-turn-over = nobody will speak any more
tap-turn-finished = nothing more will come from the { $side }, which has finished sending
tap-read-all-client = the client has read all that it got
tap-read-all-server = the server has read all that it got
tap-unread-client = { $bytes } wait for the client to read them
tap-unread-server = { $bytes } wait for the server to read them

## Merges and splits

tap-sure = sure: { $text }
tap-suspected = maybe: { $text }
tap-mark-sends = this one recv took at least { $count } sends of the { $side }
tap-mark-rest = the rest of the chunk before, at which the relay's recv was full
tap-mark-cut-character = ends in the midst of a character: its rest comes next, or it is no UTF-8
tap-mark-character-ends = “{ $character }” began in the chunk before: decode("utf8") fails on either
tap-mark-seen-alone = two messages glued together, both seen alone before: “{ $first }” then “{ $rest }”
tap-mark-lines = two lines glued together, sent one by one until now: “{ $first }” then “{ $rest }”
tap-mark-long-number = two numbers glued together: “{ $first }” then “{ $rest }”
tap-mark-capital = two messages glued together: “{ $first }” then “{ $rest }”
tap-mark-soon-after = at the other side one recv took this chunk with the one that went just before
tap-mark-no-newline = without the newline that the chunks before had: the rest comes later
tap-mark-over-lesson = more than 1024 bytes: a recv(1024) takes only the beginning
tap-glued-client = the client had not read what came before: one recv can take the { $bytes } bytes that wait for it
tap-glued-server = the server had not read what came before: one recv can take the { $bytes } bytes that wait for it

## The bad network, on purpose

tap-on-purpose = on purpose: { $text }
tap-did-split = sent in { $count } pieces ({ $pieces } bytes), { $pause } ms apart
tap-did-held = held back, then glued to the next chunk: { $bytes } bytes go at once
tap-did-held-alone = held back for { $pause } ms, but nothing followed
tap-did-late = { $pause } ms late
tap-did-reset = connection cut off on both sides, after { $bytes } bytes of the server

## The end

tap-sums =
    { $connections ->
        [one] { $connections } connection
       *[other] { $connections } connections
    }; clients: { $client }; servers: { $server }.
tap-captured = Capture: { $file }, { $packets } packets; to open it: wireshark { $file }
tap-lost-events = Showing could not keep up: { $events } beginnings or ends of connections are missing.

## The screen

tap-waiting = Waiting for a client
tap-waiting-how = Start yours with { $address } instead of { $target }.
tap-keys = ↑↓ scroll   ←→ connection   space pause   End follow   q quit
tap-keys-short = ↑↓ ←→ space End q
tap-paused = PAUSE
tap-new-events = { $count } new
tap-connections = Connections
tap-too-small = This window is too small: make it larger, or start again with --lines.
tap-and = { $first }; { $next }
tap-since = { $turn }, for { $time }
tap-state-connecting = to the server
tap-state-client = client's turn
tap-state-server = server's turn
tap-state-anyone = anybody's turn
tap-state-nobody = both have finished
tap-state-closed = closed
tap-state-reset = cut off
tap-state-refused = refused
tap-connecting = the server has not accepted yet
tap-forgotten = Older events are not kept any more.

## What can't be done

tap-bind-in-use = The relay can't be opened: the address { $address } is taken, another program already uses the port { $port }; choose another port, like juste-prix tap { $other } { $target }, and give it to the client.
tap-bind-other = The relay can't be opened: { $address } can't be listened on, { $reason }; give an address of this machine, like 127.0.0.1:{ $port }, or a port alone.
tap-no-listen = The relay can't be opened: { $address } leads to no address, { $reason }; give an address of this machine, or a port alone, like 50001.
tap-no-target = The relay can't be opened: { $target } leads to no address, { $reason }; check the server's name.
tap-itself = The relay would call itself without end, since { $target } is also the address where it waits: give another port after tap, like juste-prix tap { $other } { $target }.
tap-no-capture = The capture { $file } can't be written: { $reason }; choose another file with --pcap.
tap-capture-lost = The capture { $file } is incomplete: { $reason }; choose another file with --pcap, on a disk that has room.
tap-system = The relay has stopped: { $reason }; start it again.
tap-pcap-title = Capture by juste-prix tap: the bytes, their order and their time are true; the IP and TCP headers are made up, as if the client had talked to the server without a relay.
