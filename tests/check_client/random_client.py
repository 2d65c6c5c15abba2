"""A client that does anything, by its seed."""

import random
import socket
import sys
import time

chance = random.Random(int(sys.argv[2]))
words = [b"50", b"50\n", b"abc", b"", b"FIN", b"\xff\xfe\x00", b"9" * 3000, b"-1\r\n", b"5\n6\n7"]
connection = None
while True:
    try:
        match chance.randrange(9):
            case 0 | 1:
                connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            case 2 | 3:
                connection.sendall(chance.choice(words))
            case 4:
                connection.settimeout(chance.random())
                print(connection.recv(chance.choice([1, 10, 1024])))
            case 5:
                print("\x1b[2J" + "é" * chance.randrange(2000))
            case 6:
                time.sleep(chance.random() / 4)
            case 7 if chance.random() < 0.2:
                print(repr(input("? ")))
            case 8 if chance.random() < 0.1:
                break
    except (OSError, AttributeError, EOFError) as problem:
        print(problem)
    if chance.random() < 0.02:
        raise RuntimeError("anything")
