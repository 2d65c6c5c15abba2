### Ce que dit juste-prix check client.

## Ce que fait un programme sain, contrôle par contrôle

check-connects = Se connecte au serveur
check-turn = Parle à son tour
check-number = Envoie un nombre que int() sait lire
check-hints = Comprend « trop petit » et « trop grand »
check-win = S'arrête ou rejoue quand il a gagné
check-fin = S'arrête à FIN
check-close = S'arrête quand le serveur ferme
check-ends = Se termine quand la partie est finie
check-text = Montre le texte du serveur, accents compris
check-glued = Supporte un indice et une question dans le même envoi
check-split = Supporte un indice en deux morceaux
check-error = Supporte un message d'erreur
check-slow = Attend un serveur lent
check-refused = Dit une phrase quand aucun serveur n'écoute

## Avant de commencer

client-start-again = Relance ton programme : { $left ->
        [one] c'est sans doute la dernière fois
       *[other] encore { $left } fois environ
    }.
client-start-it = J'attends ton programme sur { $address } : lance-le, et relance-le à chaque fois qu'il se termine ({ $seconds } s pour chaque fois).
client-no-door = Impossible d'attendre ton programme sur { $address } : { $reason } ; arrêter ce programme, ou choisir un autre port avec --listen et dans ton programme.
client-no-command = La commande { $command } n'existe pas ici : écrire après -- ce que tu tapes pour lancer ton programme, comme python3 client.py.
check-source-unread = Impossible de lire { $file } : { $reason }. Donne avec --source le fichier de ton programme.
client-not-started = Impossible de lancer { $command } : { $reason }.

## Ce que le programme a fait à la place

came-sent = il a envoyé { $bytes }
came-waits = il { $waits }
came-left = il a fermé sa connexion
came-ended = il { $how }
came-crash = il s'est arrêté sur une erreur : { $error }
came-spins = il tourne sans fin ({ $percent } % du processeur)
came-nothing = rien n'est venu

## Ce que le contrôle a appris

fact-by-hand = Ton programme joue ce qu'on tape au clavier : le contrôle a tapé à ta place.
fact-by-person = Quelqu'un joue au clavier : chaque nombre vient après une pause.
fact-by-itself = Ton programme joue tout seul.
fact-lines = Il finit ses messages par un retour à la ligne ; le contrôle a fait pareil.
fact-no-lines = Il n'envoie pas de retour à la ligne, comme dans la leçon.
fact-words = Il comprend { $small } (trop petit) et { $big } (trop grand).

## Pourquoi un contrôle n'a pas été fait

skipped-not-connected = Ton programme ne s'est pas connecté : il n'y a rien à regarder.
skipped-no-guess = Aucune proposition n'est arrivée.
skipped-no-hints = Ton programme ne suit pas encore les indices : répare cela d'abord.
skipped-accents = Il s'est arrêté sur un accent ({ $error }) : le contrôle « { check-text } » en parle.
skipped-sent-twice = Il envoie son nombre deux fois : c'est la même panne qu'au contrôle « { $check } ».
skipped-misread = Il lit mal les accents : le contrôle « { check-text } » en parle.
skipped-never-stops = Il ne s'est jamais arrêté : répare d'abord win, fin ou close.
skipped-bounds = Le contrôle a dû l'arrêter : { $came }.
skipped-not-again = Ton programme n'a pas été relancé ou n'a rien envoyé en { $seconds } s.
skipped-unsteady = Ton programme n'a pas fait deux fois la même chose : cette fois, { $came }.
skipped-no-command = Il faut que le contrôle lance lui-même ton programme : juste-prix check client -- COMMANDE.
skipped-slow-client = Ton programme a tardé, et il ne reste plus le temps de vérifier si la lenteur vient de lui ou de la machine.
skipped-time = Le temps de l'examen est écoulé.
skipped-door = L'adresse n'a pas pu être libérée.

## connects

