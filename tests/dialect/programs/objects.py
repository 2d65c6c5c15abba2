# Pickles in both directions, as some learners do; words in Spanish.
import pickle, random, socket, sys

random.seed(2026)
server = socket.socket()
server.bind(("127.0.0.1", int(sys.argv[1])))
server.listen()
print("ready", server.getsockname()[1], flush=True)
while True:
    sock, _ = server.accept()
    number = random.randint(1, 100)
    while data := sock.recv(1024):
        try:
            guess = pickle.loads(data)
        except Exception:
            break
        answer = "MAYOR" if guess < number else "MENOR" if guess > number else "ACERTASTE"
        sock.send(pickle.dumps(answer))
        if guess == number:
            break
    sock.close()
