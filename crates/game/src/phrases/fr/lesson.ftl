### Ce que la leçon dit d'elle-même ; ses propres textes sont dans lesson/fr.toml.

## Pour toutes les questions

lesson-right = C'est juste.
lesson-wrong = Ce n'est pas cela. Relis le texte au-dessus de la question, puis essaie encore.
lesson-empty = Ta réponse est vide : écris quelque chose, même si tu n'es pas sûr.
lesson-too-long = Ta réponse dépasse { $bytes } octets, c'est trop pour être gardé : raccourcis-la.
lesson-choose = Choisis une des réponses proposées.
lesson-kept = Ta réponse est gardée, ton professeur la lira. Compare-la avec celle-ci : l'important est l'idée, pas les mots. Tu peux encore la compléter.
lesson-kept-model-later = Ta réponse est gardée, ton professeur la lira. Le corrigé paraîtra dans la leçon quand il l'ouvrira. Tu peux encore changer ton programme et le rendre de nouveau.
lesson-mark-good = acquis
lesson-mark-partly = il manque quelque chose
lesson-mark-again = à refaire

## Les nombres

lesson-number-none = Je ne trouve pas de nombre dans ta réponse : écris-le en chiffres, ou comme un calcul, par exemple 10^3.
lesson-number-several = Le bon nombre est dans ta réponse, mais pas tout seul : n'écris que celui que tu choisis.
lesson-number-beyond = Ce calcul donne un nombre négatif, ou de plus de mille chiffres : vérifie-le.
lesson-number-rounded = Bien arrondi.
lesson-number-cut = Presque : tu as coupé les derniers chiffres au lieu d'arrondir. Regarde le premier chiffre que tu as coupé.
lesson-number-scale = Attention aux faux amis : les grands nombres n'ont pas les mêmes noms en anglais et en français. Le « billion » anglais est un milliard ; le billion français, mille milliards. Écris le nombre avec le mot français.
lesson-number-power = Tu as trouvé 2^{ $power } : c'est bien une puissance de 2, mais pas celle-là. Recompte les bits.
lesson-number-tens = Les chiffres sont bons, mais pas leur rang : le nombre est 10, 100 ou 1 000 fois trop grand ou trop petit. Compte les zéros, ou vérifie le mot (mille, million, milliard).
lesson-number-order = L'ordre de grandeur est bon, mais pas la valeur : refais le calcul, ou arrondis plus soigneusement.

## Les adresses

lesson-address-none = Je ne trouve pas d'adresse IP dans ta réponse. Une adresse IPv4 s'écrit comme quatre nombres de 0 à 255 séparés par des points.
lesson-address-several = Ta réponse contient plusieurs adresses différentes : n'en garde qu'une.
lesson-address-mask = C'est un masque, pas une adresse : il dit quelle partie de l'adresse désigne le réseau. L'adresse est écrite tout près, souvent après « inet » ou « Adresse IPv4 ».
lesson-address-card = C'est l'adresse de ta carte réseau (adresse MAC ou « ether ») : elle est fixée à la fabrication. L'adresse IP est écrite tout près, souvent après « inet » ou « Adresse IPv4 ».
lesson-address-no-byte = Un des nombres est { $byte } : dans une adresse IPv4 chaque nombre est un octet, donc compris entre 0 et 255. Recopie l'adresse.
lesson-address-short = Il manque quelque chose : une adresse IPv4 a quatre nombres.
lesson-address-kind = Aucun ordinateur n'a cette adresse ; sa catégorie est « { $kind } ». Cherche une adresse qui désigne une seule machine.
lesson-address-network = C'est l'adresse du réseau lui-même : sa première adresse n'est donnée à aucune machine.
lesson-address-broadcast = C'est l'adresse de diffusion (« broadcast ») : la dernière adresse du réseau, qui parle à toutes ses machines à la fois. L'adresse cherchée est sur la même ligne, ou tout près.