connects-ok = Il s'est connecté à { $address }.
connects-nobody = Aucun programme ne s'est connecté à { $addresses } en { $time } s.
connects-crash = J'ai lancé ton programme et attendu sa connexion ; { $came }.
connects-elsewhere = J'attendais ton programme sur cette machine ; { $came }.
connects-far = J'attendais ton programme sur cette machine ; { $came }. Son fichier nomme { $address }, qui est l'adresse d'une autre machine.
connects-asked = J'attendais ton programme sur { $addresses } ; il a voulu se connecter à { $address }, où je ne l'attends pas : { $came }.
connects-unseen = J'attendais ton programme sur { $addresses }, et il a cherché son serveur ailleurs : { $came }. Où, ce système ne le dit pas ; --listen dit au contrôle où attendre.
connects-server = J'attendais que ton programme se connecte ; mais { $came } : c'est un serveur.
connects-not = J'ai lancé ton programme et attendu sa connexion sur { $addresses } ; { $came }.
connects-never = J'ai lancé ton programme et attendu qu'il se connecte, à n'importe quelle adresse ; { $came }.
hint-connects-elsewhere = regarde quelle adresse et quel port ton programme donne à connect :
hint-connects-far = quand le serveur est sur la même machine, quelle adresse faut-il à cette ligne ?
hint-connects-server = un client appelle connect, un serveur appelle accept :
hint-connects-not = regarde quelle adresse et quel port il utilise ; --listen dit au contrôle où attendre :
hint-connects-never = un client appelle connect avant d'envoyer et de recevoir :

## turn

turn-waits = Il attend le message d'accueil, puis envoie un message par tour.
turn-first = Il parle le premier, puis envoie un message par tour ; pour jouer contre juste-prix serve il lui faut une porte sans accueil (--quiet-listen).
turn-two = À chaque tour il attend deux messages, un indice puis une question ; le serveur de la leçon n'en envoie qu'un.
turn-silent = J'ai accepté sa connexion, envoyé un message d'accueil puis une question, et attendu sa première proposition ; { $came }.
turn-twice = Il a envoyé plusieurs nombres dans un seul tour, sans attendre de réponse : { $bytes }.
hint-turn-silent = compte les recv() avant le premier send() : chacun attend un message de plus :
hint-turn-crash = le premier message du serveur est un accueil, pas un indice :
hint-turn-other = suis ton programme ligne par ligne, de la connexion au premier send() :
hint-turn-twice = un tour, c'est un send() puis un recv() ; cherche le send() de trop :

## number

number-ok = Il envoie { $bytes }, que int() sait lire.
number-worded = Il envoie { $bytes } : un serveur de son protocole le comprend, celui de la leçon veut le nombre seul.
number-framed = Il envoie { $bytes } : la longueur du message, puis le nombre. Un serveur qui lit ainsi le comprend, celui de la leçon veut le nombre seul.
number-object = Il envoie { $bytes } : un objet JSON. Un serveur qui lit du JSON le comprend, celui de la leçon veut le nombre seul.
number-marked = J'attendais un nombre entier seul ; il a envoyé { $bytes } : une marque d'ordre des octets est devant, que « utf-8-sig » écrit et qu'int() ne sait pas lire.
number-decimal = J'attendais un nombre entier ; il a envoyé { $bytes }, et int() ne lit pas un nombre à virgule.
number-repr = J'attendais un nombre entier ; il a envoyé { $bytes } : l'écriture Python des octets, avec le b et les guillemets.
number-odd = J'attendais un nombre entier seul ; il a envoyé { $bytes }, et int() ne sait pas lire ce qu'il y a autour.
number-binary = J'attendais un nombre écrit en chiffres ; il a envoyé { $bytes }, qui n'est pas du texte.
hint-number-marked = cet encodage met une marque devant chaque texte ; lequel n'en met pas ?
hint-number-decimal = une division donne toujours un nombre à virgule :
hint-number-repr = str() appliqué à des octets ne les transforme pas en texte :
hint-number-odd = le serveur ne veut que le nombre :
hint-number-binary = un nombre n'est pas encore un texte :

## hints

