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

## Before it begins

client-start-again = Start your program again: { $left ->
        [one] this is probably the last time
       *[other] about { $left } times more
    }.
client-start-it = Waiting for your program on { $address }: start it, and start it again each time it ends ({ $seconds } s for each time).
client-no-door = Could not wait for your program on { $address }: { $reason }; stop that program, or choose another port with --listen and in your program.
client-no-command = There is no command { $command } here: write behind -- what you type to start your program, such as python3 client.py.
check-source-unread = { $file } can't be read: { $reason }. Give --source the file of your program.
client-not-started = Could not start { $command }: { $reason }.

## What the program did instead

came-sent = it sent { $bytes }
came-waits = it { $waits }
came-left = it closed its connection
came-ended = it { $how }
came-crash = it stopped with an error: { $error }
came-spins = it goes round for ever ({ $percent }% of the processor)
came-nothing = nothing came

## What the check has learned

fact-by-hand = Your program plays what is typed: the check typed in your place.
fact-by-person = A person plays at the keyboard: each number comes after a pause.
fact-by-itself = Your program plays by itself.
fact-lines = It ends its messages with a newline; the check did the same.
fact-no-lines = It sends no newline, as in the lesson.
fact-words = It understands { $small } (too small) and { $big } (too big).

## Why a check was not made

skipped-not-connected = Your program did not connect: there is nothing to look at.
skipped-no-guess = No guess came.
skipped-no-hints = Your program does not follow hints yet: mend that first.
skipped-accents = It stopped at an accent ({ $error }): the check “{ check-text }” speaks of it.
skipped-sent-twice = It sends its number twice: that is the fault of the check “{ $check }”.
skipped-misread = It misreads accents: the check “{ check-text }” speaks of it.
skipped-never-stops = It never stopped: mend win, fin or close first.
skipped-bounds = The check had to stop it: { $came }.
skipped-not-again = Your program was not started again, or sent nothing, in { $seconds } s.
skipped-unsteady = Your program did not do the same thing twice: this time, { $came }.
skipped-no-command = The check must start your program itself: juste-prix check client -- COMMAND.
skipped-slow-client = Your program was late, and there is no time left to find out whether it is slow, or the machine.
skipped-time = The time for the examination is over.
skipped-door = The address could not be left.

## connects

connects-ok = It connected to { $address }.
connects-nobody = No program connected to { $addresses } within { $time } s.
connects-crash = I started your program and waited for its connection; { $came }.
connects-elsewhere = I waited for your program on this machine; { $came }.
connects-far = I waited for your program on this machine; { $came }. Its file names { $address }, which is another machine's address.
connects-asked = I waited for your program on { $addresses }; it wanted to connect to { $address }, where I do not wait for it: { $came }.
connects-unseen = I waited for your program on { $addresses }, and it looked for its server elsewhere: { $came }. This system does not tell where; --listen tells the check where to wait.
connects-server = I waited for your program to connect; but { $came }: it is a server.
connects-not = I started your program and waited for its connection on { $addresses }; { $came }.
connects-never = I started your program and waited for it to connect, to any address; { $came }.
hint-connects-elsewhere = look which address and which port your program gives to connect:
hint-connects-far = when the server is on the same machine, which address does this line need?
hint-connects-server = a client calls connect, a server calls accept:
hint-connects-not = look which address and port it uses; --listen tells the check where to wait:
hint-connects-never = a client calls connect before it sends and receives:

## turn

turn-waits = It waits for the greeting, then sends one message a turn.
turn-first = It speaks first, then sends one message a turn; to play against juste-prix serve it needs a door without a greeting (--quiet-listen).
turn-two = Each turn it waits for two messages, a hint and then a question; the lesson's server sends only one.
turn-silent = I accepted its connection, sent a greeting and then a question, and waited for its first guess; { $came }.
turn-twice = It sent several numbers in one turn, without waiting for an answer: { $bytes }.
hint-turn-silent = count the recv() before the first send(): each waits for one more message:
hint-turn-crash = the server's first message is a greeting, not a hint:
hint-turn-other = follow your program line by line, from the connection to the first send():
hint-turn-twice = a turn is one send() and then one recv(); look for the send() too many:

## number