## Ta propre adresse

lesson-own-unseen = Le serveur ne voit pas d'où tu viens : il ne peut rien vérifier pour l'instant. Recharge la page.
lesson-own-right = C'est juste : le serveur voit tes messages arriver de cette adresse.
lesson-own-right-shared = C'est juste : le serveur voit tes messages arriver de cette adresse. Il voit aussi ceux d'autres élèves arriver d'elle : soit vous partagez une machine, soit un routeur parle pour vous tous (c'est la traduction d'adresses, NAT).
lesson-own-right-public = C'est juste : le serveur voit tes messages arriver de cette adresse, qui est publique. Si tu es derrière une box, c'est la sienne : ta machine en a une autre, privée, que ta commande affiche.
lesson-own-here = C'est juste : ton navigateur tourne sur la machine du serveur lui-même, et c'est bien une de ses adresses. Une machine en a souvent plusieurs, une par carte réseau.
lesson-own-not-here = Ton navigateur tourne sur la machine du serveur lui-même, et cette adresse n'est pas une des siennes. Lance la commande sur cette machine-ci.
lesson-own-loopback = Les adresses qui commencent par 127 (et ::1) sont la boucle locale : sur chaque ordinateur elles désignent l'ordinateur lui-même, donc personne d'autre ne peut t'y trouver. Cherche ton adresse sur le réseau, plus loin dans ce que la commande affiche.
lesson-own-server = C'est l'adresse du serveur, celle de la page que tu lis. Cherche la tienne.
lesson-own-neighbour = C'est de là que le serveur voit arriver { $name }. Cherche ta propre adresse, sur ton propre écran.
lesson-own-link-local = C'est une adresse de lien local : ton ordinateur se l'est donnée tout seul, et elle ne sert qu'entre voisins directs. Cherche l'autre adresse de la même carte réseau.
lesson-own-public = C'est une adresse publique, sans doute lue sur un site « quelle est mon adresse » : c'est celle de la box ou du routeur, qui parle pour tout le réseau. La machine, elle, a une adresse privée : la commande l'affiche.
lesson-own-other = Le serveur voit tes messages arriver d'une autre adresse du même réseau. As-tu recopié l'adresse d'une autre machine (le routeur, un voisin), ou fait une faute de frappe ?
lesson-own-far = Le serveur voit tes messages arriver d'un tout autre réseau. Ton ordinateur a sans doute plusieurs cartes (Wi-Fi, câble, machines virtuelles) : prends l'adresse de celle qui est branchée à ce réseau-ci.
lesson-own-is-proxy = C'est l'adresse d'un serveur mandataire (proxy), qui te sert d'intermédiaire : le serveur ne voit que lui. Cherche l'adresse de ta machine avec la commande.
lesson-own-proxy = C'est possible, mais le serveur ne peut pas le vérifier : tes messages passent par un serveur mandataire (proxy), et c'est lui qu'il voit, en { $seen }.
lesson-own-nat = C'est possible, mais le serveur ne peut pas le vérifier : il te voit arriver de { $seen }, une adresse publique. Entre vous, un routeur remplace ton adresse privée par la sienne (c'est la traduction d'adresses, NAT).
lesson-own-shared = C'est possible, mais le serveur ne peut pas le vérifier : il te voit arriver de { $seen }, comme d'autres élèves. Un routeur ou un intermédiaire parle donc pour vous tous.
lesson-own-virtual = C'est possible : cette adresse est celle que reçoivent les machines virtuelles, et le serveur te voit arriver de { $seen }, l'adresse du vrai ordinateur. Si tu n'es pas dans une machine virtuelle, cherche une autre adresse.
lesson-own-temporary = C'est possible : le serveur te voit arriver de { $seen }, du même réseau. En IPv6 un ordinateur a souvent plusieurs adresses, dont certaines changent chaque jour pour qu'on ne puisse pas te suivre.
lesson-own-family = C'est possible, mais le serveur ne peut pas le vérifier : il te voit arriver de { $seen }. Un ordinateur a souvent une adresse IPv4 et une adresse IPv6 en même temps ; ta page est venue par l'autre.

