### What the lesson says by itself; its own texts are in lesson/en.toml.

## For all questions

lesson-right = That is right.
lesson-wrong = That is not it. Read the text above the question again, then have another try.
lesson-empty = Your answer is empty: write something, even if you are not sure.
lesson-too-long = Your answer is longer than { $bytes } bytes, too much to be kept: make it shorter.
lesson-choose = Choose one of the answers given.
lesson-kept = Your answer is kept, your teacher will read it. Compare it with this one: what counts is the idea, not the words. You may still add to yours.
lesson-kept-model-later = Your answer is kept, your teacher will read it. The model answer will appear in the lesson when your teacher opens it. You may still change your program and hand it in again.
lesson-mark-good = got it
lesson-mark-partly = something is missing
lesson-mark-again = to be done again

## Numbers

lesson-number-none = I find no number in your answer: write it in digits, or as a calculation, for instance 10^3.
lesson-number-several = The right number is in your answer, but not alone: write only the one that you choose.
lesson-number-beyond = This calculation gives a number below zero, or one of more than a thousand digits: check it.
lesson-number-rounded = Well rounded.
lesson-number-cut = Nearly: you cut the last digits off instead of rounding. Look at the first digit that you cut off.
lesson-number-scale = Mind the false friends: big numbers have other names in French and in English. A French “billion” is a million millions, an English one a thousand millions. Write the number with the English word.
lesson-number-power = You found 2^{ $power }: it is a power of 2, but not that one. Count the bits again.
lesson-number-tens = The digits are right, but not their place: the number is 10, 100 or 1,000 times too big or too small. Count the zeros, or check the word (thousand, million, billion).
lesson-number-order = The order of magnitude is right, but not the value: do the calculation again, or round with more care.

## Addresses

lesson-address-none = I find no IP address in your answer. An IPv4 address is written as four numbers from 0 to 255 with points between them.
lesson-address-several = There are several different addresses in your answer: keep one.
lesson-address-mask = This is a mask, not an address: it tells which part of the address stands for the network. The address is written close by, often behind “inet” or “IPv4 Address”.
lesson-address-card = This is the address of your network card (MAC address or “ether”): it was fixed when the card was made. The IP address is written close by, often behind “inet” or “IPv4 Address”.
lesson-address-no-byte = One of the numbers is { $byte }: in an IPv4 address each number is a byte, so it is between 0 and 255. Copy the address again.
lesson-address-short = Something is missing: an IPv4 address has four numbers.
lesson-address-kind = No computer has this address; its kind is “{ $kind }”. Look for an address that stands for one machine.
lesson-address-network = This is the address of the network itself: its first address is given to no machine.
lesson-address-broadcast = This is the broadcast address: the network's last address, which speaks to all of its machines at once. The address you look for is on the same line, or close by.

## Your own address

lesson-own-unseen = The server can't see where you come from: there is nothing that it can check for now. Reload the page.
lesson-own-right = Right: the server sees your messages come from this address.
lesson-own-right-shared = Right: the server sees your messages come from this address. It sees those of other pupils come from it, too: either you share a machine, or a router speaks for all of you (network address translation, NAT).
lesson-own-right-public = Right: the server sees your messages come from this address, which is a public one. If you are behind a home router, it is the router's: your machine has another, private one, which your command shows.
lesson-own-here = Right: your browser runs on the server's own machine, and this is one of its addresses. A machine often has several, one for each network card.
lesson-own-not-here = Your browser runs on the server's own machine, and this is none of its addresses. Run the command on this very machine.
lesson-own-loopback = The addresses that begin with 127 (and ::1) are the loopback: on each computer they stand for the computer itself, so nobody else can find you there. Look for your address on the network, further down in what the command shows.
lesson-own-server = This is the server's address, that of the page you are reading. Look for yours.
lesson-own-neighbour = This is where the server sees { $name } come from. Look for your own address, on your own screen.
lesson-own-link-local = This is a link-local address: your computer gave it to itself, and it only serves between direct neighbours. Look for the other address of the same network card.
lesson-own-public = This is a public address, read on a “what is my address” site perhaps: it belongs to the router, which speaks for the whole network. The machine itself has a private address: the command shows it.
lesson-own-other = The server sees your messages come from another address of the same network. Did you copy the address of another machine (the router, a neighbour), or mistype it?
lesson-own-far = The server sees your messages come from quite another network. Your computer may have several cards (Wi-Fi, cable, virtual machines): take the address of the one that is connected to this network.
lesson-own-is-proxy = This is the address of a proxy, which stands between you and the server: the server sees nothing else. Look for your machine's address with the command.
lesson-own-proxy = It is possible, but the server can't check it: your messages pass through a proxy, and that is what it sees, at { $seen }.
lesson-own-nat = It is possible, but the server can't check it: it sees you come from { $seen }, a public address. Between you and it, a router puts its own address in the place of your private one (network address translation, NAT).
lesson-own-shared = It is possible, but the server can't check it: it sees you come from { $seen }, like other pupils. So a router or something else speaks for all of you.
lesson-own-virtual = It is possible: this is an address that virtual machines are given, and the server sees you come from { $seen }, the address of the real computer. If you are not in a virtual machine, look for another address.
lesson-own-temporary = It is possible: the server sees you come from { $seen }, of the same network. With IPv6 a computer often has several addresses, some of which change every day so that nobody can follow you.
lesson-own-family = It is possible, but the server can't check it: it sees you come from { $seen }. A computer often has an IPv4 address and an IPv6 address at once; your page came by the other one.

