"""A sound server with one thread for all players: select() tells whose turn it is. It waits to be
spoken to, answers without newlines, and plays on after a win."""

import random
import select
import socket
import sys

service = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
service.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
service.bind(("", int(sys.argv[1])))
service.listen()
secrets = {}


def repondre(joueur, recu):
    message = recu.decode("utf8", "replace")
    try:
        n = int(message)
    except ValueError:
        return "Error: a whole number between 1 and 100 is expected"
    secret = secrets[joueur]
    if n < secret:
        return "Too low"
    if n > secret:
        return "Too high"
    secrets[joueur] = random.randint(1, 100)
    return "Found! I have another number between 1 and 100."


while True:
    prets, _, _ = select.select([service, *secrets], [], [])
    for pret in prets:
        if pret is service:
            joueur, adresse = service.accept()
            secrets[joueur] = random.randint(1, 100)
            continue
        try:
            recu = pret.recv(1024)
            if recu:
                pret.sendall(repondre(pret, recu).encode())
                continue
        except ConnectionError as probleme:
            print(probleme)
        del secrets[pret]
        pret.close()
