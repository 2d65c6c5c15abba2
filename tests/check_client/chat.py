"""A sound client with a thread that listens while its user types."""

import os
import socket
import sys
import threading

connexion = socket.socket()
try:
    connexion.connect(("127.0.0.1", int(sys.argv[1])))
except ConnectionRefusedError:
    print("Le serveur ne répond pas.")
    sys.exit(1)


def ecouter():
    while True:
        recu = connexion.recv(1024)
        if recu in (b"", b"FIN"):
            print("Le serveur est parti.")
            os._exit(0)
        print("serveur >", recu.decode())


threading.Thread(target=ecouter, daemon=True).start()
while True:
    connexion.send(input().encode())
