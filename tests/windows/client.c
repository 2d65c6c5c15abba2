/* A learner's client: each line of the keyboard is sent, each answer is printed, until it is found.
   Its arguments are the server's address and port. */
#include <winsock2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Prints a line of the server. Returns 0 at the end of the connection, 2 for the last one. */
static int answer(SOCKET server) {
    char text[500], byte;
    int length = 0;
    while (recv(server, &byte, 1, 0) == 1) {
        if (byte == '\n') {
            text[length] = 0;
            printf("%s\n", text);
            return strstr(text, "Gagn") || strstr(text, "Bravo") || strstr(text, "FIN") ? 2 : 1;
        }
        if (byte != '\r' && length < (int)sizeof text - 1)
            text[length++] = byte;
    }
    return 0;
}

int main(int argc, char **argv) {
    WSADATA data;
    struct sockaddr_in there = {0};
    SOCKET server;
    char guess[100];
    int end;
    setvbuf(stdout, NULL, _IONBF, 0);
    WSAStartup(MAKEWORD(2, 2), &data);
    server = socket(AF_INET, SOCK_STREAM, 0);
    there.sin_family = AF_INET;
    there.sin_addr.s_addr = inet_addr(argc > 1 ? argv[1] : "127.0.0.1");
    there.sin_port = htons((u_short)atoi(argc > 2 ? argv[2] : "50000"));
    if (connect(server, (struct sockaddr *)&there, sizeof there)) {
        printf("Le serveur ne repond pas.\n");
        return 1;
    }
    if (!answer(server))
        return 1;
    for (;;) {
        printf("Ton nombre ? ");
        if (!fgets(guess, sizeof guess, stdin))
            return 1;
        send(server, guess, (int)strlen(guess), 0);
        end = answer(server);
        if (end != 1)
            return end == 2 ? 0 : 1;
    }
}
