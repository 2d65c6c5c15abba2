"""A client that speaks first: it guesses as soon as it is connected, without reading a greeting.

It knows no framing either. It prints each guess with its answer, and ends when it has found.
"""

import socket
import sys

low, high = 1, 100
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as connection:
    answer = ""
    while not answer.startswith("Gagné"):
        guess = (low + high) // 2
        connection.send(str(guess).encode("utf-8"))
        answer = connection.recv(1024).decode("utf-8")
        print(guess, answer)
        if answer == "Trop petit":
            low = guess + 1
        elif answer == "Trop grand":
            high = guess - 1
        elif not answer.startswith("Gagné"):
            sys.exit("not an answer to a guess: " + repr(answer))
