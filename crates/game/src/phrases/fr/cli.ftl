### La ligne de commande : l'aide, les erreurs d'usage, les commandes autres que serve et play.

## Les titres d'une page d'aide

help-title-usage = Utilisation :
help-title-commands = Commandes :
help-title-arguments = Arguments :
help-title-options = Options :

## Ce que fait chaque commande, et chacune de ses options (help-COMMANDE-OPTION)

help-juste-prix = Le juste prix : deviner un nombre, par le réseau.
help-lang = La langue : fr ou en (pour serve, celle du jeu)
help-help = Affiche cette aide
help-version = Affiche la version

help-serve = Ouvre le serveur du jeu
help-serve-listen = Où attendre les joueurs (50000 ; répétable)
help-serve-quiet-listen = Une porte sans message d'accueil (répétable)
help-serve-web = Où ouvrir la page (8080), ou off
help-serve-name = Un autre nom de cette machine (répétable)
help-serve-no-browser = N'ouvre pas l'écran du professeur
help-serve-origin = Une autre page qui peut jouer ici (répétable)
help-serve-new-token = Change le lien privé du professeur
help-serve-lesson = La leçon à donner, au lieu de celle du programme
help-serve-local-name = Le serveur de l'école, dans la leçon
help-serve-tls-cert = Le certificat (PEM) : page en https
help-serve-tls-key = La clé du certificat (PEM)
help-serve-tls-listen = Où jouer en texte par TLS (répétable)
help-serve-data = Où garder les parties ; memory : ne rien garder
help-serve-keep = Combien de jours garder les parties (400)
help-serve-range = Les nombres à deviner (1..100)
help-serve-words = Les mots des réponses : fr, en, plus ou signes
help-serve-room = CODE=MODE[,MIN..MAX[,SECONDES]] (répétable)
help-serve-rate = Essais par seconde dans le hall, ou none (100)
help-serve-pace = Le rythme : people, programs ou free (people)
help-serve-pause = La pause entre deux manches en salle, en s (3)
help-serve-quiet-time = Le silence qui finit un message, en ms (10)
help-serve-metrics = Où donner les mesures (/metrics, /healthz)
help-serve-trust-proxy = Un proxy à croire (PROXY v2 ; répétable)
help-serve-no-mdns = Ne pas annoncer le serveur au réseau local
help-serve-log = Ce qui se passe, ligne à ligne : text ou json
help-serve-json = Écrit les adresses sur une ligne de JSON

help-play = Joue depuis ce terminal, ou lit des nombres sur l'entrée standard
help-play-server = Le serveur (sans lui : cherché sur le réseau local)
help-play-room = La salle où entrer
help-play-name = Le nom à prendre
help-play-resume = Le code d'une partie à reprendre
help-play-tls = Se connecte par TLS
help-play-tls-ca = Une autorité de certification (PEM) à croire aussi

help-bot = Joue tout seul, et compte les essais
help-bot-server = Le serveur
help-bot-strategy = bisect, linear ou random (bisect)
help-bot-games = Le nombre de parties (1)
help-bot-room = La salle où entrer
help-bot-explain = Dit ce qui a été compris du serveur
help-bot-tls = Se connecte par TLS
help-bot-tls-ca = Une autorité de certification (PEM) à croire aussi
help-bot-json = Répond par un document JSON

help-chat = Le dialogue de la leçon : à chacun son tour, jusqu'à FIN
help-chat-serve = Attend un client, et parle le premier
help-chat-serve-listen = Où attendre le client (127.0.0.1:50000)
help-chat-join = Se connecte à un serveur, et l'écoute d'abord
help-chat-join-server = Le serveur (127.0.0.1:50000)

help-net = Les adresses et les noms : les deux premières parties de la leçon
help-net-me = Les adresses de cette machine, et à quoi elles servent
help-net-me-json = Répond par un document JSON
help-net-common = Ce que des adresses ont en commun, bit par bit
help-net-common-first = Une adresse
help-net-common-others = Celles à lui comparer
help-net-common-json = Répond par un document JSON
help-net-resolve = Les adresses d'un nom, ou les noms d'une adresse
help-net-resolve-what = Le nom, ou l'adresse
help-net-resolve-server = Le serveur de noms à interroger (celui du système)
help-net-resolve-json = Répond par un document JSON
help-net-ping = Demande à une machine si elle est là
help-net-ping-host = La machine, sans port
help-net-ping-port = Par TCP sur ce port (par ICMP, sinon 50000)
help-net-ping-count = Combien de fois (4)
help-net-ping-json = Répond par un document JSON
help-net-count = Combien d'adresses il y a, exactement et en mots
help-net-count-what = ipv4, ipv6 ou un réseau, comme 192.168.1.0/24
help-net-count-json = Répond par un document JSON

