"""A sound server, as a pupil writes one, that says its port; with an argument it always draws that number."""

import random, socket, sys, threading
def play(sock):
    number = int(sys.argv[1]) if len(sys.argv) > 1 else random.randint(1, 100)
    sock.sendall(b'Devine un nombre entre 1 et 100\n')
    for line in sock.makefile(errors='replace'):
        try:
            guess = int(line)
        except ValueError:
            sock.sendall(b'Erreur : il faut un nombre entier\n')
            continue
        if guess == number:
            sock.sendall('Gagné\n'.encode())
            return sock.close()
        sock.sendall(b'Trop petit\n' if guess < number else b'Trop grand\n')
server = socket.create_server(('127.0.0.1', 0))
print(server.getsockname()[1], flush=True)
while True:
    threading.Thread(target=play, args=(server.accept()[0],), daemon=True).start()
