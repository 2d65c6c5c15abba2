### What a player of the text door reads. An answer is one line.
###
### The first words and the order of the numbers are fixed for programs (docs/protocol.md).

greeting = Hello! Guess a whole number between { $min } and { $max }. HELP for the words, QUIT to end.
help = Help: send a whole number between { $min } and { $max }, or one of these words, in capitals or not. NAME Lea: choose your name. SCORES: the wins. ROOM 4821: enter a room; ROOM HALL: go back to the public hall. WORDS plus: change the words of the answers (fr, en, plus, signs). RESUME: your code to go on later; RESUME and the code: go on with your game. PROOF: what you need to verify that the number does not change. QUIT: end.
bye = Goodbye, see you soon!

## The end of a round

found-tail =
    { $tries ->
        [one] in { $tries } try!
       *[other] in { $tries } tries!
    }
won-tail = Your { $guess } is the nearest to { $number } without going over.
lost-to = { $word }: the number was { $number }, { $name } wins with { $guess }.
lost-all = { $word }: the number was { $number }, everybody went over.
over-found =
    { $word }: the number was { $number }, { $name } found it in { $tries ->
        [one] { $tries } try
       *[other] { $tries } tries
    }. This message was not judged: a new round begins.
over-nearest = { $word }: the number was { $number }, { $name } wins with { $guess }. This message was not judged: a new round begins.
over-nobody = { $word }: the number was { $number }, nobody won. This message was not judged: a new round begins.

## Answers to words

named = Your name is { $name }.
code = To go on later: RESUME { $code }
words = Words: { $small }, { $big }, { $found }.
entered-solo = Room { $room }, solo, from { $min } to { $max }: each has their own number. You are { $name }.
entered-race = Room { $room }, race, from { $min } to { $max }: one number, the first to find it wins. You are { $name }.
entered-race-timed =
    Room { $room }, race, from { $min } to { $max }, { $limit ->
        [one] { $limit } second
       *[other] { $limit } seconds
    } a round: one number, the first to find it wins. You are { $name }.
entered-closest =
    Room { $room }, closest, from { $min } to { $max }, { $limit ->
        [one] { $limit } second
       *[other] { $limit } seconds
    } a round: one try, the nearest without going over wins. You are { $name }.
resumed =
    Resumed: { $mode }, round { $round }, { $tries ->
        [one] { $tries } try
       *[other] { $tries } tries
    }, possible numbers from { $min } to { $max }. You are { $name }.
resumed-last =
    Resumed: { $mode }, round { $round }, { $tries ->
        [one] { $tries } try
       *[other] { $tries } tries
    }, possible numbers from { $min } to { $max }, last sent { $guess }: { $verdict }. You are { $name }.
mode-solo = solo
mode-race = race
mode-closest = closest
verdict-held = waiting
scores-mine = Scores. You: { $line }.
scores-none = Scores.
scores-best = The best: { $lines }.
scores-empty = Nobody has won yet.
scores-line =
    { $name }, { $wins ->
        [one] { $wins } win
       *[other] { $wins } wins
    }, best { $best }, mean { $mean }
scores-line-empty = { $name }, no win
proof = Proof: round { $round }, commitment { $commitment }.
proof-previous = Proof: round { $round }, commitment { $commitment }. Round { $before }: commitment { $kept }, opening { $opening } To verify: juste-prix verify

## Refusals, after "Error: "

misread-unknown = I don't understand "{ $quote }". Send a whole number between { $min } and { $max }, or HELP.
misread-key = I don't understand "{ $quote }". Send a whole number between { $min } and { $max }, or HELP. A program that sends each key as it is typed (Windows' telnet) can't play here: take juste-prix play, or the page if your teacher gives you one.
misread-empty = your message is empty. Send a whole number between { $min } and { $max }, or HELP.
misread-too-long = your message "{ $quote }" is longer than { $bytes } bytes, I threw it away. Send a whole number between { $min } and { $max }, or HELP.
misread-not-utf8 = your message "{ $quote }" is not UTF-8 text. Send a whole number between { $min } and { $max } in digits, for instance with .encode("utf-8") in Python.
misread-utf16 = your message "{ $quote }" is UTF-16 text, with two bytes a character. Send a whole number between { $min } and { $max } as UTF-8, for instance with .encode("utf-8") in Python.
misread-not-json = your message "{ $quote }" is no JSON object of this protocol. Send for instance {"{"}"type":"guess","value":50{"}"}.
misread-unfinished = your line "{ $quote }" has not ended after { $seconds } seconds. End each message with a newline.
misread-room = "{ $quote }" does not give the code of a room. Send ROOM and the code, for instance ROOM 4821, or ROOM HALL for the public hall.
misread-pack = "{ $quote }" does not name words that I know. Send WORDS fr, WORDS en, WORDS plus or WORDS signs.
misread-code = "{ $quote }" does not give a code to resume. Send RESUME and the whole code, as I gave it to you.
out-of-range = "{ $quote }" is not between { $min } and { $max }. Send a whole number between { $min } and { $max }: this message does not count as a try.
name-empty = the name is missing. Send NAME and your name, for instance NAME Lea.
name-too-long = this name is too long. Choose a name of { $chars } characters at most.
name-forbidden = this name contains the character { $char }, which is invisible, unknown or one too many. Choose a name with ordinary letters, digits and signs.
no-room = there is no room { $room }. Check the code with your teacher, or send ROOM HALL for the public hall.
room-full = this room is full. Ask your teacher for another one, or send ROOM HALL for the public hall.
room-locked = your teacher lets nobody else into this room. Ask them to open it.
room-barred = you can't enter this room any more. Talk to your teacher about it.
no-space = the server's disk is nearly full, so this can't be kept. Tell your teacher.
room-paused = the game is paused. Wait until your teacher goes on with it: this did not count as a try.
no-seat = this code leads to no game: it was ended by QUIT, it was left alone for { $days } days (in a room, until 31 August), or the code is mistyped.
elsewhere = your game goes on on another connection. To take it over here, send RESUME and your code.
gone = you have no seat in this game any more. Connect again to begin another one.
not-a-page = this is a game in plain text. This server's web page is at another port, usually 8080: ask your teacher for its address, or play with nc, telnet or juste-prix play.
not-trusted = this address may not speak for others: whoever runs the server must name it with --trust-proxy.
proxy-expected = whoever connects from this address, which --trust-proxy names, begins with a PROXY header of version 2: set up the proxy, or come by another address.