help-check = Examine le programme d'un élève, et dit ce qui ne va pas
help-check-client = Examine un client : joue son serveur, et tape à sa place
help-check-client-listen = Où l'attendre (les ports que nomment ses fichiers)
help-check-client-source = Son programme, à lire seulement
help-check-client-wait = Combien attendre un client lancé à la main (60)
help-check-client-only = Ce contrôle seulement (répétable)
help-check-client-list = Montre les contrôles, sans rien examiner
help-check-client-json = Répond par un document JSON
help-check-client-report = Écrit aussi le rapport dans une page HTML
help-check-client-command = Le client à lancer ; {"{host}"} et {"{port}"} y sont remplacés
help-check-pair = Fait se rencontrer un serveur et un client : se comprennent-ils ?
help-check-pair-port = Le port où écoute le serveur (celui qu'il ouvre)
help-check-pair-json = Répond par un document JSON
help-check-pair-commands = La commande du serveur, puis --, puis celle du client
help-check-server = Examine un serveur : joue contre lui, et le met à l'épreuve
help-check-server-target = L'adresse d'un serveur déjà lancé
help-check-server-hosts = Une liste d'adresses à examiner, une par ligne
help-check-server-csv = Avec --hosts : écrit aussi le tableau en CSV
help-check-server-port = Le port où écoute la commande (celui qu'elle ouvre)
help-check-server-kind = Ce que fait le serveur : game, echo ou chat (reconnu)
help-check-server-only = Ce contrôle seulement (répétable)
help-check-server-list = Montre les contrôles, sans rien examiner
help-check-server-json = Répond par un document JSON
help-check-server-report = Écrit aussi le rapport dans une page HTML
help-check-server-command = Le serveur à lancer ; {"{port}"} y est remplacé

help-verify = Vérifie que le nombre d'une manche n'a pas changé
help-verify-commitment = L'engagement publié avant la manche (sinon : entrée standard)
help-verify-opening = L'ouverture publiée après la manche
help-verify-json = Répond par un document JSON

help-export = Écrit les résultats
help-export-format = csv, json ou xlsx (csv)
help-export-table = rounds, tries, answers ou tournament
    (sans : rounds)
help-export-data = Où sont gardées les parties
help-export-room = Cette salle seulement
help-export-output = Le fichier à écrire (sinon : sortie standard)

help-forget = Efface les parties et les résultats
help-forget-data = Où sont gardées les parties
help-forget-room = Une salle à effacer, au lieu de tout (répétable)
help-forget-class = Une classe : cette salle et ses demi-groupes
help-forget-player = Un joueur, par son nom : là, ou partout sinon
help-forget-yes = Efface sans demander

help-load = Mesure un serveur, avec beaucoup de joueurs à la fois
help-load-server = Le serveur à mesurer
help-load-connections = Combien de joueurs (100)
help-load-pipeline = Propositions en route à la fois, par joueur (1)
help-load-seconds = Durée de la mesure, en s (10)
help-load-door = Par quelle porte : text, ws (la page), ws-text (text)
help-load-room = La salle où jouer (sinon : le hall public)
help-load-pause = Réflexion d'un joueur avant chaque essai, en ms (0)
help-load-idle = Les joueurs font un essai, puis se taisent
help-load-tls = Se connecte par TLS
help-load-tls-ca = Une autorité de certification (PEM) à croire aussi
help-load-json = Un document JSON sur la sortie standard

help-completions = Écrit de quoi compléter les commandes par la touche Tab
help-completions-shell = bash, zsh, fish ou powershell

help-man = Écrit les pages du manuel
help-man-dir = Le dossier où les écrire
help-tap = Montre, octet par octet, ce qui passe entre client et serveur
help-tap-listen = Où attendre le client, comme 50001
help-tap-target = Le serveur
help-tap-lines = Des lignes plutôt que l'écran entier
help-tap-pcap = Écrit aussi tout dans ce fichier, pour Wireshark
help-tap-trouble = Joue le mauvais réseau ; même graine, mêmes ennuis
help-tap-json = Un objet JSON par ligne, pour les programmes

## Le nom de la valeur d'une option

value-command = COMMANDE
value-lang = LANGUE
value-addr = ADRESSE
value-addr-or-off = ADRESSE|off
value-dir = DOSSIER
value-dir-or-memory = DOSSIER|memory
value-days = JOURS
value-range = MIN..MAX
value-pack = MOTS
value-prefix = PRÉFIXE
value-log-format = FORME
value-nats = nats://A,B,C
value-event = NOM
value-monitors = A,B,C
value-room = SALLE
value-ms = DURÉE
value-host-port = HÔTE[:PORT]
value-code = SALLE
value-name = NOM
value-resume = CODE
value-commitment = ENGAGEMENT
value-opening = OUVERTURE
value-strategy = STRATÉGIE
value-games = NOMBRE
value-program = COMMANDE
value-kind = SORTE
value-check = CONTRÔLE
value-ip = ADRESSE
value-ip-2 = ADRESSE
value-name-or-ip = NOM|ADRESSE
value-dns = SERVEUR
value-host = HÔTE
value-origin = ORIGINE
value-port = PORT
value-block = ipv4|ipv6|RÉSEAU
value-format = FORMAT
value-table = TABLE
value-n = N
value-p = N
value-s = DURÉE
value-door = PORTE
value-file = FICHIER
value-shell = INTERPRÉTEUR
value-listen = ÉCOUTE
value-seed = GRAINE

## Une ligne de commande fausse : quoi, où, que taper à la place

usage-suggestion = essayer { $it }
usage-unknown = L'argument { $argument } n'existe pas ici : { $help } montre ceux qui existent.
usage-unknown-close = L'argument { $argument } n'existe pas ici : { $hint }, ou { $help }.
usage-command = La commande { $command } n'existe pas : { $help } montre celles qui existent.
usage-command-close = La commande { $command } n'existe pas : { $hint }, ou { $help }.
usage-no-command = Il manque une commande : taper juste-prix serve pour ouvrir le jeu, juste-prix play pour jouer, ou { $help }.
usage-tour =
    Le juste prix : le serveur de jeu de la leçon de réseau.

      juste-prix serve          ouvre le jeu pour la classe, et l'écran du professeur
      juste-prix play           joue depuis ce terminal
      juste-prix bot HÔTE       joue tout seul, même contre le serveur d'un élève
      juste-prix chat           le dialogue de la leçon, à chacun son tour
      juste-prix net            les adresses, les noms et ping
      juste-prix check          examine le programme d'un élève
      juste-prix tap            montre chaque octet entre un client et un serveur

    Toutes les commandes : juste-prix --help. Pour commencer : juste-prix serve.
usage-no-subcommand = Il manque un mot après { $command } : { $help } montre lesquels existent.
usage-value = Pour { $argument }, « { $value } » ne convient pas : il faut { $expected }.
usage-secret = Un mot de passe n'a pas sa place dans { $argument } : tous les utilisateurs de la machine peuvent lire une ligne de commande. Mettez NATS_USER et NATS_PASSWORD (ou NATS_TOKEN) dans l'environnement, ou un fichier dans --nats-creds.
usage-no-value = Il manque une valeur après { $argument } : { $help } montre laquelle.
usage-flag-value = { $argument } s'écrit sans valeur : { $help } montre comment.
usage-twice = { $argument } est donné deux fois : n'en garder qu'un.
usage-missing = Il manque { $argument } : { $help } montre comment l'écrire.
usage-utf8 = Un argument n'est pas du texte UTF-8 : le taper à nouveau, sans caractère spécial.
usage-other = Cette ligne de commande n'a pas de sens : { $help } montre comment l'écrire.
usage-same-room = La salle { $code } est donnée deux fois : garder un seul --room { $code }=….
usage-no-text = Un classeur (xlsx) n'est pas un texte à afficher : donner un fichier, comme --output resultats.xlsx.

## Ce qu'il faut à la place

expect-help = une des valeurs que montre --help
expect-lang = fr ou en
expect-address = une adresse et un port, comme 192.168.1.10:50000 ou [::1]:50000, ou un port seul, comme 50000
expect-target = une machine et si besoin un port, comme 192.168.1.10:50000, [::1]:50000 ou serveur.local
expect-host-name = le nom d'une machine, sans port, comme prof.lycee.fr
expect-origin = le début de l'adresse d'une page, comme https://notebook.basthon.fr ou http://192.168.1.10:8888
expect-web = une adresse et un port, un port seul, comme 8080, ou off
expect-range = deux nombres entiers, le plus petit d'abord, entre -1000000000 et 1000000000, comme 1..100
expect-pack = fr, en, plus ou signes
expect-prefix = une adresse ou un réseau, comme 10.0.0.5, 10.0.0.0/8 ou 2001:db8::/32
expect-log-format = text ou json
expect-nats = nats://hôte,hôte,hôte
expect-event = des lettres, chiffres, _ ou - (32 au plus)
expect-monitors = hôte:port,hôte:port
expect-room = CODE=MODE[,MIN..MAX[,SECONDES]], comme 4821=course ou 4821=sans-depasser,1..100,60
expect-room-code = pour le code de la salle 1 à 12 lettres sans accent ou chiffres, comme 4821 (HALL est déjà pris)
expect-mode = pour mode solo, course ou sans-depasser, comme 4821=course
expect-seconds = un nombre de secondes de 1 à 86400, comme 4821=course,1..100,60
expect-no-seconds = se passer de secondes, car le mode solo n'a pas de limite de temps, comme 4821=solo,1..100
expect-some-seconds = une limite en secondes, car sans-depasser en a toujours une, comme 4821=sans-depasser,1..100,60
expect-resume = un code entier, comme HALL-ABCDEFGHIJKLMNOP
expect-rate = un nombre d'essais par seconde de 1 à 1000000, comme 100, ou none
expect-pace = people (1 essai par seconde), programs (20) ou free (sans limite)
expect-intermission = un nombre de secondes de 0 à 60, comme 3
expect-quiet-time = un nombre de millisecondes de 1 à 5000, comme 10
expect-days = un nombre de jours de 1 à 36500, comme 400
expect-games = un nombre de parties de 1 à 1000000
expect-strategy = bisect (couper en deux), linear (1, 2, 3…) ou random (au hasard)
expect-ip = une adresse IP seule, comme 192.168.1.10 ou 2001:db8::1
expect-dns-name = un nom, comme prof.local, ou une adresse IP seule
expect-dns = l'adresse d'un serveur de noms, comme 192.168.1.1 ou 127.0.0.1:5353
expect-host = une machine sans port, comme 192.168.1.10, ::1 ou prof.local (le port se donne par --port)
expect-port = un port de 1 à 65535, comme 80
expect-block = ipv4, ipv6 ou un réseau, comme 192.168.1.0/24 ou 2001:db8::/64
expect-client-check = un contrôle que montre juste-prix check client --list, comme fin
expect-kind = echo, chat ou game
expect-server-check = un contrôle que montre juste-prix check server --list, comme word
expect-commitment = un engagement de 64 chiffres hexadécimaux, comme PREUVE en montre
expect-opening = une ouverture, qui commence par jp1:, comme PREUVE en montre
expect-door = text, ws ou ws-text
expect-pause = un nombre entier de millisecondes, de 0 à 60000
expect-count = un nombre entier, au moins 1
expect-duration = un nombre de secondes, de 1 à 86400
expect-format = csv, json ou xlsx
expect-table = rounds, tries, answers ou tournament
expect-shell = bash, zsh, fish ou powershell
expect-seed = un nombre entier, au moins 0, comme 42

## Pourquoi le système a refusé

reason-in-use = un autre programme utilise déjà ce port
reason-reserved = Windows garde ce port pour lui-même, ou un autre programme l'a pour lui seul
reason-not-here = cette adresse n'est pas celle de cette machine
reason-permission = le système ne le permet pas
reason-refused = aucun programme n'y attend de connexion
reason-timed-out = la machine ne répond pas
reason-unreachable = le réseau n'y mène pas
reason-reset = la connexion a été coupée
reason-not-found = cela n'existe pas
reason-name = ce nom de machine est inconnu
reason-unsupported = ce système ne le permet pas
reason-full = le disque est plein
reason-too-large = il est trop gros
reason-not-text = ce n'est pas du texte UTF-8
reason-other = le système répond « { $text } »

## verify

verify-good = Vérifié : l'engagement { $commitment } est bien celui de la manche { $round } ({ $room }, { $range }), avec le nombre { $number } ; s'il a été montré avant le premier essai, le nombre n'a pas changé.
verify-bad = Pas vérifié : l'ouverture de la manche { $round } ({ $room }) a pour engagement { $commitment }, et ce n'est aucun de ceux donnés ; il faut celui que PREUVE montrait pendant cette manche.
verify-paste = Coller la réponse à PREUVE, et mieux encore celle d'avant la fin de la manche, puis Ctrl-D :
verify-nothing = L'entrée ne contient pas à la fois un engagement (64 chiffres hexadécimaux) et une ouverture (jp1:…) : donner la réponse à PREUVE d'après la fin de la manche, ou taper juste-prix verify ENGAGEMENT OUVERTURE.
input-failed = Impossible de lire l'entrée standard : { $reason }.

## export et forget

no-home = Le dossier personnel est introuvable : donner un dossier, comme --data ./juste-prix.
output-failed = Impossible d'écrire { $file } : { $reason } ; choisir un autre fichier avec --output.
stdout-failed = Impossible d'écrire sur la sortie standard : { $reason }.
forget-ask = Effacer les parties et les résultats gardés dans { $dir } ? Taper oui :{" "}
forget-word = oui
forget-kept = Rien n'a été effacé.
forget-done = Parties et résultats effacés : { $dir }.
forget-rooms-done = Effacé de { $dir } : { $rooms }.
forget-rooms-nothing = Rien de { $rooms } dans { $dir }.
forget-rooms-ask = Effacer { $rooms } de { $dir }, avec parties, noms et résultats ? Taper oui :{" "}
forget-player-done = Effacé de { $dir } : « { $name } », dans { $rooms }.
forget-player-nothing = Personne ne s'appelle « { $name } » dans { $rooms } ({ $dir }).
forget-player-ask = Effacer « { $name } » de { $rooms }, dans { $dir } : son nom et ses réponses ? Taper oui :{" "}
forget-everywhere-done = Effacé de { $dir }, dans toutes les salles et dans le hall public : « { $name } ».
forget-everywhere-nothing = Personne ne s'appelle « { $name } », ni dans une salle ni dans le hall public ({ $dir }).
forget-everywhere-ask = Effacer qui s'est appelé « { $name } », de toutes les salles et du hall public, dans { $dir } : ses noms et ses réponses ? Taper oui :{" "}
forget-nothing = Rien à effacer dans { $dir }.
help-serve-journal = Un journal partagé par plusieurs machines
help-serve-event = L'événement dont c'est le journal
help-serve-nats-creds = Les droits d'accès, comme NATS les écrit
help-serve-nats-ca = Qui a signé les certificats des serveurs
help-serve-nats-cert = Le certificat de cette machine
help-serve-nats-key = La clé de ce certificat
help-serve-nats-monitor = La surveillance des serveurs (8222)
help-export-journal = Un journal partagé par plusieurs machines
help-export-event = L'événement dont c'est le journal
help-export-nats-creds = Les droits d'accès, comme NATS les écrit
help-export-nats-ca = Qui a signé les certificats des serveurs
help-export-nats-cert = Le certificat de cette machine
help-export-nats-key = La clé de ce certificat
help-export-nats-monitor = La surveillance des serveurs (8222)
help-forget-journal = Un journal partagé par plusieurs machines
help-forget-event = L'événement dont c'est le journal
help-forget-nats-creds = Les droits d'accès, comme NATS les écrit
help-forget-nats-ca = Qui a signé les certificats des serveurs
help-forget-nats-cert = Le certificat de cette machine
help-forget-nats-key = La clé de ce certificat
help-forget-nats-monitor = La surveillance des serveurs (8222)

help-journal = Copie un journal
help-journal-copy = Copie un journal, et vérifie la copie
help-journal-copy-from = Le journal à copier : dossier ou nats://A,B,C
help-journal-copy-to = Où le copier ; rien ne doit y être
help-journal-copy-event = L'événement, pour un journal partagé
help-journal-copy-nats-creds = Les droits d'accès, comme NATS les écrit
help-journal-copy-nats-ca = Qui a signé les certificats des serveurs
help-journal-copy-nats-cert = Le certificat de cette machine
help-journal-copy-nats-key = La clé de ce certificat
help-journal-copy-nats-monitor = La surveillance des serveurs (8222)
value-place = JOURNAL
value-guesses = ESSAIS
value-pace = RYTHME
copy-done = { $entries ->
    [one] { $entries } entrée copiée et vérifiée.
   *[other] { $entries } entrées copiées et vérifiées.
}
copy-no-event = Un journal partagé est celui d'un événement : donnez son nom avec --event.
