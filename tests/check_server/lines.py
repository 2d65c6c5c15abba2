"""A sound server of lines: it asks for a name, reads a line for each guess, answers in lines, and
closes after a win."""

import random
import socketserver
import sys


class Player(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write((text + "\n").encode())

    def line(self):
        return self.rfile.readline().decode("utf8", "replace")

    def handle(self):
        self.say("Your name?")
        name = self.line().strip()
        low, high = 1, 50
        secret = random.randint(low, high)
        self.say(f"Hello {name}. Guess a number between {low} and {high}.")
        while line := self.line():
            try:
                guess = int(line)
            except ValueError:
                self.say("That is not a number.")
                continue
            if guess < secret:
                self.say("higher")
            elif guess > secret:
                self.say("lower")
            else:
                self.say("Correct!")
                break


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request, client_address):
        print("A player has gone.")


with Server(("", int(sys.argv[1])), Player) as server:
    server.serve_forever()
