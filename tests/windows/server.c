/* A learner's server: one client after the other, French sentences, lines. Its port is its argument.
   `faulty` as a second argument leaves the range unchecked and dies of what is no number. */
#include <winsock2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void say(SOCKET client, const char *text) {
    send(client, text, (int)strlen(text), 0);
}

/* Reads a line, without its end. Returns 0 at the end of the connection. */
static int line(SOCKET client, char *text, int size) {
    int length = 0;
    char byte;
    while (recv(client, &byte, 1, 0) == 1) {
        if (byte == '\n') {
            text[length] = 0;
            return 1;
        }
        if (byte != '\r' && length < size - 1)
            text[length++] = byte;
    }
    return 0;
}

static void play(SOCKET client, int faulty) {
    int number = rand() % 100 + 1;
    char text[200], *end;
    say(client, "Devine un nombre entre 1 et 100\n");
    while (line(client, text, sizeof text)) {
        long guess = strtol(text, &end, 10);
        if (end == text || *end) {
            if (faulty)
                *(volatile int *)0 = 1;
            say(client, "Erreur : ce n'est pas un nombre\n");
        } else if (!faulty && (guess < 1 || guess > 100))
            say(client, "Erreur : le nombre est entre 1 et 100\n");
        else if (guess < number)
            say(client, "Trop petit\n");
        else if (guess > number)
            say(client, "Trop grand\n");
        else {
            say(client, "Bravo, trouve\n");
            return;
        }
    }
}

int main(int argc, char **argv) {
    WSADATA data;
    struct sockaddr_in here = {0};
    SOCKET listener;
    setvbuf(stdout, NULL, _IONBF, 0);
    WSAStartup(MAKEWORD(2, 2), &data);
    srand((unsigned)time(NULL));
    listener = socket(AF_INET, SOCK_STREAM, 0);
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    here.sin_port = htons((u_short)atoi(argc > 1 ? argv[1] : "50000"));
    if (bind(listener, (struct sockaddr *)&here, sizeof here)) {
        printf("bind: %d\n", WSAGetLastError());
        return 1;
    }
    listen(listener, 5);
    printf("Le serveur attend.\n");
    for (;;) {
        SOCKET client = accept(listener, NULL, NULL);
        if (client == INVALID_SOCKET)
            return 1;
        play(client, argc > 2);
        closesocket(client);
    }
}