## The neighbour's address

lesson-neighbour-none = There is nobody else in the room yet: this question is for two. Go on, and come back when somebody is there.
lesson-neighbour-right = Right: this is where the server sees { $name } come from.
lesson-neighbour-here = Right: { $name } is on the server's own machine, and this is one of its addresses.
lesson-neighbour-yours = This is your own address. Ask your neighbour for theirs.
lesson-neighbour-together = The server sees you both at this address: either you share a machine, or a router speaks for both of you. Ask your neighbour what their command shows.
lesson-neighbour-loopback = Your neighbour has read the loopback's address: for you, it stands for your own computer! Ask them for their address on the network.
lesson-neighbour-server = This is the server's address. Ask your neighbour for that of their machine.
lesson-neighbour-hidden = It is possible, but the server can't check it: it sees { $name } only through something in between (a router or a proxy).
lesson-neighbour-family = It is possible, but the server can't check it: it sees { $name } by the other kind of address (IPv4 or IPv6), and a computer often has both.
lesson-neighbour-other = This is not where the server sees { $name } come from. Check together: the right person, the right network card, each digit.

## What two addresses have in common

lesson-common-unclear = I don't understand this answer. Give the beginning that the addresses share (such as 10.20), or the number of bits that they share.
lesson-common-neither = Neither of the addresses begins so. Compare them number by number, from the left.
lesson-common-too-long = That is too much: the two addresses differ before the end of what you give. Look at their bits, one below the other.
lesson-common-short = They do have that in common, but it is not all: there is more behind it.
lesson-common-exact =
    Right, to the bit: { $bits ->
        [one] { $bits } bit
       *[other] { $bits } bits
    } in common, that is { $prefix }.
lesson-common-groups =
    Right: { $groups ->
        [one] the first number is
       *[other] the first { $groups } numbers are
    } the same. Bit by bit, { $bits } bits are the same: { $prefix }.
lesson-common-network = Right: this is the prefix of the network that you are both in. Bit by bit, your two addresses even have { $bits } bits in common: { $prefix }.

## The network's prefix

lesson-prefix-unclear = I don't understand this answer. Give the number of bits (such as 16 or /16) or the mask (such as 255.255.0.0).
lesson-prefix-right = Right: the first { $length } bits stand for the network { $network }, and the mask { $mask } has { $length } bits that are 1. The bits that are left tell the machines apart.
lesson-prefix-here = Right: this is the prefix of one of the networks of the server's machine, where your browser runs.
lesson-prefix-common = This is what your address and your neighbour's have in common, by chance more than the prefix. The prefix is the same for the whole network: look for the mask.
lesson-prefix-elsewhere = It is possible, but the server is not in the same network as you: it can't check it.

## Names

lesson-name-unknown = The server has not looked for { $name } yet: try again in a moment.
lesson-name-right = Right: { $name } does lead to this address.
lesson-name-another = Most likely right: the server finds another address for { $name }, close to yours. A busy site has many addresses, and the name server gives only some of them to each.
lesson-name-elsewhere = It is possible: the server finds other addresses for { $name }. A busy site has some all over the world, and each name server gives the nearest. Check all the same that you copied it well.
lesson-name-family = It is possible, but for { $name } the server finds only the other kind of address (IPv4 or IPv6).
lesson-name-not-public = This is a private or local address: { $name } is on the internet, and its address is a public one. Read again the first line of what ping shows.
lesson-name-wrong = { $name } does not lead to this address. Read again the first line of what ping shows: the address is there, in brackets.
lesson-name-no-address = This is not the address of a machine. Read again the first line of what ping shows for { $name }: the address is there, in brackets.
lesson-name-not-yours = The server does find { $name }. Check the spelling; if your command still finds nothing, your computer asks another name server.
lesson-name-only-you = It is possible, but from here the server does not find { $name }, so there is nothing that it can check. It says: { $reason }
lesson-name-nowhere = Right: from here { $name } leads nowhere, and the server finds nothing either. It says: { $reason }
lesson-name-not-feasible = This question cannot be done here, and counts as done: the server does not find { $name } either. It says: { $reason }
lesson-name-found = The server found: { $addresses }.

