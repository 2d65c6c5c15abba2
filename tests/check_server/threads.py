"""A sound server in the lesson's words: it speaks first, a thread for each player, one answer to
each message, no newline needed or sent."""

import random
import socket
import sys
import threading

HOTE, PORT = "0.0.0.0", int(sys.argv[1])


def jouer(connexion):
    secret = random.randint(1, 100)
    essais = 0
    connexion.sendall("Bonjour ! Devine un nombre entre 1 et 100.".encode())
    while True:
        recu = connexion.recv(1024)
        if not recu:
            break
        message = recu.decode(errors="replace").strip()
        if message.upper() == "FIN":
            break
        try:
            n = int(message)
        except ValueError:
            connexion.sendall("Erreur : il faut un nombre entier.".encode())
            continue
        essais += 1
        if n < secret:
            connexion.sendall("Trop petit".encode())
        elif n > secret:
            connexion.sendall("Trop grand".encode())
        else:
            connexion.sendall(f"Gagné en {essais} essais !".encode())
            break


def servir(connexion):
    with connexion:
        try:
            jouer(connexion)
        except OSError:
            print("Un joueur est parti.")


service = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
service.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
service.bind((HOTE, PORT))
service.listen()
while True:
    connexion, adresse = service.accept()
    threading.Thread(target=servir, args=(connexion,), daemon=True).start()
