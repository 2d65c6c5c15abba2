import socket, random
service = socket.socket()
service.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
service.bind(("127.0.0.1", 50000))
service.listen()
secret = random.randint(1, 100)
while True:
    client, address = service.accept()
    message = client.recv(100)
    if message:
        guess = int(message)
        client.send(b"trop petit" if guess < secret else b"trop grand" if guess > secret else b"bravo")
        if guess == secret:
            secret = random.randint(1, 100)
    client.close()
