### What juste-prix check server says.

## What a sound server does, check by check

check-starts = Starts and waits for players
check-answers = Answers a guess
check-game = Lets a player win who halves what is left
check-truth = Gives true hints
check-range = Plays in the range that it announces
check-won = Says that the game is won, and leaves nobody waiting
check-fresh = Draws a new number for each game
check-secret = Keeps its number to itself until the end
check-sends = Sends one message a turn, or ends each with a newline
check-newline = Reads a number with and without a newline
check-bytes = Reads a number that comes byte by byte
check-pair = Bears two guesses glued together
check-word = Bears a word in the place of a number
check-empty = Bears an empty message
check-outside = Bears a number just outside the range
check-negative = Bears a negative number
check-decimal = Bears a decimal number
check-long = Bears a number of 40 digits
check-binary = Bears bytes that are no text
check-quit = Lets a player go who says FIN
check-next-player = Serves the next player after a game
check-leaves = Goes on when a player leaves
check-half = Answers a player who has finished speaking
check-reset = Goes on when a connection is cut off
check-two = Serves two players at once
check-own = Gives each player a number of their own
check-restart = Starts again at once
check-reach = Can be reached from another machine

check-echo = Sends back what it is sent
check-passes = Passes on to all others what one says
check-together = Serves several clients at once, each with its own
check-stays = Goes on with the others when a client leaves
check-joins = Serves those who come after others have left
check-ends-word = Lets a client go who says the word that ends

## Before it begins

server-which = Say which server to examine: juste-prix check server 192.168.1.10:50000, or juste-prix check server -- python3 server.py.
server-unknown = Cannot find { $server }: { $reason }; check the name and the port.
server-no-port = No free port: { $reason }; give one with --port.
server-no-command = There is no command { $command } here: write after -- what you type to start your program, such as python3 server.py.

## What the checker has learned

fact-guess = A guess is sent like this: { $guess }.
fact-server-words = It says { $small } (too small) and { $big } (too big).
came-floods = it sent messages without an end

## Why a check was not made

skipped-not-reached = Nobody could connect to your server: there is nothing to look at.
skipped-no-answer = Your server does not answer a guess yet: mend that first.
skipped-not-started = Your server did not start again: { $error }
skipped-not-again-server = Your server did not start again as it had the first time.
skipped-gone = Your server lets nobody connect any more.
skipped-unsteady-server = Your server did not do the same thing twice: I made a guess as before, and { $came }.
skipped-lucky = Chance won too early, several times in a row: examine it again.
skipped-slow = Your server was late to answer, and there is no time left to find out whether it is slow, or the machine.
skipped-unclear-answer = I sent { $sent }; it answered { $answer }, which I did not understand.
skipped-raw = Your server does not expect text: this check does not apply.
skipped-never-won = It takes games that were won to see it, and the checker did not win enough.
skipped-one-win = Once a game was won, your server plays with nobody any more.
skipped-one-game = Your server stops after a game: the check “{ check-next-player }” speaks of it.
skipped-not-two = Your server does not serve two players at once: the check “{ check-two }” speaks of it.
skipped-not-fresh = Your server does not draw a new number: the check “{ check-fresh }” speaks of it.
skipped-not-ours = The checker must start your program itself: juste-prix check server -- COMMAND.
skipped-in-page = In the workshop a port is free at once: only your computer can show it, with juste-prix check server -- python3 your_file.py.
skipped-same-cause = I sent { $sent }: it is the same fault as in the check “{ $check }”.
skipped-same-end = The player has gone: it is the same fault as in the check “{ $check }”.
skipped-no-game = It takes a whole game to see it: the check “{ check-game }” speaks of it.
skipped-truth = Its hints are not true: one can't know where its range ends.

## starts

starts-ok = Your server has started; it waits on { $address }.
starts-there = A server is there on { $address }.
starts-nobody = Nobody listens on { $address }: start your server first, or check the address and the port.
starts-taken = Somebody listens on port { $port } already: stop that program first, perhaps your server in another window.
starts-taken-by = Port { $port } is already held by another program, “{ $program }”: stop it first, then try again.
starts-busy = I started your server; its last run still holds the port: { $error }. Wait a minute, then try again.
starts-no-command = The command could not be started.
starts-crash = I started your server and waited for it to listen; it stopped at an error: { $error }
starts-ended = I started your server and waited for it to listen; it { $how } without listening.
starts-elsewhere = I expected your server on port { $port }; it listens on { $addresses }.
starts-silent = I started your server and waited for it to listen; { $came }.
hint-starts-ended = what keeps your program from ending at once?
hint-starts-elsewhere = look at the port that your program gives to bind, and the one that you give to --port:
hint-starts-silent = a server takes an address with bind, then listens:

## answers

answers-ok = I sent { $guess }: it answered { $answer }.
answers-crash = I sent { $tried } and waited for an answer; it stopped at an error: { $error }
answers-silent = I sent { $tried }, each on a new connection, and waited for an answer: nothing came; { $came }.
answers-crash-at-once = A player connected and had not sent anything yet; your server stopped at an error: { $error }
answers-mute = I sent { $tried }, each on a new connection, and waited for an answer: nothing came.
answers-closes = I sent { $tried } and waited for an answer; it closed the connection without a word.
answers-floods = I sent { $tried } and waited for an answer; it sends messages without an end.
answers-gone = I sent { $tried } and waited for an answer; your server stopped.
answers-password = It asks for a password ({ $question }): without it nobody can play, so there is nothing to look at.
answers-unclear = I sent { $tried }; it answered { $answer }, in which I find neither “too small” nor “too big”.
answers-unsure = I sent { $tried } and other numbers; I did not understand what its answers mean, for example { $answer }.
hint-answers-crash = the error says what, the line says where; what is really in the message that came?
hint-answers-listening = your program has two sockets: the one that listens talks to nobody; which one does accept return, and which one does this line use?
hint-answers-closes = who closed the connection, and when in the game?
hint-answers-floods = what stops this loop of sends?
hint-answers-wire = follow a message through your program: where is it read, where does the answer leave?
hint-answers-receive = it is its turn to speak and it still waits for a message: count the recv() and the send() of a turn, and see whether it waits for an end that never comes:
hint-answers-accept = it waits for another client before it answers the first: where is accept in your loop?
hint-answers-keyboard = it waits for somebody to type at the server; that is a chat, while the game's server answers by itself:
hint-answers-runs = it goes round without waiting for anything: what leads out of this loop?

## game

game-ok = I won a game in { $tries }: the number was { $number }.
game-few = It leaves only { $given }; to be sure to find the number, it takes { $needed }.
game-without-hints = It says only whether a number is right, without hints; from { $min } to { $max } there are too many to try each.
game-contradiction = No number fits all its hints.
game-unclear = I guessed { $guess }; it answered { $answer }, which I did not understand.
game-stops = After { $tries } I guessed { $guess } and waited for a hint; { $came }.
hint-game-few = count: each try halves what is left:
hint-game-stops = what does your program do between a hint and the next guess?

## truth

truth-no-hints = It gives no hints: there is nothing to compare.
truth-ok = I compared { $hints } with the numbers that I found: they are true.
truth-false = I guessed { $guess }, it answered { $answer }; but the number was { $number }.
truth-contrary = To { $one } it answered { $small }, and to { $other } it answered { $big }: no number can be both.
truth-outside = Its hints lead out of the range.
truth-stopped = The game stopped before the number was known.
hint-truth = two texts are compared letter by letter: "9" comes after "50". And which word is on which side?

## range

range-ok = { $min } and { $max } are accepted, and the numbers of { $games } stayed between them. If { $max } is drawn as the other numbers are, so many games show it one time in { $once }; to say that it never is would take { $needed } of them: I say nothing of it.
range-unannounced = It does not announce its range; { $min } and { $max } are accepted, and the numbers of { $games } stayed between them. If { $max } is drawn as the other numbers are, so many games show it one time in { $once }; to say that it never is would take { $needed } of them: I say nothing of it.
range-outside = It announces { $min } to { $max }; the number to find was { $number }.
range-beyond = It announces { $min } to { $max }; I guessed { $guess }, it answered { $answer }: its number is beyond.
range-never = It announces { $min } to { $max }; its hints lead beyond.
range-refused = It announces { $min } to { $max }; I guessed { $guess }, it answered { $answer }, as if that number were not allowed.
range-unanswered = It plays from { $min } to { $max }; I guessed { $guess } and waited for a hint; { $came }.
hint-range = does the draw hold both ends, and nothing else?
hint-range-refused = the ends are part of the game:

## won

won-closes = I found the number: it answered { $said } and closed the connection.
won-asks = I found the number: it answered { $said } and asked whether I play again.
won-plays-on = I found the number: it answered { $said } and began another game.
won-mute = Only { $number } was left; I guessed it, and it closed the connection without saying that I had won.
won-open = I found the number, it answered { $said }; I expected it to close or to play on, but the connection stays open and it answers no more: { $came }.
hint-won-mute = does the message leave before the close?
hint-won-accept = it waits for the next player already, and the first one's connection is still open:
hint-won-open = the game is over, but who closes the connection?

## fresh

fresh-ok = The numbers of the games: { $numbers }.
fresh-once = The numbers of the games: { $numbers }; it draws another one only when I start it again.
fresh-same = The numbers of the games: { $numbers }. It is always the same.
fresh-kept = I found { $number } and it plays on; I guessed { $number } again, and it is still right.
hint-fresh = is the number drawn once and for all, or at the start of each game?
hint-fresh-same = where does the number come from?

## secret

secret-ok = I read again all that it sent in { $games }: the number is not in it before the end.
secret-told = Before the end of the game it sent { $bytes }: the number { $number } is in it.
hint-secret = a message for debugging was left in; all that goes on the network can be read:

## sends

sends-ok = Each of its { $answers } answers came in one send.
sends-lines = Each of its { $answers } answers ends with a newline: one knows where it stops.
sends-several = In one turn it sent { $count } pieces with nothing to tell them apart: { $bytes }. A client may receive them glued together, or one after the other.
hint-sends = two send() in a row may arrive in one recv(); how does the client know where the first ends?

## newline

newline-deaf = Its hints enclose its number, but it never recognises it in { $with }; in { $without }, without that end, it says that the game is won.
newline-both = It answers { $bare } as well as { $line }.
newline-line = It answers { $line }; after { $bare } without a newline it waits for the rest. The lesson's client sends no newline: with it, both would wait.
newline-line-waits = It answers { $line }; after { $bare } without a newline your server { $waits } though it is its turn to speak: it waits for the end of the line. The lesson's client sends none: with it, both would wait.
newline-bare-fails = It answers { $line }; I sent { $bare }, without a newline, and { $came }.
newline-bare-refused = It answers { $line } with a hint; I sent { $bare }, without a newline, and { $came }.
newline-line-fails = It answers { $bare }; I sent { $line }, as nc and many clients do, and { $came }.
newline-line-silent = It answers { $bare }; I sent { $line }, as nc and many clients do, and { $came }.
newline-line-refused = It answers { $bare } with a hint; I sent { $line }, as nc and many clients do, and { $came }.
hint-newline-deaf = what is really in the message that came, its newline included? Two texts are equal only if all of them is equal:
hint-newline-bare = what recv() returns is not always a whole line; what becomes of its start?
hint-newline-line = the newline is part of the message; what does your comparison or conversion make of it?

## bytes

bytes-ok = I sent { $sent } byte by byte: it waited for the end of the line.
bytes-lost = I sent { $sent } byte by byte and waited for a hint; { $came }.
bytes-unframed = It reads a number without a newline: one send is one message, and nobody can know that another byte will follow.
hint-bytes = a recv() returns what has arrived, sometimes one byte; where is the start kept?

## pair

pair-ok = I sent { $sent } in one go: it answered both.
pair-one = I sent { $sent } in one go: it saw one message and answered { $answer }. Where a newline is not required, it can't see two.
pair-as-word = I sent { $sent } in one go: to it that is a message that is no number, which shows nothing of what it does with two.
pair-unframed = It reads a number without a newline: two numbers glued together make another one, and nobody can see it.
pair-won = I tried three times, and the first of the two numbers was the right one each time: the game ends before the second, and there is nothing to see.
pair-lost = I sent { $sent } in one go and waited for two answers; it answered only once: { $came }.
pair-fails = I sent { $sent } in one go and waited for two answers; { $came }.
hint-pair = a recv() may return two messages at once; what becomes of the second?

## What is no guess

