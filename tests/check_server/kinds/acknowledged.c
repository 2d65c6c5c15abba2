// Takes a message after each hint before it waits for the next number. A process a player.
#include <arpa/inet.h>
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void say(int client, const char *text) { send(client, text, strlen(text), 0); }

static void play(int client) {
    char message[1024];
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int secret = now.tv_nsec / 1000 % 100 + 1;
    for (;;) {
        say(client, "Entrez un nombre entre 1 et 100");
        ssize_t size = recv(client, message, sizeof message - 1, 0);
        if (size <= 0) return;
        message[size] = 0;
        int guess = atoi(message);
        if (!isdigit((unsigned char)message[0]) && message[0] != '-') say(client, "Erreur : un nombre");
        else if (guess == secret) {
            say(client, "Bravo, gagne");
            return;
        } else say(client, guess < secret ? "trop petit" : "trop grand");
        if (recv(client, message, sizeof message, 0) <= 0) return;
    }
}

int main(int count, char **words) {
    int yes = 1, service = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(words[count - 1]))};
    socklen_t size = sizeof address;
    setsockopt(service, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(service, (struct sockaddr *)&address, sizeof address) || listen(service, 5)) return 1;
    getsockname(service, (struct sockaddr *)&address, &size);
    printf("port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int client = accept(service, 0, 0);
        if (fork() == 0) {
            close(service);
            play(client);
            return 0;
        }
        close(client);
    }
}
