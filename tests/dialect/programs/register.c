/* REGISTER first, then numbers; a fixed buffer, no newline; answers with the number of tries. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void play(int client) {
    char buffer[256], answer[64];
    int registered = 0, tries = 0, number = rand() % 100 + 1;
    ssize_t n;
    while ((n = recv(client, buffer, sizeof buffer - 1, 0)) > 0) {
        buffer[n] = 0;
        if (!registered) {
            registered = strncmp(buffer, "REGISTER ", 9) == 0;
            snprintf(answer, sizeof answer, registered ? "WELCOME %.20s" : "ERROR register first", buffer + 9);
        } else {
            int guess = atoi(buffer);
            const char *word = guess < number ? "HIGHER" : guess > number ? "LOWER" : "WIN";
            snprintf(answer, sizeof answer, "%s|%d", word, ++tries);
            if (guess == number) {
                send(client, answer, strlen(answer), MSG_NOSIGNAL);
                return;
            }
        }
        send(client, answer, strlen(answer), MSG_NOSIGNAL);
    }
}

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
        int client = accept(server, NULL, NULL);
        play(client);
        close(client);
    }
}
