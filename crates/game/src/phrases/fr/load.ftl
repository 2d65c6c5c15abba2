### La commande load.

load-no-address = { $server } : adresse introuvable ({ $reason }). Vérifie le nom et le port.
load-failed = { $server } : la mesure n'a pas pu se faire ({ $reason }). Vérifie que le serveur tourne et que cette machine permet assez de descripteurs (ulimit -n).
load-connecting = Connexions
load-playing = Mesure en cours
load-connected = Connexions : { $connected } sur { $connections } en { $seconds } s
load-guesses = Propositions : { $guesses }, soit { $rate } par seconde
load-latency = Délais : médiane { $p50 } ms, 99 % sous { $p99 } ms, 99,9 % sous { $p999 } ms
load-errors = Erreurs : { $errors }

load-nobody = { $server } : aucune connexion n'a abouti. Vérifie que le serveur tourne, que l'adresse est la bonne, et que ce port est celui de la porte demandée (--door text : le port du jeu ; ws, ws-text : celui de la page).
load-nobody-entered = { $server } : personne n'a pu entrer dans la salle { $room }. Vérifie que le serveur tourne, que ce port est celui de la porte demandée (--door), et que la salle est ouverte (serve --room { $room }=solo, ou l'écran du professeur).
