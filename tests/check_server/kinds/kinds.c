// The kinds of kinds.rs in C: the kind, then the port. A thread a player.
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char *kind;
static int service, winner, games;
static int the_number;

static int is(const char *word) { return strcmp(kind, word) == 0; }

/* Not one of the first numbers that a player tries: luck would hide what kind this is. */
static int draw(int most) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return most * 3 / 4 + now.tv_nsec / 1000 % (most / 8) + 1;
}

static void say(int client, const char *text) {
    uint32_t length = strlen(text);
    if (is("lengths")) send(client, &length, sizeof length, 0);
    send(client, text, strlen(text), 0);
}

/* One message; 0 if the player has gone. */
static int hear(int client, char *message, size_t room) {
    uint32_t length = room - 1;
    if (is("lengths") && (recv(client, &length, sizeof length, MSG_WAITALL) != sizeof length || length >= room))
        return 0;
    ssize_t size = recv(client, message, is("cut") ? 10 : length, 0);
    message[size > 0 ? size : 0] = 0;
    return size > 0;
}

/* The number in a message; whether there is one. */
static int number(const char *message, int *guess) {
    char *end;
    if (is("objects")) {
        message = strstr(message, "\"essai\"");
        if (!message || !(message = strchr(message, ':'))) return 0;
        message++;
    }
    long value = strtol(message, &end, 10);
    *guess = value > 1000000 ? 1000000 : value < -1000000 ? -1000000 : value;
    return end != message && (is("objects") || *end == 0 || strchr("\r\n", *end));
}

static int play(int client, int secret, int most) {
    char message[1024], text[200];
    int guess, tries = 0, low = 0, high = most + 1;
    for (;;) {
        if (is("narrows")) {
            snprintf(text, sizeof text, "le nombre est entre %d et %d, propose\n", low, high);
            say(client, text);
        }
        if (!hear(client, message, sizeof message)) return 0;
        int valid = number(message, &guess);
        tries++;
        if (is("exact")) {
            snprintf(text, sizeof text, "%d", secret);
            if (strcmp(message, text) == 0) return say(client, "Gagné !\n"), 1;
            say(client, guess < secret ? "Trop petit\n" : "Trop grand\n");
        } else if (valid && guess == secret) {
            snprintf(text, sizeof text, "%d", tries);
            say(client, is("tries") ? text : is("objects") ? "{\"type\": \"gagne\"}" : "Gagné !\n");
            return 1;
        } else if (is("narrows")) {
            if (valid && guess > low && guess < secret) low = guess;
            if (valid && guess < high && guess > secret) high = guess;
        } else if (is("objects")) {
            say(client, !valid           ? "{\"type\": \"erreur\"}"
                        : guess < secret ? "{\"type\": \"indice\", \"texte\": \"trop petit\"}"
                                         : "{\"type\": \"indice\", \"texte\": \"trop grand\"}");
        } else if (is("nohints"))
            say(client, "Non, essaie encore\n");
        else
            say(client, !valid ? "Erreur : un nombre entier\n" : guess < secret ? "Trop petit\n" : "Trop grand\n");
    }
}

static void game(int client) {
    char text[200];
    int most = is("nohints") ? 10 : is("range") ? (int[]){20, 50, 100}[games++ % 3] : 100;
    snprintf(text, sizeof text, "Devine un nombre entre 1 et %d\n", most);
    if (is("password")) {
        say(client, "Mot de passe : ");
        hear(client, text, sizeof text);
        say(client, "Mot de passe incorrect, au revoir\n");
    } else if (is("winner")) {
        say(client, text);
        if (!winner && play(client, the_number, most)) winner = 1;
    } else {
        if (is("objects")) say(client, "{\"type\": \"bienvenue\", \"min\": 1, \"max\": 100}");
        else if (!is("narrows") && !is("tries") && !is("two")) say(client, text);
        play(client, draw(most), most);
    }
}

static void *one(void *client) {
    if (is("two")) say((int)(intptr_t)client, "Devine un nombre entre 1 et 100\n");
    game((int)(intptr_t)client);
    close((int)(intptr_t)client);
    return 0;
}

static void begin(int client) {
    pthread_t thread;
    pthread_create(&thread, 0, one, (void *)(intptr_t)client);
    pthread_detach(thread);
}

int main(int count, char **words) {
    int yes = 1, waiting = -1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(words[count - 1]))};
    socklen_t size = sizeof address;
    kind = words[1];
    the_number = draw(100);
    signal(SIGPIPE, SIG_IGN);
    service = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(service, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(service, (struct sockaddr *)&address, sizeof address) || listen(service, 5)) return 1;
    getsockname(service, (struct sockaddr *)&address, &size);
    printf("port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        int client = accept(service, 0, 0);
        if (is("two")) {
            say(client, "En attente d'un autre joueur\n");
            if (waiting < 0) {
                waiting = client;
                continue;
            }
            begin(waiting);
            begin(client);
            waiting = -1;
        } else if (is("one")) {
            one((void *)(intptr_t)client);
            return 0;
        } else if (is("keyboard")) {
            char answer[100];
            one((void *)(intptr_t)client);
            printf("Encore ? (o/n) ");
            fflush(stdout);
            if (!fgets(answer, sizeof answer, stdin)) return 0;
        } else
            begin(client);
    }
}
