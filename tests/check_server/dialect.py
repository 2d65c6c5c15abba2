"""A sound server of any dialect: what is between @ is filled in."""

import random
import socket
import sys
import threading

SPEAKS_FIRST, END = @FRAME@
LOW, HIGH = @RANGE@
GREETING, PROMPT, SMALL, BIG, WON, ERROR = @WORDS@


def draw(first):
    """That is the first number of all; the others are drawn."""
    draw.first = getattr(draw, "first", [first])


class Player(threading.Thread):
    def __init__(self, connection):
        super().__init__(daemon=True)
        self.connection, self.buffer, self.open = connection, "", True

    def say(self, *texts):
        said = "".join(text + END for text in texts if text)
        self.connection.sendall(said.encode())

    def read(self):
        while not END or "\n" not in self.buffer:
            received = self.connection.recv(1024)
            if not received:
                raise EOFError
            self.buffer += received.decode("utf8", "replace")
            if not END:
                break
        line, _, self.buffer = self.buffer.partition("\n") if END else (self.buffer, "", "")
        return line.strip()

    def game(self):
        first = getattr(draw, "first", [])
        secret, tries = first.pop() if first else random.randint(LOW, HIGH), 0
        while True:
            text = self.read()
            try:
                guess = int(@GUESS@)
            except (ValueError, IndexError):
                self.say(ERROR, PROMPT)
                continue
            tries += 1
            if guess == secret:
                return self.say(WON.replace("@N@", str(tries)))
            self.say((SMALL if guess < secret else BIG).replace("@N@", str(tries)), PROMPT)

    def run(self):
        try:
            if SPEAKS_FIRST:
                self.say(GREETING, PROMPT)
            @BEFORE@
            while self.open:
                self.game()
                @AFTER@
        except (OSError, EOFError):
            pass
        self.connection.close()


service = socket.socket()
service.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
service.bind(("", int(sys.argv[1])))
service.listen()
while True:
    Player(service.accept()[0]).start()
