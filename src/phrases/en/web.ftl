### What the page says to whoever has no page yet to say it.

web-no-host = The request does not say once, and only once, which name it is for (Host): send it with a browser or with curl.
web-other-host = This server does not answer to the name "{ $name }". Open the page at the address that your teacher gave; for this name to work too, start the server with --name { $name }
web-other-origin = This request comes from another page, which may not play here. To let it, start the server with --origin and the beginning of that page's address.
web-too-long = The request's body is too long: 4096 bytes at most.
web-too-slow = The request's body did not come within 10 seconds.
web-nothing-here = There is nothing at this address. The game's page is at the address / of the same server.
web-not-this-way = This address is for reading (GET), it takes nothing.
web-not-a-socket = This address is a WebSocket door (version 13): open it with new WebSocket("ws://…") in a browser, or with a WebSocket library.
web-not-the-teacher = This is for the teacher: open the private link that the server showed at its start.
web-wrong-token = This link is not the teacher's, or is so no more: take the one that the server showed at its start.
web-wrong-tokens = Too many wrong links at once: wait a second, then take the link that the server showed at its start.
web-no-room-code = A room has a code of 1 to 12 letters or digits, such as 4821.
web-misread = I did not understand this request: the page may be older than the server. Reload it.
web-bad-rules = These rules do not fit together: MIN must be smaller than MAX, solo has no time limit, and closest must have one (1 to 86400 seconds).
web-no-room = There is no room { $room }.
web-room-taken = { $room } is a room's code already, open or closed. Choose another one.
web-too-many-rooms = There are as many rooms as this server keeps. Close one.
web-bad-name = This name won't do: 24 characters at most, none of them invisible.
web-stopping = The server is stopping.
web-no-practice = There is no practice port left for now. Try again in a few minutes.
web-no-seat = Your seat is no more. Enter the room again.