hints-ok = Après { $small } il propose plus grand, après { $big } plus petit.
hints-other = Après { $small } il propose plus grand, après { $big } plus petit ; les mots de la leçon sont « Trop petit » et « Trop grand ».
hints-by-hand = C'est toi qui choisis les nombres : il n'y a pas d'indice à comprendre.
hints-same = Il a proposé { $guess }, j'ai répondu { $hint } ; j'attendais un autre nombre, il a renvoyé { $next } : il n'a pas compris.
hints-down = Il a proposé { $guess }, j'ai répondu { $hint } ; j'attendais un nombre plus grand, il a envoyé { $next }.
hints-up = Il a proposé { $guess }, j'ai répondu { $hint } ; j'attendais un nombre plus petit, il a envoyé { $next }.
hints-waits = Il a proposé { $guess }, j'ai répondu { $hint } ; c'est à lui de proposer, mais { $came }.
hints-crash = Il a proposé { $guess }, j'ai répondu { $hint } ; j'attendais un autre nombre, mais { $came }.
hints-stops = Il a proposé { $guess }, j'ai répondu { $hint } ; j'attendais un autre nombre, mais { $came }, comme si la partie était finie.
hints-else = Il a proposé { $guess }, j'ai répondu { $hint } ; j'attendais un autre nombre, mais { $came }.
hints-unknown = Il n'a pas réagi aux mots du contrôle, et aucun fichier ne dit lesquels il attend ; --source donne son programme à lire.
hints-foreign = Il n'a pas réagi aux mots du contrôle ; dans ses fichiers, les messages sont comparés avec { $words }.
hints-cut = J'ai répondu { $hint } : { $length } octets, mais recv n'en lit que { $size } ; il n'a vu que le début.
hint-hints-cut = combien d'octets peut compter le plus long message du serveur ?
hint-hints-same = ta comparaison n'est jamais vraie : compare-t-elle bien du texte avec du texte, et exactement les mots du serveur ?
hint-hints-wrong = « trop petit » parle du nombre proposé : quelle borne doit bouger ?
hint-hints-waits = un recv() attend un deuxième message qui ne vient pas :
hint-hints-crash = regarde ce que contient vraiment le message avant de t'en servir :
hint-hints-stops = tout ce qui n'est pas reconnu tombe dans le dernier cas :

## win

win-ends = J'ai répondu { $found } : il s'est arrêté.
win-plays-on = J'ai répondu { $found } : il a commencé une autre partie.
win-asks = J'ai répondu { $found } : il te demande la suite.
win-waits = J'ai répondu { $found } : il attend que le serveur dise FIN ou ferme.
win-goes-on = J'ai répondu { $found } ; j'attendais qu'il s'arrête ou commence une autre partie, mais { $came }.
win-unnoticed = J'ai répondu { $found } ; il a fait exactement ce qu'il fait après un indice, alors qu'il compare le message avec un mot de victoire ; { $came }.
win-crash = J'ai répondu { $found } ; j'attendais qu'il s'arrête, mais { $came }.
win-spins = J'ai répondu { $found } ; j'attendais qu'il s'arrête, mais { $came }.
hint-win-goes-on = le message de victoire continue après « Gagné » ; compares-tu le message entier, ou des octets avec du texte ?
hint-win-unnoticed = la comparaison n'est jamais vraie : compares-tu des octets avec du texte, ou le message entier ?
hint-win-crash = le message de victoire n'est pas un nombre :
hint-win-spins = qu'est-ce qui change dans cette boucle quand la partie est gagnée ?

## fin

fin-ok = J'ai envoyé "FIN" à la place d'une réponse : il s'est arrêté.
fin-not-spoken = FIN n'est pas un mot de son protocole.
fin-goes-on = J'ai envoyé "FIN" à la place d'une réponse ; j'attendais qu'il s'arrête, mais { $came }.
fin-waits = J'ai envoyé "FIN" à la place d'une réponse ; j'attendais qu'il s'arrête, mais { $came }.
fin-crash = J'ai envoyé "FIN" à la place d'une réponse ; j'attendais qu'il s'arrête, mais { $came }.
fin-spins = J'ai envoyé "FIN" à la place d'une réponse ; j'attendais qu'il s'arrête, mais { $came }.
hint-fin-goes-on = où ton programme regarde-t-il si le message reçu est FIN ?
hint-fin-waits = après FIN, plus rien ne viendra :
hint-fin-crash = FIN n'est pas un nombre :
hint-fin-spins = qu'est-ce qui fait sortir de cette boucle ?

## close

close-ok = J'ai fermé la connexion à la place d'une réponse : il s'est arrêté.
close-goes-on = J'ai fermé la connexion à la place d'une réponse ; j'attendais qu'il s'arrête, mais { $came }.
close-crash = J'ai fermé la connexion à la place d'une réponse ; j'attendais qu'il s'arrête, mais { $came }.
close-spins = J'ai fermé la connexion à la place d'une réponse ; j'attendais qu'il s'arrête, mais { $came }.
hint-close-goes-on = quand le serveur a fermé, recv() rend tout de suite un message vide ; qu'en fait ton programme ?
hint-close-crash = quand le serveur a fermé, recv() rend un message vide ; ce n'est ni un indice ni un nombre :
hint-close-spins = quand le serveur a fermé, recv() n'attend plus : il rend un message vide, encore et encore :

## ends

ends-ok = Une fois la partie finie, le programme se termine.
ends-stays = Il a fermé sa connexion, mais le programme ne se termine pas : { $came }.
hint-ends-stays = quelque chose tourne ou attend encore, souvent un thread :

