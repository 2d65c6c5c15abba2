### What juste-prix play says to the person who plays.

play-connected = Connected to { $server }.
play-guess = Guess a number between { $min } and { $max }. HELP for the words, Ctrl-D for a break, QUIT to end.
play-paused = Your game waits for you. To go on with it: { $command }
play-code = Your code, to go on at another machine: { $code }
play-prompt = Try { $n }
play-waits = Sent: the answer comes at the round's end.
play-within-optimum = Well played: by always cutting the interval in two, it takes { $optimum } tries at worst.
play-beyond-optimum = By always cutting the interval in two, { $optimum } tries are enough.

## When the connection breaks

play-broken = Connection to { $server } lost: { $reason }. Trying again.
play-resumed-judged = Back in the game: your last message had arrived.
play-resumed-again = Back in the game: sending your last message again.
play-anew = The server no longer has your game: it begins anew.
play-over-meanwhile = { $word }: the round ended while the connection was broken.

## When the game can't begin or go on

play-unreachable = No connection to { $server }: { $reason }; check the address, and that the server is running (juste-prix serve).
play-stranger = { $server } answers, but it is not the text door of a juste-prix; check the address and the port, usually 50000.
play-ended = The server { $server } has ended the game; ask whether it will be back, then start juste-prix play again.
play-ended-code = The server { $server } has ended the game; when it is back, go on by { $command }.
play-lost = The server { $server } did not come back: { $reason }; start juste-prix play again later.
play-lost-code = The server { $server } did not come back: { $reason }; go on later by { $command }.

## When no address is given

play-found-one = A server was found on the network: { $name }, { $server }.
play-found-none = No server was found on the network: trying { $server }.
play-found-several = Several servers were found on the network:
play-which = Which one (1 to { $count })?
play-give-address = Give the address of the one you want, such as: juste-prix play { $server }
