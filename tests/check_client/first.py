"""A sound client that speaks first, and plays one game after the other until the server closes."""

import socket
import sys

connexion = socket.socket()
if connexion.connect_ex(("127.0.0.1", int(sys.argv[1]))) != 0:
    print("Aucun serveur à cette adresse.")
    sys.exit(1)

bas, haut = 0, 100
while True:
    n = (bas + haut) // 2
    connexion.sendall(str(n).encode())
    reponse = connexion.recv(1024).decode()
    if reponse in ("", "FIN"):
        break
    print(n, reponse)
    if "Plus petit" in reponse:
        haut = n - 1
    elif "Plus grand" in reponse:
        bas = n + 1
    elif "Bravo" in reponse:
        bas, haut = 0, 100
connexion.close()
