### Ce que dit juste-prix check server.

## Ce que fait un serveur sain, contrôle par contrôle

check-starts = Démarre et attend les joueurs
check-answers = Répond à une proposition
check-game = Laisse gagner qui coupe en deux à chaque fois
check-truth = Donne des indices vrais
check-range = Joue entre les bornes qu'il annonce
check-won = Dit qu'on a gagné et ne laisse personne attendre
check-fresh = Tire un nouveau nombre à chaque partie
check-secret = Garde son nombre secret jusqu'à la fin
check-sends = Envoie un message par tour, ou finit chacun par une fin de ligne
check-newline = Lit un nombre avec et sans fin de ligne
check-bytes = Lit un nombre qui arrive octet par octet
check-pair = Supporte deux propositions collées
check-word = Supporte un mot à la place d'un nombre
check-empty = Supporte un message vide
check-outside = Supporte un nombre juste hors des bornes
check-negative = Supporte un nombre négatif
check-decimal = Supporte un nombre à virgule
check-long = Supporte un nombre de 40 chiffres
check-binary = Supporte des octets qui ne sont pas du texte
check-quit = Laisse partir qui dit FIN
check-next-player = Sert le joueur suivant après une partie
check-leaves = Continue quand un joueur s'en va
check-half = Répond à qui a fini de parler
check-reset = Continue quand une connexion est coupée net
check-two = Sert deux joueurs à la fois
check-own = Donne à chaque joueur son propre nombre
check-restart = Redémarre tout de suite
check-reach = Se laisse joindre depuis une autre machine

check-echo = Renvoie ce qu'on lui envoie
check-passes = Transmet à tous les autres ce que dit l'un
check-together = Sert plusieurs clients à la fois, à chacun ce qui est à lui
check-stays = Continue avec les autres quand un client part
check-joins = Sert ceux qui viennent après les départs
check-ends-word = Laisse partir un client qui dit le mot de la fin

## Avant de commencer

server-which = Dire quel serveur examiner : juste-prix check server 192.168.1.10:50000, ou juste-prix check server -- python3 serveur.py.
server-unknown = Impossible de trouver { $server } : { $reason } ; vérifier le nom et le port.
server-no-port = Aucun port libre : { $reason } ; donner un port avec --port.
server-no-command = La commande { $command } n'existe pas ici : écrire après -- ce que tu tapes pour lancer ton programme, comme python3 serveur.py.

## Ce que le contrôle a appris

fact-guess = Une proposition s'envoie ainsi : { $guess }.
fact-server-words = Il dit { $small } (trop petit) et { $big } (trop grand).
came-floods = il a envoyé des messages sans fin

## Pourquoi un contrôle n'a pas été fait

skipped-not-reached = Personne n'a pu se connecter à ton serveur : il n'y a rien à regarder.
skipped-no-answer = Ton serveur ne répond pas encore à une proposition : répare cela d'abord.
skipped-not-started = Ton serveur n'a pas redémarré : { $error }
skipped-not-again-server = Ton serveur n'a pas redémarré comme la première fois.
skipped-gone = Ton serveur ne laisse plus personne se connecter.
skipped-unsteady-server = Ton serveur n'a pas fait deux fois la même chose : j'ai proposé un nombre comme avant, { $came }.
skipped-lucky = Le hasard a fait gagner trop vite, plusieurs fois de suite : recommence l'examen.
skipped-slow = Ton serveur a tardé à répondre, et il ne reste plus le temps de vérifier si la lenteur vient de lui ou de la machine.
skipped-unclear-answer = J'ai envoyé { $sent } ; il a répondu { $answer }, que je n'ai pas compris.
skipped-raw = Ton serveur n'attend pas de texte : ce contrôle ne s'applique pas.
skipped-never-won = Il faut des parties gagnées pour le voir, et le contrôle n'en a pas gagné assez.
skipped-one-win = Une fois une partie gagnée, ton serveur ne joue plus avec personne.
skipped-one-game = Ton serveur s'arrête après une partie : le contrôle « { check-next-player } » en parle.
skipped-not-two = Ton serveur ne sert pas deux joueurs à la fois : le contrôle « { check-two } » en parle.
skipped-not-fresh = Ton serveur ne tire pas un nouveau nombre : le contrôle « { check-fresh } » en parle.
skipped-not-ours = Il faut que le contrôle lance lui-même ton programme : juste-prix check server -- COMMANDE.
skipped-in-page = Dans l'atelier, un port est libre aussitôt : seul ton ordinateur peut le montrer, avec juste-prix check server -- python3 ton_fichier.py.
skipped-same-cause = J'ai envoyé { $sent } : c'est la même panne qu'au contrôle « { $check } ».
skipped-same-end = Le joueur est parti : c'est la même panne qu'au contrôle « { $check } ».
skipped-no-game = Il faut une partie entière pour le voir : le contrôle « { check-game } » en parle.
skipped-truth = Ses indices ne sont pas vrais : on ne peut pas savoir où sont ses bornes.

## starts

starts-ok = Ton serveur a démarré ; il attend sur { $address }.
starts-there = Un serveur répond sur { $address }.
starts-nobody = Personne n'écoute sur { $address } : lance ton serveur d'abord, ou vérifie l'adresse et le port.
starts-taken = Quelqu'un écoute déjà sur le port { $port } : arrête d'abord ce programme, peut-être ton serveur dans une autre fenêtre.
starts-taken-by = Le port { $port } est déjà tenu par un autre programme, « { $program } » : arrête-le d'abord, puis recommence.
starts-busy = J'ai lancé ton serveur ; le port est encore tenu par sa dernière exécution : { $error }. Attends une minute, puis recommence.
starts-no-command = La commande n'a pas pu être lancée.
starts-crash = J'ai lancé ton serveur et attendu qu'il écoute ; il s'est arrêté sur une erreur : { $error }
starts-ended = J'ai lancé ton serveur et attendu qu'il écoute ; il { $how } sans écouter.
starts-elsewhere = J'attendais ton serveur sur le port { $port } ; il écoute sur { $addresses }.
starts-silent = J'ai lancé ton serveur et attendu qu'il écoute ; { $came }.
hint-starts-ended = qu'est-ce qui retient ton programme de se terminer tout de suite ?
hint-starts-elsewhere = regarde quel port ton programme donne à bind, et celui que tu donnes à --port :
hint-starts-silent = un serveur prend une adresse avec bind, puis écoute :

## answers

answers-ok = J'ai envoyé { $guess } : il a répondu { $answer }.
answers-crash = J'ai envoyé { $tried } et attendu une réponse ; il s'est arrêté sur une erreur : { $error }
answers-silent = J'ai envoyé { $tried }, chaque fois sur une nouvelle connexion, et attendu une réponse : rien n'est venu ; { $came }.
answers-crash-at-once = Un joueur s'est connecté et n'a encore rien envoyé ; ton serveur s'est arrêté sur une erreur : { $error }
answers-mute = J'ai envoyé { $tried }, chaque fois sur une nouvelle connexion, et attendu une réponse : rien n'est venu.
answers-closes = J'ai envoyé { $tried } et attendu une réponse ; il a fermé la connexion sans un mot.
answers-floods = J'ai envoyé { $tried } et attendu une réponse ; il envoie des messages sans fin.
answers-gone = J'ai envoyé { $tried } et attendu une réponse ; ton serveur s'est arrêté.
answers-password = Il demande un mot de passe ({ $question }) : sans lui personne ne peut jouer, il n'y a donc rien à regarder.
answers-unclear = J'ai envoyé { $tried } ; il a répondu { $answer }, où je ne trouve ni « trop petit » ni « trop grand ».
answers-unsure = J'ai envoyé { $tried } et d'autres nombres ; je n'ai pas compris ce que ses réponses veulent dire, par exemple { $answer }.
hint-answers-crash = l'erreur dit quoi, la ligne dit où ; que contient vraiment le message reçu ?
hint-answers-listening = ton programme a deux sockets : celle qui écoute ne parle à personne ; laquelle accept rend-il, et laquelle cette ligne utilise-t-elle ?
hint-answers-closes = qui a fermé la connexion, et à quel moment du jeu ?
hint-answers-floods = qu'est-ce qui arrête cette boucle d'envois ?
hint-answers-wire = suis un message dans ton programme : où est-il lu, où part la réponse ?
hint-answers-receive = c'est à lui de parler et il attend encore un message : compte les recv() et les send() d'un tour, et regarde s'il attend une fin de message qui ne vient pas :
hint-answers-accept = il attend un autre client avant de répondre au premier : où est accept dans ta boucle ?
hint-answers-keyboard = il attend que quelqu'un tape devant le serveur ; c'est un dialogue, alors que le serveur du jeu répond tout seul :
hint-answers-runs = il tourne sans rien attendre : qu'est-ce qui fait sortir de cette boucle ?

