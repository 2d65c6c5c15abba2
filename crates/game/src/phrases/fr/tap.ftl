### Ce que dit juste-prix tap : ce qui passe entre un client et un serveur.

tap-open = Relais ouvert : { $addresses } → { $target }
tap-how = Lance ton client avec { $address } au lieu de { $target }. Ctrl-C pour arrêter.
tap-capture = Tout s'écrit aussi dans { $file }, pour Wireshark.
tap-trouble = Mauvais réseau exprès, graine { $seed } : la même graine refait les mêmes ennuis.

## Qui parle

tap-client = client
tap-server = serveur
tap-from-client = client ──▶ serveur
tap-from-server = client ◀── serveur
tap-bytes =
    { $bytes ->
        [one] { $bytes } octet
       *[other] { $bytes } octets
    }
tap-chunks =
    { $chunks ->
        [one] { $chunks } morceau
       *[other] { $chunks } morceaux
    }
tap-after-wait = après { $time } d'attente
tap-after-own = { $time } après le morceau d'avant
tap-more = … et { $bytes } octets de plus, qui ne sont pas montrés.
tap-skipped = L'affichage ne suit pas : { $chunks }, soit { $bytes }, sont passés sans être montrés.

## Ce qui arrive à une connexion

tap-opened = le client { $client } arrive
tap-reached = le serveur { $server } a accepté
tap-refused = le serveur { $server } refuse : { $reason }. Lance-le d'abord ; ce client est coupé, comme il l'aurait été sans relais.
tap-unreached = le serveur { $server } ne répond pas : { $reason }. Vérifie l'adresse ; ce client est coupé.
tap-finished-client = le client a fini d'envoyer (FIN)
tap-finished-server = le serveur a fini d'envoyer (FIN)
tap-closed = fermée des deux côtés après { $time }
tap-reset-client = coupée net par le client (RST) après { $time } : le serveur est coupé de même
tap-reset-server = coupée net par le serveur (RST) après { $time } : le client est coupé de même
tap-lost-client = le client ne donne plus signe de vie ({ $reason }) après { $time } : le serveur est coupé (RST)
tap-lost-server = le serveur ne donne plus signe de vie ({ $reason }) après { $time } : le client est coupé (RST)
tap-reset-on-purpose = coupée exprès des deux côtés (RST) après { $time }
tap-stopped = coupée par l'arrêt du relais après { $time }
tap-totals = client : { $client-bytes } en { $client-chunks } ; serveur : { $server-bytes } en { $server-chunks }
tap-full = plus de place : les clients suivants attendent qu'une connexion finisse
tap-capture-failed = la capture ne s'écrit plus : la suite n'y sera pas

## Le silence

tap-silence = silence depuis { $time } : { $turn }
tap-turn-nobody = personne n'a encore parlé
tap-turn-client = au client de parler
tap-turn-server = au serveur de parler
tap-turn-over = plus personne ne parlera
tap-turn-finished = plus rien à attendre du { $side }, qui a fini d'envoyer
tap-read-all-client = le client a lu tout ce qu'il a reçu
tap-read-all-server = le serveur a lu tout ce qu'il a reçu
tap-unread-client = { $bytes } attendent que le client les lise
tap-unread-server = { $bytes } attendent que le serveur les lise

## Fusions et coupures

tap-sure = sûr : { $text }
tap-suspected = peut-être : { $text }
tap-mark-sends = ce seul recv a pris au moins { $count } send du { $side }
tap-mark-rest = la suite du morceau d'avant, où le recv du relais était plein
tap-mark-cut-character = finit au milieu d'un caractère : le reste vient ensuite, ou ce n'est pas de l'UTF-8
tap-mark-character-ends = « { $character } » a commencé dans le morceau d'avant : decode("utf8") échoue sur l'un comme sur l'autre
tap-mark-seen-alone = deux messages collés, déjà vus seuls : « { $first } » puis « { $rest } »
tap-mark-lines = deux lignes collées, envoyées une par une jusqu'ici : « { $first } » puis « { $rest } »
tap-mark-long-number = deux nombres collés : « { $first } » puis « { $rest } »
tap-mark-capital = deux messages collés : « { $first } » puis « { $rest } »
tap-mark-soon-after = en face, un seul recv a pris ce morceau avec celui d'avant, parti juste avant
tap-mark-no-newline = il manque la fin de ligne que les morceaux d'avant avaient : la suite vient après
tap-mark-over-lesson = plus de 1024 octets : un recv(1024) n'en prend que le début
tap-glued-client = le client n'avait pas lu ce qui précède : un seul recv peut prendre les { $bytes } octets qui l'attendent
tap-glued-server = le serveur n'avait pas lu ce qui précède : un seul recv peut prendre les { $bytes } octets qui l'attendent

