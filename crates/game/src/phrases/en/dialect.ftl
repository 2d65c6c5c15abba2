### What was understood of a server that talks in its own way.

dialect-title = What I understood of { $server }:
dialect-native = { $server } is a juste-prix server: I know its words, there was nothing to infer.
dialect-message = I send it { $message }.
dialect-opening = I must first send it { $message }.
dialect-second-read = It sometimes sends one answer in several goes: not all of it is there in one recv.
dialect-deaf = When the message ends in { $end } it never says that the number is found: it probably compares the whole message with its number.
dialect-range = It announces numbers from { $min } to { $max }.
dialect-no-range = It does not announce the range: I assumed { $min } to { $max }.
dialect-tries =
    { $tries ->
        [one] It gives { $tries } try.
       *[other] It gives { $tries } tries.
    }
dialect-asked = Before playing it asks { $what } (“{ $text }”); I replied “{ $reply }”.
dialect-unasked =
    { $count ->
        [one] It waits for a first message without having asked for it.
       *[other] It waits for { $count } messages without having asked for them.
    }

## What kind of program it is

profile-speaks-first = It speaks first.
profile-listens-first = It waits for me to speak first.
profile-two-players = It waits for a second player before it plays: I connect one.
profile-lines = Its answers end in a newline.
profile-bare = Its answers have no newline.
profile-objects = Its messages are JSON objects.
profile-lengths-big = Its messages begin with their length, in { $size ->
        [one] { $size } byte
       *[other] { $size } bytes, the biggest part first
    }.
profile-lengths-little = Its messages begin with their length, in { $size } bytes, the smallest part first.
profile-integers = Its messages are integers of { $size } bytes.
profile-one-guess = It takes one number a connection, and keeps its own for the next.
profile-without-hints = It gives no hints: it says only whether a number is right.
profile-narrows = Its hints are the range that is left.
profile-acknowledged = After each hint it waits for one more message, before the next number.
profile-range-each-game = It announces another range for each game.
profile-win-words = It tells by a text that the game is won.
profile-win-tries = When the game is won it sends the number of tries, without a word.
profile-win-close = When the game is won it closes the connection without a word.

## What it asks

dialect-ask-name = for a name
dialect-ask-password = for a password
dialect-ask-choice = me to choose
dialect-ask-ready = whether I am ready
dialect-ask-highest = for the biggest number
dialect-ask-lowest = for the smallest number
dialect-ask-again = whether I play again
dialect-ask-guess = for a number

## What its answers mean

dialect-answer =
    “{ $answer }” means: { $meaning }, { $times ->
        [one] seen once
       *[other] seen { $times } times
    }; { $grounds }.
dialect-answer-contrary =
    “{ $answer }” means: { $meaning }, { $times ->
        [one] seen once
       *[other] seen { $times } times
    }; its words suggest the contrary, but { $grounds }.
dialect-too-small = your number is too small
dialect-too-big = your number is too big
dialect-found = you have won
dialect-lost = you have lost
dialect-refused = the message is refused
dialect-wrong = it is not the number, without telling on which side the number is
dialect-nothing = nothing about my number
dialect-grounds-words = that is what its words say, the game has not confirmed it yet
dialect-grounds-game = the rest of the game leaves no other meaning
dialect-grounds-win = the winning number confirmed it

## After a win

dialect-after-closes = After a win it closes the connection.
dialect-after-asks = After a win it asks whether to play again.
dialect-after-plays-on = After a win it goes on with another number.
dialect-after-stays-open = After a win it leaves the connection open.
dialect-after-hangs = After a win it leaves the connection open and does not answer any more.

## When the games are cut short

dialect-silent = The server { $server } does not answer anything that I sent, neither { $message } nor the rest; see whether it waits in recv() while it is its turn to speak.
dialect-closes = The server { $server } closes the connection without answering { $message }; look in its window for an error.
dialect-not-understood = I don't understand the server { $server }: its last answer to what I sent was “{ $answer }”; check that it expects a number and says too small, too big or found.
dialect-password = The server { $server } asks for a password (“{ $question }”): without it I can't play.
dialect-without-hints = The server { $server } gives no hints: it says only whether a number is right, and from { $min } to { $max } there are too many to try each.
dialect-turns-away = After the game the server { $server } closes the next player's connection without letting them play: what in your program keeps the end of the first game?
dialect-stuck = After the game the server { $server } takes the next connection and says nothing more; perhaps it waits for something at its own keyboard, in input(), or for the player before: look in its window.
dialect-contradiction = The answers of the server { $server } contradict each other, no number is possible any more; check its comparisons, and that it does not change its number in mid-game.
dialect-floods = The server { $server } sends without an end, more than an answer can hold; check that it waits for a message before it sends another one.
dialect-too-long = The game with the server { $server } is not over after { $seconds } seconds; run juste-prix bot again, or with fewer games.
dialect-gone = The server { $server } takes no connection any more; perhaps it has stopped: start it again, then juste-prix bot.
