### Ce que disent tous les contrôles de programmes : le rapport, les moments, où un programme attend.

## Le rapport

check-title = Contrôle de { $subject }
check-next = À réparer d'abord : { $title }.
check-sound = Tout ce qui a été examiné va bien.
check-few = Rien de ce qui a été examiné n'est faux, mais la plupart des contrôles n'ont pas pu être faits.
check-nothing = Rien n'a pu être examiné.
check-counts =
    { $passed ->
        [one] { $passed } réussi
       *[other] { $passed } réussis
    }, { $failed ->
        [one] { $failed } échoué
       *[other] { $failed } échoués
    }, { $skipped ->
        [one] { $skipped } non examiné
       *[other] { $skipped } non examinés
    }, en { $seconds } s.
check-hint = Piste : { $hint }
check-place = Là : { $file }, ligne { $line } : { $text }
check-evidence = Ce qui s'est passé
check-before =
    { $count ->
        [one] … { $count } moment avant
       *[other] … { $count } moments avant
    }
check-report-failed = Impossible d'écrire { $file } : { $reason } ; choisir un autre fichier avec --report.
verdict-passed = réussi
verdict-failed = échoué
verdict-not-examined = non examiné

## Ce qui s'est passé, un moment par ligne

event-started = programme lancé
event-typed = tapé au clavier : { $line }
event-printed = affiché : { $bytes }
event-looked = le programme { $waits }
event-interrupted = Ctrl-C, pour savoir où il en est
event-ended = le programme { $how }
event-stopped = programme arrêté par le contrôle
event-connected = connexion { $link } établie
event-sent = connexion { $link }, envoyé au programme : { $bytes }
event-received = connexion { $link }, reçu du programme : { $bytes }
event-closed-here = connexion { $link } fermée par le contrôle
event-finished-here = connexion { $link } : le contrôle a fini de parler, il écoute encore
event-cut-here = connexion { $link } coupée net par le contrôle
event-closed-there = connexion { $link } fermée par le programme
event-reset-there = connexion { $link } coupée net par le programme
ended-status = s'est terminé (code { $status })
ended-segfault = a planté : il a touché une mémoire qui n'est pas à lui (signal 11)
ended-signal = a été arrêté par le signal { $signal }
ended-output = a été arrêté : il affichait sans fin
ended-memory = a été arrêté : il prenait trop de mémoire
ended-processes = a été arrêté : il lançait trop de processus

## Où attend un programme

waits-keyboard = attend que tu tapes au clavier, dans input()
waits-receive = attend un message dans recv()
waits-keyboard-or-receive = attend à la fois le clavier et un message
waits-accept = attend un client dans accept()
waits-accept-or-receive = attend à la fois un client et un message
waits-connect = attend que sa connexion s'établisse, dans connect()
waits-connect-to = attend que { $address } accepte sa connexion, dans connect()
waits-send = attend dans send() : personne ne lit ce qu'il envoie
waits-print = affiche sans s'arrêter
waits-sleep = attend que le temps passe, dans sleep()
waits-child = attend un autre processus qu'il a lancé
waits-lock = attend un autre de ses fils d'exécution (thread)
waits-other = attend dans l'appel système { $number }
waits-runs = tourne sans attendre personne

## D'une erreur à sa cause

cause-no-file = ce fichier n'est pas dans le dossier d'où tu lances la commande, ou son nom est mal écrit :
cause-own-module = un fichier à toi porte le nom du module qu'il importe (socket.py, random.py…) : Python lit le tien à sa place :
cause-not-bytes = ce sont des octets qui partent sur le réseau : un texte doit d'abord être encodé, un nombre écrit en texte :
cause-bytes-and-text = recv() rend des octets, et tu les mélanges avec du texte :
cause-one-address = l'adresse est une seule valeur, un couple (hôte, port) : compte les parenthèses :
cause-port-text = le port est un nombre entier, ici c'est un texte :
cause-accept-pair = accept() rend deux choses, la connexion et l'adresse du client :
cause-called-at-once = la fonction est appelée tout de suite, à cause de ses parenthèses ; Thread veut la fonction elle-même :
cause-name = un nom n'est pas connu ici : mal écrit, ou un import qui manque :
cause-listening-socket = la socket qui écoute ne parle à personne : c'est celle que rend accept() qui échange des messages :
cause-not-connected = cette socket n'est pas encore connectée : que se passe-t-il avant cette ligne ?
cause-listen-forgotten = accept() ne marche que sur une socket qui écoute déjà :
cause-listen-udp = une socket UDP n'écoute pas et n'accepte personne : regarde comment elle est créée :
cause-closed-listener = la socket qui écoute est déjà fermée : la fermeture est-elle dans la boucle ?
cause-send-after-close = cette socket est déjà fermée à cet endroit :
cause-empty-number = le message est vide : l'autre côté a fermé, ou n'a rien écrit ; ce n'est pas un nombre :
cause-half-character = un caractère accentué tient sur deux octets, et recv() n'en a rendu que le premier :
cause-in-use = un autre programme, ou le tien lancé plus tôt, occupe déjà ce port :
cause-refused = personne n'écoute à cette adresse et à ce port : le serveur est-il lancé, et sont-ce les siens ?
cause-not-here = cette adresse n'est pas une adresse de cette machine :
cause-reset = l'autre programme s'est arrêté ou a coupé la connexion : regarde d'abord de son côté :
cause-pipe = l'autre côté avait déjà fermé quand ce message est parti : regarde d'abord de son côté :
cause-unreachable = aucun chemin ne mène à cette adresse depuis cette machine : est-ce celle du bon réseau ?
cause-no-answer = rien n'a répondu à cette adresse : machine éteinte, autre réseau ou pare-feu :
cause-name-unknown = ce nom de machine n'est pas connu ; localhost désigne toujours la machine où tourne le programme :
cause-low-port = ce port est réservé au système : prends-en un au-dessus de 1024 :
