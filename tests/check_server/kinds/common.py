import json, os, random, socket, struct, sys, threading, time

service = socket.socket()
service.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
service.bind(("", int(sys.argv[1])))
service.listen()
print("port", service.getsockname()[1], flush=True)


def number(message):
    """The number in a message, or none."""
    try:
        return int(message)
    except ValueError:
        return None


class Player:
    """A connection, a message a read."""

    def __init__(self, connection):
        self.connection = connection

    def say(self, text):
        self.connection.sendall(text.encode())

    def read(self):
        return self.connection.recv(1024).decode(errors="replace")

    def play(self, secret, small="Trop petit\n", big="Trop grand\n", won="Gagné !\n"):
        """A whole game; whether it was won."""
        while message := self.read():
            n = number(message)
            if n is None:
                self.say("Erreur : un nombre entier\n")
            elif n == secret:
                self.say(won)
                return True
            else:
                self.say(small if n < secret else big)
        return False


def threads(game):
    """A thread a player."""

    def one(player):
        try:
            game(player)
        except OSError:
            pass
        player.connection.close()

    while True:
        connection, _ = service.accept()
        threading.Thread(target=one, args=(Player(connection),), daemon=True).start()
