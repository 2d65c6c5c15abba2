### What juste-prix check client says.

## What a sound program does, check by check

check-connects = Connects to the server
check-turn = Speaks in its turn
check-number = Sends a number that int() can read
check-hints = Understands “too small” and “too big”
check-win = Stops or plays on when it has won
check-fin = Stops at FIN
check-close = Stops when the server closes
check-ends = Ends when the game has
check-text = Shows the server's text, accents too
check-glued = Bears a hint and a prompt in one segment
check-split = Bears a hint in two pieces
check-error = Bears an error message
check-slow = Waits for a slow server
check-refused = Says a sentence when no server listens