odd-ok = I sent { $sent }: it answered { $answer }, and the game goes on.
odd-judged = I sent { $sent }: it took it for a number and answered { $answer }; the game goes on.
odd-told = I sent { $sent }: it answered { $answer } and closed the connection.
odd-crash = I sent { $sent } and waited for an answer; { $came }
odd-ends = I sent { $sent } and waited for an answer; { $came }.
odd-silent = I sent { $sent } and waited for an answer: it is its turn to speak, but { $came }. A client that waits its turn would wait for ever.
odd-closes = I sent { $sent } and waited for an answer; { $came } without a word.
long-cut = I sent { $sent }, one message; it answered { $count } times: { $answer }.
odd-stuck = I sent { $sent }, then a good guess: that one has no answer; { $came }.
odd-won = I sent { $sent }: it answered { $answer }, as if I had found it.
empty-ignored = I sent an empty line: it passed over it, and the game goes on.
empty-ends = I sent an empty line: it closed the connection without a word, as for a player who leaves.
empty-unframed = Without newlines there is no empty message: nothing goes on the network.
hint-odd-crash = a message is not always a number; what happens then at this line?
hint-odd-bytes = bytes are not always text; what happens then at this line?
hint-odd-silent = the error is caught, but the client still waits for its answer:
hint-odd-closes = the player hit a wrong key; have they lost by that?
hint-long-cut = how many bytes does this line read at most, and what becomes of the rest of the message?
hint-odd-stuck = where does your program return to after a message that it does not understand?
hint-odd-won = all that is not recognised falls into the last case:

## quit

quit-ok = I sent { $sent }: it closed the connection.
quit-not-spoken = I sent { $sent }: FIN is not a word of its protocol.
quit-goes-on = I sent { $sent } and waited for it to close; your program speaks of FIN, but { $came }.
quit-waits = I sent { $sent } and waited for it to close; your program speaks of FIN, but { $came }.
quit-crash = I sent { $sent } and waited for it to close; { $came }
hint-quit = is this comparison true of the message that really comes, and what happens then?

## next

next-ok = A game was won, then another player came: they are served.
next-gone = I played a game, then another player wanted to connect: since the first one left, your server is gone.
next-turned = I won a game, and another player came: they can't play; { $came }.
next-ended = I won a game; your server stopped with it, like the lesson's: the next player finds nobody.
next-crash = I won a game, and another player came; { $came }
next-waits = I won a game, and another player came: they get no answer; { $came }.
hint-next-crash = what happens in your program when the first player has gone?
hint-next-ended = how many times is this line run?
hint-next-turned = what is left of the game that was won in your program, and what resets it for the next player?
hint-next-waits = after a game, does your program come back to this line?

## A player goes

gone-ok = The player went in mid-game: the next one is served.
gone-raises = The player went in mid-game: your program printed an error ({ $error }), but the next one is served.
gone-crash = The player went in mid-game, and another came; { $came }
gone-ended = The player went in mid-game: your server stopped with them, and the next one finds nobody; { $came }.
gone-waits = The player went in mid-game, and another came: they get no answer; { $came }.
gone-spins = The player went in mid-game: since then your server goes round without an end ({ $percent } % of the processor).
half-unanswered = I sent { $sent } and finished speaking, as echo 50 | nc does; I still waited for the answer, but { $came }.
hint-gone-crash = when the player has gone, recv() returns an empty message or raises an error; what does this line make of it?
hint-gone-ended = does this way out leave the game, or the server?
hint-gone-waits = how does your program learn that the player has gone?
hint-gone-spins = when the player has gone, recv() waits no more: it returns an empty message again and again; what leaves the loop?
hint-half = the player will speak no more, but still listens:

## two

two-ok = Two players at once: each has their answer.
two-waits = One player is in mid-game; I connected a second one and made a guess for them: no answer; { $came }.
two-crash = One player is in mid-game, and a second one came; { $came }
two-refused = One player is in mid-game; the second one received { $answer } and their connection is closed.
two-lost = A second player came; since then the first one makes a guess and has no answer: { $came }.
hint-two = while it plays with the first, your program does not get to this line; who could look after one while the other plays?
hint-two-called = the parentheses call the function at once, before the thread begins: what must target be given?
hint-two-lost = has the second player taken the first one's place?

## own