## L'adresse du voisin

lesson-neighbour-none = Il n'y a encore personne d'autre dans la salle : cette question se joue à deux. Continue, et reviens quand quelqu'un est là.
lesson-neighbour-right = C'est juste : c'est de là que le serveur voit arriver { $name }.
lesson-neighbour-here = C'est juste : { $name } est sur la machine du serveur lui-même, et c'est une de ses adresses.
lesson-neighbour-yours = C'est ta propre adresse. Demande la sienne à ton voisin.
lesson-neighbour-together = Le serveur vous voit tous les deux à cette adresse : soit vous partagez une machine, soit un routeur parle pour vous deux. Demande à ton voisin ce que sa commande affiche.
lesson-neighbour-loopback = Ton voisin a lu l'adresse de la boucle locale : pour toi, elle désigne ton propre ordinateur ! Demande-lui son adresse sur le réseau.
lesson-neighbour-server = C'est l'adresse du serveur. Demande à ton voisin celle de sa machine.
lesson-neighbour-hidden = C'est possible, mais le serveur ne peut pas le vérifier : il ne voit { $name } qu'à travers un intermédiaire (routeur ou proxy).
lesson-neighbour-family = C'est possible, mais le serveur ne peut pas le vérifier : il voit { $name } par l'autre sorte d'adresse (IPv4 ou IPv6), et un ordinateur a souvent les deux.
lesson-neighbour-other = Ce n'est pas de là que le serveur voit arriver { $name }. Vérifiez ensemble : la bonne personne, la bonne carte réseau, chaque chiffre.

## Ce que deux adresses ont en commun

lesson-common-unclear = Je ne comprends pas cette réponse. Donne le début commun des adresses (comme 10.20), ou le nombre de bits communs.
lesson-common-neither = Aucune des deux adresses ne commence ainsi. Compare-les nombre par nombre, depuis la gauche.
lesson-common-too-long = C'est trop : les deux adresses diffèrent déjà avant la fin de ce que tu donnes. Regarde leurs bits, l'un sous l'autre.
lesson-common-short = C'est bien commun, mais ce n'est pas tout : elles ont encore quelque chose en commun après.
lesson-common-exact =
    C'est juste, au bit près : { $bits ->
        [one] { $bits } bit
       *[other] { $bits } bits
    } en commun, soit { $prefix }.
lesson-common-groups =
    C'est juste : { $groups ->
        [one] le premier nombre est commun
       *[other] les { $groups } premiers nombres sont communs
    }. Bit par bit, { $bits } bits sont communs : { $prefix }.
lesson-common-network = C'est juste : c'est le préfixe du réseau où vous êtes tous les deux. Bit par bit, vos deux adresses ont même { $bits } bits en commun : { $prefix }.

## Le préfixe du réseau

lesson-prefix-unclear = Je ne comprends pas cette réponse. Donne le nombre de bits (comme 16 ou /16) ou le masque (comme 255.255.0.0).
lesson-prefix-right = C'est juste : les { $length } premiers bits désignent le réseau { $network }, et le masque { $mask } a { $length } bits à 1. Les bits qui restent distinguent les machines.
lesson-prefix-here = C'est juste : c'est le préfixe d'un des réseaux de la machine du serveur, où tourne ton navigateur.
lesson-prefix-common = C'est ce que ton adresse et celle de ton voisin ont en commun, par hasard plus que le préfixe. Le préfixe est le même pour tout le réseau : cherche le masque.
lesson-prefix-elsewhere = C'est possible, mais le serveur n'est pas dans le même réseau que toi : il ne peut pas le vérifier.

## Les noms

