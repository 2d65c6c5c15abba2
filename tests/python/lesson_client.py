"""The client of the lesson, in facts: one recv(1024), one line typed, one send, until « FIN ».

It knows no framing: what one recv brings is one message, and what it sends has no newline.
"""

import socket
import sys

HOST = "127.0.0.1"
PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 50000

connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
try:
    connection.connect((HOST, PORT))
except OSError:
    print("La connexion a échoué.")
    sys.exit(1)

message = ""
while message.upper() != "FIN":
    message = connection.recv(1024).decode("utf-8")
    print("serveur >", message)
    if message.upper() != "FIN":
        message = input("moi > ")
        connection.send(message.encode("utf-8"))
print("Connexion terminée.")
connection.close()
