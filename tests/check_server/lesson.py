"""A server as the lesson's first one: one client, one game, and it ends. It has no fault but that."""

import random
import socket
import sys

service = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
service.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
service.bind(("", int(sys.argv[1])))
service.listen()
connexion, adresse = service.accept()
secret = random.randint(1, 100)
try:
    message = ""
    while message.upper() != "FIN":
        connexion.sendall("Entrez un nombre entre 1 et 100 :\n".encode())
        recu = connexion.recv(1024)
        if not recu:
            break
        message = recu.decode(errors="replace").strip()
        try:
            n = int(message)
        except ValueError:
            connexion.sendall("Ce n'est pas un nombre.\n".encode())
            continue
        if n == secret:
            connexion.sendall("Bravo !\n".encode())
            break
        indice = "plus grand" if n < secret else "plus petit"
        connexion.sendall(f"Le nombre est {indice}.\n".encode())
except OSError:
    pass
connexion.close()
service.close()