lesson-name-unknown = Le serveur n'a pas encore cherché { $name } : réessaie dans un instant.
lesson-name-right = C'est juste : { $name } mène bien à cette adresse.
lesson-name-another = C'est très plausible : le serveur trouve une autre adresse pour { $name }, du même voisinage. Un site très visité a beaucoup d'adresses, et le serveur de noms n'en donne que quelques-unes à chacun.
lesson-name-elsewhere = C'est possible : le serveur trouve d'autres adresses pour { $name }. Un site très visité en a dans le monde entier, et chaque serveur de noms donne la plus proche. Vérifie quand même que tu as bien recopié.
lesson-name-family = C'est possible, mais le serveur ne trouve pour { $name } que l'autre sorte d'adresse (IPv4 ou IPv6).
lesson-name-not-public = C'est une adresse privée ou locale : { $name } est sur Internet, et son adresse est publique. Relis la première ligne de ce que ping affiche.
lesson-name-wrong = { $name } ne mène pas à cette adresse. Relis la première ligne de ce que ping affiche : l'adresse y est entre parenthèses ou entre crochets.
lesson-name-no-address = Ce n'est pas l'adresse d'une machine. Relis la première ligne de ce que ping affiche pour { $name } : l'adresse y est entre parenthèses ou entre crochets.
lesson-name-not-yours = Le serveur, lui, trouve { $name }. Vérifie l'orthographe ; si ta commande ne trouve toujours rien, ton ordinateur interroge un autre serveur de noms.
lesson-name-only-you = C'est possible, mais d'ici le serveur ne trouve pas { $name }, et il ne peut donc rien vérifier. Il dit : { $reason }
lesson-name-nowhere = C'est juste : d'ici, { $name } ne mène nulle part, et le serveur ne trouve rien non plus. Il dit : { $reason }
lesson-name-not-feasible = Cette question n'est pas faisable ici, et compte comme faite : le serveur ne trouve pas { $name } non plus. Il dit : { $reason }
lesson-name-found = Le serveur a trouvé : { $addresses }.

## Les mots

lesson-word-several = La bonne réponse est dedans, mais avec une autre : choisis.

## Le port d'exercice

