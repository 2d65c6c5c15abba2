### The command load.

load-no-address = { $server }: address not found ({ $reason }). Check the name and the port.
load-failed = { $server }: the measurement could not be made ({ $reason }). Check that the server runs and that this machine allows enough descriptors (ulimit -n).
load-connecting = Connections
load-playing = Measuring
load-connected = Connections: { $connected } of { $connections } in { $seconds } s
load-guesses = Guesses: { $guesses }, that is { $rate } a second
load-latency = Delays: median { $p50 } ms, 99% under { $p99 } ms, 99.9% under { $p999 } ms
load-errors = Errors: { $errors }

load-nobody = { $server }: no connection was made. Check that the server runs, that the address is right, and that this port is the one of the door asked for (--door text: the port of the game; ws, ws-text: the port of the page).
load-nobody-entered = { $server }: nobody could enter the room { $room }. Check that the server runs, that this port is the one of the door asked for (--door), and that the room is open (serve --room { $room }=solo, or the teacher's screen).