## game

game-ok = J'ai gagné une partie en { $tries } : le nombre était { $number }.
game-few = Il ne laisse que { $given } ; pour être sûr de trouver, il en faut { $needed }.
game-without-hints = Il dit seulement si un nombre est le bon, sans indice ; de { $min } à { $max } il y en a trop pour les essayer tous.
game-contradiction = Aucun nombre ne correspond à tous ses indices.
game-unclear = J'ai proposé { $guess } ; il a répondu { $answer }, que je n'ai pas compris.
game-stops = Au bout de { $tries }, j'ai proposé { $guess } et attendu un indice ; { $came }.
hint-game-few = compte : chaque essai partage en deux ce qui reste :
hint-game-stops = que fait ton programme entre un indice et la proposition suivante ?

## truth

truth-no-hints = Il ne donne pas d'indice : il n'y a rien à comparer.
truth-ok = J'ai comparé { $hints } avec les nombres trouvés : ils sont vrais.
truth-false = J'ai proposé { $guess }, il a répondu { $answer } ; mais le nombre était { $number }.
truth-contrary = À { $one } il a répondu { $small }, et à { $other } il a répondu { $big } : aucun nombre ne peut être les deux.
truth-outside = Ses indices mènent hors des bornes.
truth-stopped = La partie s'est arrêtée avant que le nombre soit connu.
hint-truth = deux textes se comparent lettre par lettre : "9" est après "50". Et de quel côté est chaque mot ?

## range

range-ok = { $min } et { $max } sont acceptés, et les nombres de { $games } sont restés entre eux. Si { $max } est tiré comme les autres nombres, autant de parties le montrent une fois sur { $once } ; pour dire qu'il ne l'est jamais, il en faudrait { $needed } : je n'en dis rien.
range-unannounced = Il n'annonce pas ses bornes ; { $min } et { $max } sont acceptés, et les nombres de { $games } sont restés entre eux. Si { $max } est tiré comme les autres nombres, autant de parties le montrent une fois sur { $once } ; pour dire qu'il ne l'est jamais, il en faudrait { $needed } : je n'en dis rien.
range-outside = Il annonce de { $min } à { $max } ; le nombre à trouver était { $number }.
range-beyond = Il annonce de { $min } à { $max } ; j'ai proposé { $guess }, il a répondu { $answer } : son nombre est plus loin.
range-never = Il annonce de { $min } à { $max } ; ses indices mènent plus loin.
range-refused = Il annonce de { $min } à { $max } ; j'ai proposé { $guess }, il a répondu { $answer }, comme si ce nombre n'était pas permis.
range-unanswered = Il joue de { $min } à { $max } ; j'ai proposé { $guess } et attendu un indice ; { $came }.
hint-range = le tirage contient-il les deux bornes, et rien d'autre ?
hint-range-refused = les bornes font partie du jeu :

## won

won-closes = J'ai trouvé le nombre : il a répondu { $said } puis fermé la connexion.
won-asks = J'ai trouvé le nombre : il a répondu { $said } et demandé si je rejoue.
won-plays-on = J'ai trouvé le nombre : il a répondu { $said } et commencé une autre partie.
won-mute = Il ne restait que { $number } ; je l'ai proposé, et il a fermé la connexion sans dire que j'avais gagné.
won-open = J'ai trouvé le nombre, il a répondu { $said } ; j'attendais qu'il ferme ou rejoue, mais la connexion reste ouverte et il ne répond plus : { $came }.
hint-won-mute = le message part-il avant la fermeture ?
hint-won-accept = il attend déjà le joueur suivant, et la connexion du premier est encore ouverte :
hint-won-open = la partie est finie, mais qui ferme la connexion ?

## fresh

fresh-ok = Les nombres des parties : { $numbers }.
fresh-once = Les nombres des parties : { $numbers } ; il n'en tire un autre que si je le relance.
fresh-same = Les nombres des parties : { $numbers }. C'est toujours le même.
fresh-kept = J'ai trouvé { $number } et il joue encore ; j'ai proposé { $number } de nouveau, et c'est toujours le bon.
hint-fresh = le tirage est-il fait une fois pour toutes, ou au début de chaque partie ?
hint-fresh-same = d'où vient le nombre ?

## secret

secret-ok = J'ai relu tout ce qu'il a envoyé dans { $games } : le nombre n'y est pas avant la fin.
secret-told = Avant la fin de la partie il a envoyé { $bytes } : le nombre { $number } y est.
hint-secret = un message de mise au point est resté ; tout ce qui part sur le réseau se lit :

## sends

sends-ok = Chacune de ses { $answers } réponses est venue en un seul envoi.
sends-lines = Chacune de ses { $answers } réponses finit par une fin de ligne : on sait où elle s'arrête.
sends-several = Dans un seul tour il a envoyé { $count } morceaux sans rien pour les séparer : { $bytes }. Un client peut les recevoir collés, ou l'un après l'autre.
hint-sends = deux send() de suite peuvent arriver dans un seul recv() ; comment le client sait-il où finit le premier ?

## newline

newline-deaf = Ses indices enferment son nombre, mais il ne le reconnaît jamais dans { $with } ; dans { $without }, sans cette fin, il dit que c'est gagné.
newline-both = Il répond à { $bare } comme à { $line }.
newline-line = Il répond à { $line } ; à { $bare } sans fin de ligne il attend la suite. Le client de la leçon n'envoie pas de fin de ligne : avec lui, les deux attendraient.
newline-line-waits = Il répond à { $line } ; après { $bare } sans fin de ligne, ton serveur { $waits } alors que c'est à lui de parler : il attend la fin de la ligne. Le client de la leçon n'en envoie pas : avec lui, les deux attendraient.
newline-bare-fails = À { $line } il répond ; j'ai envoyé { $bare }, sans fin de ligne, et { $came }.
newline-bare-refused = À { $line } il répond par un indice ; j'ai envoyé { $bare }, sans fin de ligne, et { $came }.
newline-line-fails = À { $bare } il répond ; j'ai envoyé { $line }, comme le font nc et beaucoup de clients, et { $came }.
newline-line-silent = À { $bare } il répond ; j'ai envoyé { $line }, comme le font nc et beaucoup de clients, et { $came }.
newline-line-refused = À { $bare } il répond par un indice ; j'ai envoyé { $line }, comme le font nc et beaucoup de clients, et { $came }.
hint-newline-deaf = que contient vraiment le message reçu, fin de ligne comprise ? Deux textes ne sont égaux que si tout y est égal :
hint-newline-bare = ce que rend recv() n'est pas toujours une ligne entière ; que devient le début ?
hint-newline-line = la fin de ligne fait partie du message reçu ; qu'en fait ta comparaison ou ta conversion ?

## bytes

bytes-ok = J'ai envoyé { $sent } octet par octet : il a attendu la fin de la ligne.
bytes-lost = J'ai envoyé { $sent } octet par octet et attendu un indice ; { $came }.
bytes-unframed = Il lit un nombre sans fin de ligne : un envoi est un message, et personne ne peut savoir qu'un autre octet suivra.
hint-bytes = un recv() rend ce qui est arrivé, parfois un seul octet ; où est gardé le début ?

## pair

pair-ok = J'ai envoyé { $sent } d'un seul coup : il a répondu aux deux.
pair-one = J'ai envoyé { $sent } d'un seul coup : il y a vu un seul message et a répondu { $answer }. Sans fin de ligne obligatoire, il ne peut pas en voir deux.
pair-as-word = J'ai envoyé { $sent } d'un seul coup : pour lui c'est un message qui n'est pas un nombre, et il ne dit rien de ce qu'il fait de deux.
pair-unframed = Il lit un nombre sans fin de ligne : deux nombres collés en font un autre, et personne ne peut le voir.
pair-won = J'ai essayé trois fois, et le premier des deux nombres était le bon à chaque fois : la partie finit avant le deuxième, et il n'y a rien à voir.
pair-lost = J'ai envoyé { $sent } d'un seul coup et attendu deux réponses ; il n'a répondu qu'une fois : { $came }.
pair-fails = J'ai envoyé { $sent } d'un seul coup et attendu deux réponses ; { $came }.
hint-pair = un recv() peut rendre deux messages à la fois ; que devient le second ?

## Ce qui n'est pas une proposition

odd-ok = J'ai envoyé { $sent } : il a répondu { $answer }, et la partie continue.
odd-judged = J'ai envoyé { $sent } : il l'a pris pour un nombre et a répondu { $answer } ; la partie continue.
odd-told = J'ai envoyé { $sent } : il a répondu { $answer } et fermé la connexion.
odd-crash = J'ai envoyé { $sent } et attendu une réponse ; { $came }
odd-ends = J'ai envoyé { $sent } et attendu une réponse ; { $came }.
odd-silent = J'ai envoyé { $sent } et attendu une réponse : c'est à lui de parler, mais { $came }. Un client qui attend son tour attendrait pour toujours.
odd-closes = J'ai envoyé { $sent } et attendu une réponse ; { $came } sans un mot.
long-cut = J'ai envoyé { $sent }, un seul message ; il a répondu { $count } fois : { $answer }.
odd-stuck = J'ai envoyé { $sent }, puis une bonne proposition : celle-là reste sans réponse ; { $came }.
odd-won = J'ai envoyé { $sent } : il a répondu { $answer }, comme si j'avais trouvé.
empty-ignored = J'ai envoyé une ligne vide : il l'a passée, et la partie continue.
empty-ends = J'ai envoyé une ligne vide : il a fermé la connexion sans un mot, comme pour un joueur qui s'en va.
empty-unframed = Sans fin de ligne il n'y a pas de message vide : rien ne part sur le réseau.
hint-odd-crash = un message n'est pas toujours un nombre ; que se passe-t-il alors à cette ligne ?
hint-odd-bytes = des octets ne sont pas toujours du texte ; que se passe-t-il alors à cette ligne ?
hint-odd-silent = l'erreur est attrapée, mais le client attend toujours sa réponse :
hint-odd-closes = le joueur s'est trompé de touche ; a-t-il perdu pour autant ?
hint-long-cut = combien d'octets cette ligne lit-elle au plus, et que devient le reste du message ?
hint-odd-stuck = où revient ton programme après un message qu'il ne comprend pas ?
hint-odd-won = tout ce qui n'est pas reconnu tombe dans le dernier cas :

## quit

quit-ok = J'ai envoyé { $sent } : il a fermé la connexion.
quit-not-spoken = J'ai envoyé { $sent } : FIN n'est pas un mot de son protocole.
quit-goes-on = J'ai envoyé { $sent } et attendu qu'il ferme ; ton programme parle de FIN, mais { $came }.
quit-waits = J'ai envoyé { $sent } et attendu qu'il ferme ; ton programme parle de FIN, mais { $came }.
quit-crash = J'ai envoyé { $sent } et attendu qu'il ferme ; { $came }
hint-quit = cette comparaison est-elle vraie pour le message qui arrive vraiment, et que se passe-t-il ensuite ?

## next

next-ok = Une partie gagnée, puis un autre joueur : il est servi.
next-gone = J'ai joué une partie, puis un autre joueur a voulu se connecter : depuis que le premier est parti, ton serveur n'est plus là.
next-turned = J'ai gagné une partie, et un autre joueur est venu : il ne peut pas jouer ; { $came }.
next-ended = J'ai gagné une partie ; ton serveur s'est arrêté avec elle, comme celui de la leçon : le joueur suivant ne trouve personne.
next-crash = J'ai gagné une partie, et un autre joueur est venu ; { $came }
next-waits = J'ai gagné une partie, et un autre joueur est venu : il n'a pas de réponse ; { $came }.
hint-next-crash = que se passe-t-il dans ton programme quand le premier joueur est parti ?
hint-next-ended = combien de fois cette ligne est-elle exécutée ?
hint-next-turned = qu'est-ce qui reste de la partie gagnée dans ton programme, et qui le remet à zéro pour le joueur suivant ?
hint-next-waits = après une partie, ton programme revient-il à cette ligne ?

## Un joueur s'en va

gone-ok = Le joueur est parti en pleine partie : le suivant est servi.
gone-raises = Le joueur est parti en pleine partie : ton programme a affiché une erreur ({ $error }), mais le suivant est servi.
gone-crash = Le joueur est parti en pleine partie, et un autre est venu ; { $came }
gone-ended = Le joueur est parti en pleine partie : ton serveur s'est arrêté avec lui, et le suivant ne trouve personne ; { $came }.
gone-waits = Le joueur est parti en pleine partie, et un autre est venu : il n'a pas de réponse ; { $came }.
gone-spins = Le joueur est parti en pleine partie : depuis, ton serveur tourne sans fin ({ $percent } % du processeur).
half-unanswered = J'ai envoyé { $sent } et fini de parler, comme echo 50 | nc ; j'attendais encore la réponse, mais { $came }.
hint-gone-crash = quand le joueur est parti, recv() rend un message vide ou lève une erreur ; qu'en fait cette ligne ?
hint-gone-ended = cette sortie quitte-t-elle la partie, ou le serveur ?
hint-gone-waits = comment ton programme apprend-il que le joueur est parti ?
hint-gone-spins = quand le joueur est parti, recv() n'attend plus : il rend un message vide, encore et encore ; qui sort de la boucle ?
hint-half = le joueur ne parlera plus, mais il écoute encore :

## two

two-ok = Deux joueurs à la fois : chacun a sa réponse.
two-waits = Un joueur est au milieu de sa partie ; j'en ai connecté un second et proposé un nombre pour lui : pas de réponse ; { $came }.
two-crash = Un joueur est au milieu de sa partie, et un second est venu ; { $came }
two-refused = Un joueur est au milieu de sa partie ; le second a reçu { $answer } et sa connexion est fermée.
two-lost = Un second joueur est venu ; depuis, le premier propose un nombre et n'a plus de réponse : { $came }.
hint-two = tant qu'il joue avec le premier, ton programme ne passe pas à cette ligne ; qui pourrait s'occuper de l'un pendant que l'autre joue ?
hint-two-called = les parenthèses appellent la fonction tout de suite, avant que le fil commence : que faut-il donner à target ?
hint-two-lost = le second joueur a-t-il pris la place du premier ?

## own

own-ok = Deux joueurs à la fois : le nombre du premier, { $number }, n'est pas celui du second.
own-shared = Deux joueurs à la fois, plusieurs fois : le nombre du premier est chaque fois celui du second ({ $numbers }).
hint-own = combien de fois le tirage est-il fait quand deux joueurs arrivent, et où est-il gardé ?

## restart

restart-ok = Arrêté pendant qu'un joueur est connecté, puis relancé aussitôt : il attend de nouveau les joueurs.
restart-taken = Arrêté pendant qu'un joueur est connecté, puis relancé aussitôt ; j'attendais qu'il écoute, mais il s'est arrêté sur une erreur : { $error }
restart-ends = Arrêté pendant qu'un joueur est connecté, puis relancé aussitôt ; j'attendais qu'il écoute, mais il s'est arrêté sans rien dire.
hint-restart = le système garde l'adresse d'un serveur arrêté pendant une minute ; avant cette ligne, on peut lui dire de la rendre tout de suite :

## reach

reach-ok = Il écoute sur { $addresses } : une autre machine peut le joindre.
reach-there = Le contrôle l'a joint par le réseau.
reach-here = Le contrôle l'a joint sur cette machine même : cela ne dit rien des autres.
reach-local = Il écoute sur { $addresses } : cette machine seule peut le joindre, pas celle d'un voisin.
hint-reach = 127.0.0.1 et localhost veulent dire « cette machine » ; quelle adresse veut dire toutes ?

## Une classe : --hosts

