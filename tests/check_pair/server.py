from random import randint
from socket import *
import sys

PORT = 50000
service = socket(AF_INET, SOCK_STREAM)
service.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
service.bind(("", PORT))
service.listen()
while True:
    client, address = service.accept()
    secret = randint(1, 100)
    client.send("Devine un nombre entre 1 et 100\n".encode())
    tries = 0
    while True:
        message = client.recv(1024).decode()
        if not message:
            break
        tries += 1
        guess = int(message)
        if guess < secret:
            client.send("Trop petit".encode())
        elif guess > secret:
            client.send("Trop grand".encode())
        else:
            client.send(f"Gagné en {tries} essais !".encode())
            break
    client.close()