## Le mauvais réseau, exprès

tap-on-purpose = exprès : { $text }
tap-did-split = envoyé en { $count } morceaux ({ $pieces } octets), à { $pause } ms d'écart
tap-did-held = retenu, puis collé au morceau suivant : { $bytes } octets partent d'un coup
tap-did-held-alone = retenu { $pause } ms, mais rien n'a suivi
tap-did-late = retardé de { $pause } ms
tap-did-reset = connexion coupée des deux côtés, après { $bytes } octets du serveur

## La fin

tap-sums =
    { $connections ->
        [one] { $connections } connexion
       *[other] { $connections } connexions
    } ; clients : { $client } ; serveurs : { $server }.
tap-captured = Capture : { $file }, { $packets } paquets ; pour l'ouvrir : wireshark { $file }
tap-lost-events = L'affichage n'a pas suivi : il manque { $events } débuts ou fins de connexion.

## L'écran

tap-waiting = En attente d'un client
tap-waiting-how = Lance le tien avec { $address } au lieu de { $target }.
tap-keys = ↑↓ défiler   ←→ connexion   espace pause   Fin suivre   q quitter
tap-keys-short = ↑↓ ←→ espace Fin q
tap-paused = PAUSE
tap-new-events =
    { $count ->
        [one] { $count } nouveau
       *[other] { $count } nouveaux
    }
tap-connections = Connexions
tap-too-small = Fenêtre trop petite : agrandis-la, ou relance avec --lines.
tap-and = { $first } ; { $next }
tap-since = { $turn }, depuis { $time }
tap-state-connecting = vers le serveur
tap-state-client = au client
tap-state-server = au serveur
tap-state-anyone = à qui veut
tap-state-nobody = finie des deux côtés
tap-state-closed = fermée
tap-state-reset = coupée
tap-state-refused = refusée
tap-connecting = le serveur n'a pas encore accepté
tap-forgotten = Les événements plus anciens ne sont plus gardés.

## Ce qui ne peut pas se faire

tap-bind-in-use = Impossible d'ouvrir le relais : l'adresse { $address } est prise, un autre programme utilise déjà le port { $port } ; choisir un autre port, comme juste-prix tap { $other } { $target }, et le donner au client.
tap-bind-other = Impossible d'ouvrir le relais : { $address } ne s'ouvre pas, { $reason } ; donner une adresse de cette machine, comme 127.0.0.1:{ $port }, ou un port seul.
tap-no-listen = Impossible d'ouvrir le relais : { $address } ne mène à aucune adresse, { $reason } ; donner une adresse de cette machine, ou un port seul, comme 50001.
tap-no-target = Impossible d'ouvrir le relais : { $target } ne mène à aucune adresse, { $reason } ; vérifier le nom du serveur.
tap-itself = Le relais s'appellerait lui-même sans fin, car { $target } est aussi l'adresse où il attend : donner un autre port après tap, comme juste-prix tap { $other } { $target }.
tap-no-capture = Impossible d'écrire la capture { $file } : { $reason } ; choisir un autre fichier avec --pcap.
tap-capture-lost = La capture { $file } est incomplète : { $reason } ; choisir un autre fichier avec --pcap, sur un disque qui a de la place.
tap-system = Le relais s'est arrêté : { $reason } ; le relancer.
tap-pcap-title = Capture de juste-prix tap : les octets, leur ordre et leur heure sont vrais ; les en-têtes IP et TCP sont refaits, comme si le client avait parlé au serveur sans relais.
