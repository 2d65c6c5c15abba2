/* A sound server in C: a process for each player, lines. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void play(int player) {
    FILE *in = fdopen(player, "r"), *out = fdopen(dup(player), "w");
    char line[256];
    srand((unsigned)time(NULL) ^ (unsigned)getpid() * 7919u);
    int secret = rand() % 100 + 1;
    fprintf(out, "Guess a number between 1 and 100.\n");
    fflush(out);
    while (fgets(line, sizeof line, in)) {
        char *end;
        long guess = strtol(line, &end, 10);
        if (end == line || (*end != '\n' && *end != '\r'))
            fprintf(out, "Error: that is not a number.\n");
        else if (guess < secret)
            fprintf(out, "Too small\n");
        else if (guess > secret)
            fprintf(out, "Too big\n");
        else {
            fprintf(out, "You win!\n");
            fflush(out);
            break;
        }
        fflush(out);
    }
}

int main(int count, char **words) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(words[count - 1]))};
    int yes = 1, service = socket(AF_INET, SOCK_STREAM, 0);
    signal(SIGCHLD, SIG_IGN);
    setsockopt(service, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(service, (struct sockaddr *)&address, sizeof address) || listen(service, 16)) {
        perror("bind");
        return 1;
    }
    for (;;) {
        int player = accept(service, NULL, NULL);
        if (player < 0) continue;
        if (fork() == 0) {
            close(service);
            play(player);
            _exit(0);
        }
        close(player);
    }
}
