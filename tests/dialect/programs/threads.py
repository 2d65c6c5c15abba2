# A thread for each player; name and level first; the prompt in a send of its own; plays again.
import random, socket, sys, threading, time

random.seed(2026)

def ask(f, sock, text):
    sock.sendall(text.encode())
    return f.readline().strip()

def play(sock):
    f = sock.makefile("r")
    name = ask(f, sock, "What is your name? ")
    level = ask(f, sock, f"Hi {name}! Level (1: easy, 2: hard)? ")
    top = 50 if level == "1" else 1000
    while True:
        number, tries = random.randint(1, top), 0
        sock.sendall(f"I'm thinking of a number between 1 and {top}.\n".encode())
        while True:
            guess = ask(f, sock, "Your guess: ")
            if not guess:
                return
            tries += 1
            if int(guess) == number:
                sock.sendall(f"Well done {name}, {tries} tries!\n".encode())
                break
            sock.sendall(b"Too low\n" if int(guess) < number else b"Too high\n")
            time.sleep(0.03)
        if ask(f, sock, "Play again (y/n)? ") != "y":
            sock.sendall(b"Bye\n")
            return sock.close()

server = socket.socket()
server.bind(("127.0.0.1", int(sys.argv[1])))
server.listen()
print("ready", server.getsockname()[1], flush=True)
while True:
    threading.Thread(target=play, args=(server.accept()[0],), daemon=True).start()