number-ok = It sends { $bytes }, which int() can read.
number-worded = It sends { $bytes }: a server of its protocol understands that, the lesson's wants the number alone.
number-framed = It sends { $bytes }: the length of the message, then the number. A server that reads so understands it, the lesson's wants the number alone.
number-object = It sends { $bytes }: a JSON object. A server that reads JSON understands it, the lesson's wants the number alone.
number-marked = I expected a whole number alone; it sent { $bytes }: a byte order mark stands before it, which “utf-8-sig” writes and int() can't read.
number-decimal = I expected a whole number; it sent { $bytes }, and int() does not read a decimal point.
number-repr = I expected a whole number; it sent { $bytes }: bytes as Python writes them, with the b and the quotes.
number-odd = I expected a whole number alone; it sent { $bytes }, and int() can't read what is around it.
number-binary = I expected a number in digits; it sent { $bytes }, which is not text.
hint-number-marked = this encoding puts a mark before each text; which one does not?
hint-number-decimal = a division always gives a number with a decimal point:
hint-number-repr = str() applied to bytes does not make text of them:
hint-number-odd = the server wants the number only:
hint-number-binary = a number is not text yet:

## hints

hints-ok = After { $small } it guesses higher, after { $big } lower.
hints-other = After { $small } it guesses higher, after { $big } lower; the lesson's words are “Trop petit” and “Trop grand”.
hints-by-hand = You choose the numbers: there is no hint for it to understand.
hints-same = It guessed { $guess }, I answered { $hint }; I expected another number, it sent { $next } again: it did not understand.
hints-down = It guessed { $guess }, I answered { $hint }; I expected a bigger number, it sent { $next }.
hints-up = It guessed { $guess }, I answered { $hint }; I expected a smaller number, it sent { $next }.
hints-waits = It guessed { $guess }, I answered { $hint }; it is its turn to guess, but { $came }.
hints-crash = It guessed { $guess }, I answered { $hint }; I expected another number, but { $came }.
hints-stops = It guessed { $guess }, I answered { $hint }; I expected another number, but { $came }, as if the game were over.
hints-else = It guessed { $guess }, I answered { $hint }; I expected another number, but { $came }.
hints-unknown = It did not react to the check's words, and no file tells which ones it expects; --source names its program to read.
hints-foreign = It did not react to the check's words; its files compare messages with { $words }.
hints-cut = I answered { $hint }: { $length } bytes, but recv reads { $size } of them at most; it saw only the beginning.
hint-hints-cut = how many bytes can the server's longest message have?
hint-hints-same = your comparison is never true: does it compare text with text, and exactly the server's words?
hint-hints-wrong = “too small” speaks of the number that was guessed: which bound has to move?
hint-hints-waits = a recv() waits for a second message that does not come:
hint-hints-crash = look at what is really in the message before you use it:
hint-hints-stops = all that is not recognised falls into the last case:

## win

win-ends = I answered { $found }: it stopped.
win-plays-on = I answered { $found }: it began another game.
win-asks = I answered { $found }: it asks you for more.
win-waits = I answered { $found }: it waits for the server to say FIN or to close.
win-goes-on = I answered { $found }; I expected it to stop or to begin another game, but { $came }.
win-unnoticed = I answered { $found }; it did exactly what it does after a hint, though it compares the message with a word for the win; { $came }.
win-crash = I answered { $found }; I expected it to stop, but { $came }.
win-spins = I answered { $found }; I expected it to stop, but { $came }.
hint-win-goes-on = the message of the win goes on behind “Gagné”; do you compare the whole message, or bytes with text?
hint-win-unnoticed = the comparison is never true: do you compare bytes with text, or the whole message?
hint-win-crash = the message of the win is not a number:
hint-win-spins = what changes in this loop when the game is won?

## fin

fin-ok = I sent "FIN" in the place of an answer: it stopped.
fin-not-spoken = FIN is not a word of its protocol.
fin-goes-on = I sent "FIN" in the place of an answer; I expected it to stop, but { $came }.
fin-waits = I sent "FIN" in the place of an answer; I expected it to stop, but { $came }.
fin-crash = I sent "FIN" in the place of an answer; I expected it to stop, but { $came }.
fin-spins = I sent "FIN" in the place of an answer; I expected it to stop, but { $came }.
hint-fin-goes-on = where does your program look whether the message is FIN?
hint-fin-waits = after FIN nothing more will come:
hint-fin-crash = FIN is not a number:
hint-fin-spins = what makes it leave this loop?

