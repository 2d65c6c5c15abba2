"""The lesson's client, made sound: it also stops when the server closes. Its user types."""

from socket import *

HOTE, PORT = "127.0.0.1", 50000
import sys
PORT = int(sys.argv[1])

connexion = socket(AF_INET, SOCK_STREAM)
try:
    connexion.connect((HOTE, PORT))
except error:
    print("La connexion a échoué.")
    sys.exit()

message = ""
while message.upper() != "FIN":
    recu = connexion.recv(1024)
    message = recu.decode("utf8")
    if message == "":
        break
    print("serveur >", message)
    if message.startswith("Gagné"):
        break
    if message.upper() != "FIN":
        message = input("moi > ")
        connexion.send(message.encode("utf8"))
print("Connexion terminée.")
connexion.close()