## text

text-ok = J'ai envoyé un message avec des accents : il le montre comme il faut.
text-read = J'ai envoyé un message avec des accents : il l'a lu sans s'arrêter.
text-crash = J'ai envoyé un message avec des accents, en UTF-8 comme dans la leçon ; { $came }.
text-bytes = J'ai envoyé un message avec des accents ; il affiche { $shown } : des octets, pas du texte.
text-mojibake = J'ai envoyé un message avec des accents ; il affiche { $shown } : chaque accent est devenu deux signes.
hint-text-crash = les octets d'un accent se lisent en UTF-8 :
hint-text-bytes = recv() rend des octets :
hint-text-mojibake = les octets sont lus dans un autre codage que celui du serveur :

## glued

glued-ok = J'ai envoyé d'un seul coup { $bytes } : il a compris l'indice.
glued-opening = J'ai envoyé d'un seul coup l'accueil et la question, { $bytes } : il a proposé un nombre.
glued-waits = J'ai envoyé l'indice et la question d'un seul coup ; c'est à lui de proposer, mais { $came } : ce deuxième message est déjà arrivé, collé au premier.
glued-crash = J'ai envoyé l'indice et la question d'un seul coup ; j'attendais un autre nombre, mais { $came }.
glued-spins = J'ai envoyé l'indice et la question d'un seul coup ; j'attendais un autre nombre, mais { $came }.
glued-unread = J'ai envoyé d'un seul coup { $bytes } : il n'y a pas vu l'indice. Il compare le message entier, ce que permet le serveur de la leçon ; d'autres serveurs collent la question derrière.
hint-glued-waits = deux send() du serveur peuvent arriver dans un seul recv() ; le second recv() attend alors pour toujours :
hint-glued-crash = le message peut contenir autre chose que l'indice :

## split

split-ok = J'ai envoyé { $start } puis { $rest } : il a attendu la fin de la ligne.
split-unframed = Sans retour à la ligne personne ne peut savoir qu'un message continue : dans la leçon, un message est un seul envoi.
split-unread = J'ai envoyé { $start }, puis un peu après { $rest } ; j'attendais qu'il lise la ligne entière, mais { $came }.
hint-split = un recv() rend ce qui est arrivé, parfois une moitié de ligne ; où est gardé le début ?

## error

error-ok = J'ai répondu { $error } : il continue.
error-ended = J'ai répondu { $error } : il s'est arrêté en ordre.
error-crash = J'ai répondu par un message d'erreur ; j'attendais qu'il continue ou s'arrête en ordre, mais { $came }.
error-spins = J'ai répondu par un message d'erreur ; j'attendais qu'il continue ou s'arrête en ordre, mais { $came }.
error-waits = J'ai répondu par un message d'erreur ; c'est de nouveau à lui de parler, mais { $came }.
hint-error-crash = un message du serveur n'est pas toujours un indice :
hint-error-spins = que fait cette boucle d'un message qu'elle ne connaît pas ?
hint-error-waits = que fait ton programme d'un message qui n'est ni un indice ni la victoire ?

## slow

slow-ok = J'ai attendu { $time } s avant de répondre : il a attendu aussi.
slow-talks = J'ai tardé à répondre ; j'attendais qu'il attende, mais { $came }.
slow-leaves = J'ai tardé à répondre ; j'attendais qu'il attende, mais { $came }.
slow-spins = J'ai tardé à répondre ; j'attendais qu'il attende dans recv(), mais { $came }.
hint-slow-talks = un serveur peut réfléchir longtemps ; qui décide ici que c'est trop long ?
hint-slow-leaves = un serveur peut réfléchir longtemps ; qui décide ici que c'est trop long ?
hint-slow-spins = recv() sait attendre tout seul ; ici on lui demande de ne pas le faire :

## refused

refused-ok = Personne n'écoutait : il a dit { $said } et s'est arrêté.
refused-tries = Personne n'écoutait : il a dit { $said }.
refused-crash = J'ai lancé ton programme sans serveur ; j'attendais une phrase, mais { $came }.
refused-silent = J'ai lancé ton programme sans serveur ; j'attendais une phrase qui le dise, mais il n'a rien dit : { $came }.
refused-spins = J'ai lancé ton programme sans serveur ; j'attendais une phrase, mais { $came }.
hint-refused-crash = que se passe-t-il quand connect() échoue ?
hint-refused-silent = l'erreur est attrapée, et personne ne l'apprend :
hint-refused-spins = ton programme recommence tout de suite, sans attendre ni le dire :