own-ok = Two players at once: the first one's number, { $number }, is not the second one's.
own-shared = Two players at once, several times: the first one's number is each time the second one's ({ $numbers }).
hint-own = how many times is the number drawn when two players come, and where is it kept?

## restart

restart-ok = Stopped while a player is connected, then started again at once: it waits for players again.
restart-taken = Stopped while a player is connected, then started again at once; I waited for it to listen, but it stopped at an error: { $error }
restart-ends = Stopped while a player is connected, then started again at once; I waited for it to listen, but it ended without a word.
hint-restart = the system keeps the address of a stopped server for a minute; before this line it can be told to give it back at once:

## reach

reach-ok = It listens on { $addresses }: another machine can reach it.
reach-there = The checker reached it over the network.
reach-here = The checker reached it on this very machine: that says nothing of others.
reach-local = It listens on { $addresses }: this machine alone can reach it, not a neighbour's.
hint-reach = 127.0.0.1 and localhost mean “this machine”; which address means all of them?

## A class: --hosts

hosts-alone = With --hosts the file says what to examine: leave out the address, the command, --port, --kind and --report.
hosts-csv = --csv writes the table of a class: give --hosts FILE too.
hosts-csv-failed = Cannot write { $file }: { $reason }; choose another file with --csv.
hosts-unread = Cannot read { $file }: { $reason }.
hosts-line = { $file }, line { $line }: this is no address; write HOST:PORT, then the pupil's name if you like.
hosts-twice = { $file }, line { $line }: this address is above already; remove it.
hosts-many = { $file } has more than { $most } addresses: make several files of it.
hosts-none = { $file } has no address: write one a line, such as 192.168.1.10:50000.
hosts-legend = ✓ passed   ✗ failed   – not examined
hosts-pupil = { $name }: { $summary }

## Numbers of things

count-tries =
    { $count ->
        [one] { $count } try
       *[other] { $count } tries
    }
count-hints =
    { $count ->
        [one] { $count } hint
       *[other] { $count } hints
    }
count-games =
    { $count ->
        [one] { $count } game
       *[other] { $count } games
    }

## An echo, a chat for all

fact-kind-echo = It is an echo server: it sends back to each client what that one says.
fact-kind-chat = It is a chat for all: it passes on to the others what each client says.
fact-kind-bare = A message is one send, without an end of line.
crowd-echo = I sent { $sent }: it answered { $answer }.
crowd-echo-crash = I sent a message and expected it back; { $came }
crowd-echo-silent = I sent a message and expected it back; { $came }.
crowd-echo-other = I sent { $sent } and expected it back; it answered { $answer }.
crowd-passes = Three clients spoke, each in turn: the two others received everything.
crowd-passes-crash = A client spoke, and I expected the others to receive it; { $came }
crowd-passes-not = A client spoke; I expected all others to receive it: { $came }.
crowd-together = Two clients spoke at the same time: each received its own.
crowd-together-crash = Two clients were there and spoke in turn; { $came }
crowd-together-waits = A client is there; a second one connected and spoke: no answer; { $came }.
crowd-mixed = A client spoke; it was another who received { $bytes }.
crowd-one = It serves one client at a time: that is told by the check “{ check-together }”.
crowd-stays = A client left, then another was cut off: those who stay still talk.
crowd-stays-crash = A client left, and another spoke; { $came }
crowd-stays-not = A client left; those who stay no longer get what they expect: { $came }.
crowd-joins = All left, others came: they are served.
crowd-joins-gone = All left; since then your server is gone.
crowd-joins-not = All left, others came: no answer; { $came }.
crowd-ends = A client said { $sent }: its connection is closed.
crowd-ends-unknown = None of these words closes the connection: { $tried }.
crowd-ends-not = I sent { $sent } and expected it to close; your program speaks of this word, but { $came }.
crowd-ends-others = A client said { $sent }; since then the others are not served: { $came }.
hint-crowd-crash = what does this line do with what a client sends?
hint-crowd-echo = to whom does your program send what it has just received?
hint-crowd-passes = to whom does your program send each message, and who is in this list?
hint-crowd-mixed = does each thread have a connection of its own, or does the newest replace the others?
hint-crowd-stays = who removes a client that has left from the list, and what happens when you send to an absent one?
hint-crowd-ends = is the message that arrived exactly this word? with an end of line, as bytes?