## close

close-ok = I closed the connection in the place of an answer: it stopped.
close-goes-on = I closed the connection in the place of an answer; I expected it to stop, but { $came }.
close-crash = I closed the connection in the place of an answer; I expected it to stop, but { $came }.
close-spins = I closed the connection in the place of an answer; I expected it to stop, but { $came }.
hint-close-goes-on = when the server has closed, recv() gives an empty message at once; what does your program make of it?
hint-close-crash = when the server has closed, recv() gives an empty message; it is neither a hint nor a number:
hint-close-spins = when the server has closed, recv() waits no more: it gives an empty message, again and again:

## ends

ends-ok = Once the game is over the program ends.
ends-stays = It closed its connection, but the program does not end: { $came }.
hint-ends-stays = something still runs or waits, often a thread:

## text

text-ok = I sent a message with accents: it shows it as it is.
text-read = I sent a message with accents: it read it without stopping.
text-crash = I sent a message with accents, in UTF-8 as in the lesson; { $came }.
text-bytes = I sent a message with accents; it shows { $shown }: bytes, not text.
text-mojibake = I sent a message with accents; it shows { $shown }: each accent has become two signs.
hint-text-crash = the bytes of an accent are read as UTF-8:
hint-text-bytes = recv() gives bytes:
hint-text-mojibake = the bytes are read in another encoding than the server's:

## glued

glued-ok = I sent { $bytes } at once: it understood the hint.
glued-opening = I sent the greeting and the question at once, { $bytes }: it guessed.
glued-waits = I sent the hint and the question at once; it is its turn to guess, but { $came }: that second message has already come, glued to the first.
glued-crash = I sent the hint and the question at once; I expected another number, but { $came }.
glued-spins = I sent the hint and the question at once; I expected another number, but { $came }.
glued-unread = I sent { $bytes } at once: it did not see the hint in it. It compares the whole message, as the lesson's server allows; other servers glue the question on.
hint-glued-waits = two send() of the server may arrive in one recv(); the second recv() then waits for ever:
hint-glued-crash = there may be more in the message than the hint:

## split

split-ok = I sent { $start } and then { $rest }: it waited for the end of the line.
split-unframed = Without a newline nobody can know that a message goes on: in the lesson a message is one send.
split-unread = I sent { $start }, and a little later { $rest }; I expected it to read the whole line, but { $came }.
hint-split = a recv() gives what has arrived, sometimes half a line; where is its beginning kept?

## error

error-ok = I answered { $error }: it goes on.
error-ended = I answered { $error }: it stopped in order.
error-crash = I answered with an error message; I expected it to go on or to stop in order, but { $came }.
error-spins = I answered with an error message; I expected it to go on or to stop in order, but { $came }.
error-waits = I answered with an error message; it is its turn to speak again, but { $came }.
hint-error-crash = a message of the server is not always a hint:
hint-error-spins = what does this loop do with a message that it does not know?
hint-error-waits = what does your program do with a message that is neither a hint nor the win?

## slow

slow-ok = I waited { $time } s before I answered: it waited too.
slow-talks = I was slow to answer; I expected it to wait, but { $came }.
slow-leaves = I was slow to answer; I expected it to wait, but { $came }.
slow-spins = I was slow to answer; I expected it to wait in recv(), but { $came }.
hint-slow-talks = a server may think for long; who decides here that it is too long?
hint-slow-leaves = a server may think for long; who decides here that it is too long?
hint-slow-spins = recv() can wait by itself; here it is told not to:

## refused

refused-ok = Nobody listened: it said { $said } and stopped.
refused-tries = Nobody listened: it said { $said }.
refused-crash = I started your program without a server; I expected a sentence, but { $came }.
refused-silent = I started your program without a server; I expected a sentence that says so, but it said nothing: { $came }.
refused-spins = I started your program without a server; I expected a sentence, but { $came }.
hint-refused-crash = what happens when connect() fails?
hint-refused-silent = the error is caught, and nobody learns of it:
hint-refused-spins = your program starts again at once, without waiting and without saying so:
