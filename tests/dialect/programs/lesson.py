# As in the lesson: the server speaks first, one send a turn, no newline, "FIN" at the end.
from random import randint, seed
from socket import *
from sys import argv

seed(2026)
service = socket(AF_INET, SOCK_STREAM)
service.bind(("127.0.0.1", int(argv[1])))
service.listen(1)
print("prêt", service.getsockname()[1], flush=True)
while True:
    connexion, adresse = service.accept()
    nombre = randint(1, 100)
    connexion.send("Bonjour, devine un nombre entre 1 et 100".encode("utf8"))
    message = ""
    while message.upper() != "FIN":
        essai = connexion.recv(1024).decode("utf8")
        if essai == "" or essai.upper() == "FIN":
            break
        if int(essai) < nombre:
            message = "C'est plus"
        elif int(essai) > nombre:
            message = "C'est moins"
        else:
            connexion.send("Bravo !".encode("utf8"))
            message = "FIN"
            connexion.send(message.encode("utf8"))
        if message != "FIN":
            connexion.send(message.encode("utf8"))
    connexion.close()
