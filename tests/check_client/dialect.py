"""A sound client of any dialect: what is between @ is filled in."""

import socket
import sys

SMALL, BIG, WON = @WORDS@

connection = socket.socket()
try:
    connection.connect(("127.0.0.1", int(sys.argv[1])))
except OSError as problem:
    print("No server:", problem)
    sys.exit(1)

buffer = ""


def read_line():
    global buffer
    while "\n" not in buffer:
        received = connection.recv(1024).decode("utf8")
        if not received:
            return ""
        buffer += received
    line, buffer = buffer.split("\n", 1)
    return line + "\n"


def read_message():
    return connection.recv(1024).decode("utf8")


def say(text):
    connection.sendall((text + @END@).encode("utf8"))


def play():
    low, high = @RANGE@
    tries = 0
    while True:
        guess = (low + high) // 2
        tries += 1
        say(@GUESS@)
        answer = @READ@
        if answer == "":
            return
        print(guess, answer.strip())
        if SMALL in answer:
            low = guess + 1
        elif BIG in answer:
            high = guess - 1
        elif WON in answer:
            print("Won with", tries, "tries")
            return


@BEFORE@
play()
connection.close()