## Words

lesson-word-several = The right answer is in it, but with another one: choose.

## The practice port

lesson-practice-greeting = Hello! This is the practice server. Send a message, then FIN to end.
lesson-practice-reply = I got "{ $message }". Another message, or FIN?
lesson-practice-closed = Open your practice port first.
lesson-practice-nobody = Nothing has come to your practice port yet. Start your client, with the server's address and the number of this port.
lesson-practice-your-turn = Your program is connected, and it has got my first message: it is its turn to speak. Type a message in its window.
lesson-practice-go-on = It works! Answer once more, or send FIN to end.
lesson-practice-silent = Your program is connected, but nothing has come for { $seconds } s: it is its turn to speak. Does it wait for you to type something in its window, or does it wait in recv for a message that it has already read?
lesson-practice-right = Well done: your program connected, it spoke in its turn, and FIN ended it all. That was a real conversation between a client and a server.
lesson-practice-only-fin = It works, but your program said nothing but FIN: start it again, and send another message first.
lesson-practice-no-fin = Your program closed the connection without sending FIN: in this lesson, whoever leaves says so. Start it again, and end with FIN.
lesson-practice-broke = The connection broke all at once: your program was stopped, or an error stopped it. Read its error message, then start it again.
lesson-practice-not-utf8 = Your program sent bytes that are not UTF-8 text: check that it encodes its message with .encode("utf8").
lesson-practice-browser = It is a browser that connected, not your program: it spoke HTTP. Start your Python client.
lesson-practice-fin-newline = Your program sent FIN and a blank or a newline behind it: to the lesson's server that is not exactly FIN, and it would go on waiting. Take the “\n” away.
lesson-practice-glued = FIN came glued to another message, in one send or too soon: recv can't see where one ends and the other begins. Wait for the answer between two messages.
lesson-practice-two = Two messages came in one turn: in this lesson each speaks once, then listens. Wait for the answer before you send more.
lesson-practice-echo-your-turn = Your program is connected. An echo server says nothing first: it is for your program to speak.
lesson-practice-echo-silent = Your program is connected, but nothing has come for { $seconds } s. An echo server says nothing first: does your program wait in recv for a greeting that will never come?
lesson-practice-echo-go-on = It works: each message came back. Send another, or FIN to end.
lesson-practice-echo-right = Well done: your program spoke first, got back what it had sent, and FIN ended it all. It goes together with an echo server.
lesson-practice-chat-alone = One client is there, and nobody is there to hear it. Leave it running, and connect a second one: in another terminal, or your neighbour's.
lesson-practice-chat-speak = Several clients are there at once. Now let one of them write.
lesson-practice-chat-answer = What one client wrote has reached the others. Now let another client answer.
lesson-practice-chat-fin = Two clients have heard each other. Let one of them end with FIN: the others stay.
lesson-practice-chat-right = Well done: several clients at once, each heard what the other wrote, and one left without taking the others along. That is a chat.
lesson-practice-chat-left = All clients have left before two of them had heard each other. Start two again, and leave both running.
lesson-practice-came-here = Your client did come to your practice port: so it has not tried the other port. Change the number in your client, save it, then start it again.
lesson-saw-connected = Your program connected at { $at } from port { $from }.
lesson-saw-said = The server sent “{ $message }”.
lesson-saw-sent =
    It sent “{ $message }”: { $bytes ->
        [one] { $bytes } byte
       *[other] { $bytes } bytes
    }.
lesson-saw-silent = Nothing has come for { $seconds } s: it is its turn to speak.
lesson-saw-closed = It closed the connection.
lesson-saw-broke = The connection broke: the program stopped without closing it.
lesson-saw-passed =
    { $others ->
        [0] Nobody else is connected: it reaches nobody.
        [one] The server passed it on to { $others } other client.
       *[other] The server passed it on to { $others } other clients.
    }
lesson-saw-closed-here = That is FIN: the server closes this connection.
lesson-saw-from = [{ $from }] { $what }

## The game

lesson-game-won =
    Well done: { $wins ->
        [one] { $wins } round won
       *[other] { $wins } rounds won
    }.
lesson-game-missing =
    You have { $wins ->
        [one] { $wins } round
       *[other] { $wins } rounds
    } left to win: play in a room, or with your program.
