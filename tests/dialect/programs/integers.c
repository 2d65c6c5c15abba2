/* Raw integers, as the machine has them: an int in, an int out; 1 says bigger, 2 smaller, 0 found. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 0)};
    socklen_t length = sizeof address;
    int server = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(server, (struct sockaddr *)&address, sizeof address) || listen(server, 5)) {
        perror("bind");
        return 1;
    }
    getsockname(server, (struct sockaddr *)&address, &length);
    printf("ready %d\n", ntohs(address.sin_port));
    fflush(stdout);
    srand(2026);
    for (;;) {
        int client = accept(server, NULL, NULL), guess, number = rand() % 100 + 1, answer = 1;
        while (answer && recv(client, &guess, sizeof guess, MSG_WAITALL) == sizeof guess) {
            answer = guess < number ? 1 : guess > number ? 2 : 0;
            send(client, &answer, sizeof answer, MSG_NOSIGNAL);
        }
        close(client);
    }
}