hosts-alone = Avec --hosts, c'est le fichier qui dit quoi examiner : enlever l'adresse, la commande, --port, --kind et --report.
hosts-csv = --csv écrit le tableau d'une classe : donner aussi --hosts FICHIER.
hosts-csv-failed = Impossible d'écrire { $file } : { $reason } ; choisir un autre fichier avec --csv.
hosts-unread = Impossible de lire { $file } : { $reason }.
hosts-line = { $file }, ligne { $line } : ce n'est pas une adresse ; écrire HÔTE:PORT, puis le nom de l'élève si tu veux.
hosts-twice = { $file }, ligne { $line } : cette adresse est déjà plus haut ; l'enlever.
hosts-many = { $file } a plus de { $most } adresses : en faire plusieurs fichiers.
hosts-none = { $file } n'a aucune adresse : en écrire une par ligne, comme 192.168.1.10:50000.
hosts-legend = ✓ réussi   ✗ échoué   – non examiné
hosts-pupil = { $name } : { $summary }

## Des nombres de choses

count-tries =
    { $count ->
        [one] { $count } essai
       *[other] { $count } essais
    }
count-hints =
    { $count ->
        [one] { $count } indice
       *[other] { $count } indices
    }
count-games =
    { $count ->
        [one] { $count } partie
       *[other] { $count } parties
    }

## Un écho, un chat pour tous

fact-kind-echo = C'est un serveur d'écho : il renvoie à chacun ce qu'il dit.
fact-kind-chat = C'est un chat pour tous : il transmet aux autres ce que dit chacun.
fact-kind-bare = Un message est un seul envoi, sans fin de ligne.
crowd-echo = J'ai envoyé { $sent } : il a répondu { $answer }.
crowd-echo-crash = J'ai envoyé un message et attendu qu'il revienne ; { $came }
crowd-echo-silent = J'ai envoyé un message et attendu qu'il revienne ; { $came }.
crowd-echo-other = J'ai envoyé { $sent } et attendu qu'il revienne ; il a répondu { $answer }.
crowd-passes = Trois clients ont parlé chacun à son tour : les deux autres ont tout reçu.
crowd-passes-crash = Un client a parlé, et j'attendais que les autres le reçoivent ; { $came }
crowd-passes-not = Un client a parlé ; j'attendais que tous les autres le reçoivent : { $came }.
crowd-together = Deux clients ont parlé en même temps : chacun a reçu ce qui est à lui.
crowd-together-crash = Deux clients étaient là et parlaient à tour de rôle ; { $came }
crowd-together-waits = Un client est là ; un second s'est connecté et a parlé : pas de réponse ; { $came }.
crowd-mixed = Un client a parlé ; c'est un autre qui a reçu { $bytes }.
crowd-one = Il sert un client à la fois : le contrôle « { check-together } » en parle.
crowd-stays = Un client est parti, puis un autre a été coupé net : ceux qui restent se parlent encore.
crowd-stays-crash = Un client est parti, et un autre a parlé ; { $came }
crowd-stays-not = Un client est parti ; ceux qui restent n'ont plus ce qu'ils attendent : { $came }.
crowd-joins = Tous sont partis, d'autres sont venus : ils sont servis.
crowd-joins-gone = Tous sont partis ; depuis, ton serveur n'est plus là.
crowd-joins-not = Tous sont partis, d'autres sont venus : pas de réponse ; { $came }.
crowd-ends = Un client a dit { $sent } : sa connexion est fermée.
crowd-ends-unknown = Aucun de ces mots ne ferme la connexion : { $tried }.
crowd-ends-not = J'ai envoyé { $sent } et attendu qu'il ferme ; ton programme parle de ce mot, mais { $came }.
crowd-ends-others = Un client a dit { $sent } ; depuis, les autres ne sont plus servis : { $came }.
hint-crowd-crash = que fait cette ligne de ce qu'un client envoie ?
hint-crowd-echo = à qui ton programme envoie-t-il ce qu'il vient de recevoir ?
hint-crowd-passes = à qui ton programme envoie-t-il chaque message, et qui est dans cette liste ?
hint-crowd-mixed = chaque fil a-t-il sa propre connexion, ou la dernière venue remplace-t-elle les autres ?
hint-crowd-stays = qui enlève de la liste un client qui est parti, et que se passe-t-il quand on envoie à un absent ?
hint-crowd-ends = le message reçu est-il exactement ce mot ? avec une fin de ligne, en octets ?