lesson-practice-greeting = Bonjour ! Ici le serveur d'exercice. Envoie un message, puis FIN pour finir.
lesson-practice-reply = J'ai reçu « { $message } ». Encore un message, ou FIN ?
lesson-practice-closed = Ouvre d'abord ton port d'exercice.
lesson-practice-nobody = Rien n'est encore arrivé à ton port d'exercice. Lance ton client, avec l'adresse du serveur et le numéro de ce port.
lesson-practice-your-turn = Ton programme est connecté, et il a reçu mon premier message : c'est à lui de parler. Tape un message dans sa fenêtre.
lesson-practice-go-on = Cela marche ! Réponds encore, ou envoie FIN pour finir.
lesson-practice-silent = Ton programme est connecté, mais rien n'est reçu depuis { $seconds } s : c'est à lui de parler. Attend-il que tu tapes quelque chose dans sa fenêtre, ou attend-il dans recv un message déjà lu ?
lesson-practice-right = Bravo : ton programme s'est connecté, il a parlé à son tour, et FIN a tout terminé. C'était une vraie conversation client/serveur.
lesson-practice-only-fin = Cela marche, mais ton programme n'a dit que FIN : relance-le, et envoie d'abord un autre message.
lesson-practice-no-fin = Ton programme a fermé la connexion sans envoyer FIN : dans cette leçon, celui qui part le dit. Relance-le, et finis par FIN.
lesson-practice-broke = La connexion s'est coupée brutalement : ton programme a sans doute été arrêté, ou une erreur l'a arrêté. Lis son message d'erreur, puis relance-le.
lesson-practice-not-utf8 = Ton programme a envoyé des octets qui ne sont pas du texte UTF-8 : vérifie qu'il encode son message par .encode("utf8").
lesson-practice-browser = C'est un navigateur qui s'est connecté, pas ton programme : il a parlé en HTTP. Lance ton client Python.
lesson-practice-fin-newline = Ton programme a envoyé FIN suivi d'un espace ou d'un retour à la ligne : pour le serveur de la leçon, ce n'est pas exactement FIN, et il attendrait encore. Enlève le « \n ».
lesson-practice-glued = FIN est arrivé collé à un autre message, en un seul envoi ou trop vite : recv ne voit pas où l'un finit et où l'autre commence. Attends la réponse entre deux messages.
lesson-practice-two = Deux messages sont arrivés dans le même tour : dans cette leçon chacun parle une fois, puis écoute. Attends la réponse avant d'envoyer la suite.
lesson-practice-echo-your-turn = Ton programme est connecté. Un serveur d'écho ne dit rien le premier : c'est à ton programme de parler.
lesson-practice-echo-silent = Ton programme est connecté, mais rien n'est reçu depuis { $seconds } s. Un serveur d'écho ne dit rien le premier : ton programme attend-il dans recv un message d'accueil qui ne viendra jamais ?
lesson-practice-echo-go-on = Cela marche : chaque message est revenu. Envoie encore un message, ou FIN pour finir.
lesson-practice-echo-right = Bravo : ton programme a parlé le premier, il a reçu en retour ce qu'il avait envoyé, et FIN a tout terminé. Il va bien avec un serveur d'écho.
lesson-practice-chat-alone = Un client est là, et personne n'est là pour l'entendre. Laisse-le tourner, et connecte un deuxième client : dans un autre terminal, ou celui de ton voisin.
lesson-practice-chat-speak = Plusieurs clients sont là en même temps. Que l'un d'eux écrive, maintenant.
lesson-practice-chat-answer = Ce qu'un client a écrit est arrivé chez les autres. Qu'un autre client réponde, maintenant.
lesson-practice-chat-fin = Deux clients se sont entendus. Que l'un d'eux finisse par FIN : les autres restent.
lesson-practice-chat-right = Bravo : plusieurs clients en même temps, chacun a entendu ce que l'autre écrivait, et l'un est parti sans emporter les autres. C'est cela, un chat.
lesson-practice-chat-left = Tous les clients sont partis avant que deux d'entre eux se soient entendus. Relances-en deux, et laisse tourner les deux.
lesson-practice-came-here = Ton client est bien arrivé à ton port d'exercice : il n'a donc pas essayé l'autre port. Change le numéro dans ton client, enregistre-le, puis relance-le.
lesson-saw-connected = Ton programme s'est connecté à { $at } depuis le port { $from }.
lesson-saw-said = Le serveur a envoyé « { $message } ».
lesson-saw-sent =
    Il a envoyé « { $message } » : { $bytes ->
        [one] { $bytes } octet
       *[other] { $bytes } octets
    }.
lesson-saw-silent = Rien reçu depuis { $seconds } s : c'est à lui de parler.
lesson-saw-closed = Il a fermé la connexion.
lesson-saw-broke = La connexion s'est coupée : le programme s'est arrêté sans la fermer.
lesson-saw-passed =
    { $others ->
        [0] Personne d'autre n'est connecté : il n'arrive à personne.
        [one] Le serveur l'a transmis à { $others } autre client.
       *[other] Le serveur l'a transmis à { $others } autres clients.
    }
lesson-saw-closed-here = C'est FIN : le serveur ferme cette connexion.
lesson-saw-from = [{ $from }] { $what }

## Le jeu

lesson-game-won =
    Bravo : { $wins ->
        [one] { $wins } manche gagnée
       *[other] { $wins } manches gagnées
    }.
lesson-game-missing =
    Il te reste { $wins ->
        [one] { $wins } manche à gagner
       *[other] { $wins } manches à gagner
    } : joue dans une salle, ou avec ton programme.
