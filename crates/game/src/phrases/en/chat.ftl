### What juste-prix chat serve and chat join say: the lesson's messages, and a few more.

chat-how = To connect to it: juste-prix chat join { $address }
chat-ready = Server ready, waiting for requests…
chat-connected = Client connected: { $address }
chat-me = me >{" "}
chat-client = client > { $message }
chat-server = server > { $message }
chat-again = <R>estart <T>erminate?{" "}
chat-ended = Connection ended.

## What can't be sent

chat-empty = An empty message sends nothing, and each would wait for the other: type something, or FIN to end.
chat-too-long = This message is longer than { $limit } bytes, more than a recv({ $limit }) receives, and nothing was sent: type it in several parts.
chat-typed-not-utf8 = What comes from the keyboard is not UTF-8 text, and nothing was sent: type it in another way, or set the terminal to UTF-8.

## What arrives wrong

chat-not-utf8 = This message is not UTF-8 text, its bytes that are none are shown as \xe9: the other program must send text, such as message.encode("utf8") in Python.
chat-client-gone = The client has gone without sending FIN: { $reason }.
chat-server-gone = The server { $server } has gone without sending FIN: { $reason }; when it is back, run juste-prix chat join again.
chat-failed = The connection has failed. { $server }: { $reason }; check the address, and that the server was started first (juste-prix chat serve).
chat-stopped = The service has stopped: { $reason }; run juste-prix chat serve again.
