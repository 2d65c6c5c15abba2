### What juste-prix check pair says.

meet-title = Meeting of { $server } and { $client }
meet-won = They understand each other: the client found the number in { $tries }.
meet-lost = They understand each other: the client used up its tries, after { $tries }.
meet-misunderstood = They do not understand each other. The first misunderstanding: { $said }; { $expected }, but { $came }.
meet-blocked = They are blocked: the server { $server }, and the client { $client }; { $last }.
meet-apart = They do not meet: the server listens on port { $server }, the client connects to port { $client }.
meet-absent-server = The server waits for no client: it { $waits }.
meet-absent-client = The client does not connect to the server: it { $waits }.
meet-broken-server = The server stopped on an error: { $error }; { $last }.
meet-broken-client = The client stopped on an error: { $error }; { $last }.
meet-ended-server = The server ended the game before it was won; { $last }.
meet-ended-client = The client ended before it had won; { $last }.
meet-unclear = They talk, but I can't tell whether the game is won: last, { $said }.
meet-typed = The client waits for its keyboard: the numbers were typed for it.
meet-server-said = the server said { $bytes }
meet-client-said = the client said { $bytes }
meet-last = last, { $said }
meet-nothing-said = nobody had said anything yet
meet-expected-number = the server expected a number written like { $form }
meet-expected-within = the server expected a number between { $min } and { $max }
meet-expected-above = a number above { $guess } was due
meet-expected-below = a number below { $guess } was due
meet-expected-another = another number than { $guess } was due
meet-expected-end = the client should have ended or begun another game
meet-came-nothing = nothing came, each waits for the other
meet-came-server-closed = the server closed the connection
meet-came-client-ended = the client ended
meet-waits-other = waits for something else
meet-waits-ended = has ended

## Before it begins

meet-which = Give both commands: juste-prix check pair -- python3 server.py -- python3 client.py.
meet-not-between = Can't stand between the two programs at { $address }: { $reason }; write {"{port}"} in the place of the port in one of the two commands.
