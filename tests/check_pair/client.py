from socket import *

PORT = 50000
service = socket(AF_INET, SOCK_STREAM)
service.connect(("127.0.0.1", PORT))
print(service.recv(1024).decode())
low, high = 1, 100
while True:
    guess = (low + high) // 2
    service.send(str(guess).encode())
    message = service.recv(1024).decode()
    print(message)
    if message == "Trop petit":
        low = guess + 1
    elif message == "Trop grand":
        high = guess - 1
    elif message.startswith("Gagné"):
        break
service.close()
