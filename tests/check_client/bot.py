"""A sound client that plays by itself, in the lesson's words: it waits for the greeting, sends its
numbers without a newline, and stops at the win, at FIN and when the server closes."""

import socket
import sys

HOTE, PORT = "127.0.0.1", int(sys.argv[1])

connexion = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
try:
    connexion.connect((HOTE, PORT))
except OSError:
    print("La connexion a échoué.")
    sys.exit(1)

bas, haut = 1, 100
message = connexion.recv(1024).decode("utf8")
print("serveur >", message)
while message != "" and message.upper() != "FIN":
    n = (bas + haut) // 2
    connexion.send(str(n).encode("utf8"))
    message = connexion.recv(1024).decode("utf8")
    print(n, ":", message)
    if message.startswith("Trop petit"):
        bas = n + 1
    elif message.startswith("Trop grand"):
        haut = n - 1
    elif message.startswith("Gagné"):
        print("Le nombre était", n)
        break
connexion.close()
print("Connexion terminée.")
