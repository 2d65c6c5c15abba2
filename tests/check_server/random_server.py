"""A server that does anything, by its seed."""

import random
import socket
import sys
import time

chance = random.Random(int(sys.argv[2]))
words = [b"Trop petit", b"Trop grand\n", b"", b"Bravo !", b"\xff\xfe\x00", b"9" * 3000, b"higher\nlower\n", b"entre 1 et 100 ?"]
service = socket.create_server(("", int(sys.argv[1])))
connection = None
while True:
    try:
        match chance.randrange(9):
            case 0 | 1:
                service.settimeout(chance.random())
                connection = service.accept()[0]
            case 2 | 3 | 4:
                connection.settimeout(chance.random())
                print(connection.recv(chance.choice([1, 10, 1024])))
                connection.sendall(chance.choice(words))
            case 5:
                print("\x1b[2J" + "é" * chance.randrange(2000))
            case 6:
                time.sleep(chance.random() / 4)
            case 7 if chance.random() < 0.1:
                connection.close()
            case 8 if chance.random() < 0.02:
                break
    except (OSError, AttributeError) as problem:
        print(problem)
