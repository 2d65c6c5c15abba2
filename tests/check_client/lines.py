"""A sound client that sends and reads lines. It plays by itself, in English words."""

import socket
import sys

try:
    connection = socket.create_connection(("localhost", int(sys.argv[1])))
except OSError as problem:
    sys.exit(f"No server: {problem}")

received = connection.makefile(encoding="utf8", newline="\n")
low, high = 1, 100
line = received.readline()
while line:
    guess = (low + high) // 2
    connection.sendall(f"{guess}\n".encode())
    line = received.readline()
    print(guess, line.strip())
    if "Too small" in line:
        low = guess + 1
    elif "Too big" in line:
        high = guess - 1
    elif "Found" in line:
        break
connection.close()
