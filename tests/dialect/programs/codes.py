# Says nothing until it is spoken to; answers -1, 1 or 0; draws again after a win. Its signs are the
# wrong way round: -1 says that the number to find is bigger.
import random, socket, sys

random.seed(2026)
server = socket.socket()
server.bind(("127.0.0.1", int(sys.argv[1])))
server.listen()
print("ready", server.getsockname()[1], flush=True)
while True:
    sock, _ = server.accept()
    number = random.randint(1, 100)
    while data := sock.recv(64):
        guess = int(data)
        sock.send(str((guess > number) - (guess < number)).encode())
        if guess == number:
            number = random.randint(1, 100)
