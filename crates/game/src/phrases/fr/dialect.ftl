### Ce qui a été compris d'un serveur qui parle à sa façon.

dialect-title = Ce que j'ai compris de { $server } :
dialect-native = { $server } est un serveur juste-prix : je connais ses mots, il n'y avait rien à deviner.
dialect-message = Je lui envoie { $message }.
dialect-opening = Je dois d'abord lui envoyer { $message }.
dialect-second-read = Il envoie parfois une réponse en plusieurs fois : tout n'arrive pas dans un seul recv.
dialect-deaf = Quand le message finit par { $end }, il ne dit jamais que c'est gagné : sans doute compare-t-il tout le message avec son nombre.
dialect-range = Il annonce des nombres de { $min } à { $max }.
dialect-no-range = Il n'annonce pas l'intervalle : j'ai supposé de { $min } à { $max }.
dialect-tries =
    { $tries ->
        [one] Il donne { $tries } essai.
       *[other] Il donne { $tries } essais.
    }
dialect-asked = Avant de jouer il demande { $what } (« { $text } ») ; j'ai répondu « { $reply } ».
dialect-unasked =
    { $count ->
        [one] Il attend un premier message sans l'avoir demandé.
       *[other] Il attend { $count } messages sans les avoir demandés.
    }

## Quelle sorte de programme c'est

profile-speaks-first = Il parle le premier.
profile-listens-first = Il attend que je parle le premier.
profile-two-players = Il attend un second joueur avant de jouer : j'en connecte un.
profile-lines = Ses réponses finissent par une fin de ligne.
profile-bare = Ses réponses n'ont pas de fin de ligne.
profile-objects = Ses messages sont des objets JSON.
profile-lengths-big = Ses messages commencent par leur longueur, sur { $size ->
        [one] { $size } octet
       *[other] { $size } octets, le plus fort d'abord
    }.
profile-lengths-little = Ses messages commencent par leur longueur, sur { $size } octets, le plus faible d'abord.
profile-integers = Ses messages sont des entiers de { $size } octets.
profile-one-guess = Il prend un seul nombre par connexion, et garde le sien pour la suivante.
profile-without-hints = Il ne donne pas d'indice : il dit seulement si un nombre est le bon.
profile-narrows = Ses indices sont l'intervalle qui reste.
profile-acknowledged = Après chaque indice il attend encore un message, avant le nombre suivant.
profile-range-each-game = Il annonce un autre intervalle à chaque partie.
profile-win-words = Il dit par un texte que c'est gagné.
profile-win-tries = Quand c'est gagné il envoie le nombre d'essais, sans un mot.
profile-win-close = Quand c'est gagné il ferme la connexion sans un mot.

## Ce qu'il demande

dialect-ask-name = un nom
dialect-ask-password = un mot de passe
dialect-ask-choice = de choisir
dialect-ask-ready = si je suis prêt
dialect-ask-highest = le plus grand nombre
dialect-ask-lowest = le plus petit nombre
dialect-ask-again = si je rejoue
dialect-ask-guess = un nombre

## Ce que ses réponses veulent dire

dialect-answer =
    « { $answer } » veut dire : { $meaning }, { $times ->
        [one] vu { $times } fois
       *[other] vu { $times } fois
    } ; { $grounds }.
dialect-answer-contrary =
    « { $answer } » veut dire : { $meaning }, { $times ->
        [one] vu { $times } fois
       *[other] vu { $times } fois
    } ; ses mots feraient croire le contraire, mais { $grounds }.
dialect-too-small = ton nombre est trop petit
dialect-too-big = ton nombre est trop grand
dialect-found = c'est gagné
dialect-lost = c'est perdu
dialect-refused = le message est refusé
dialect-wrong = ce n'est pas le nombre, sans dire de quel côté il est
dialect-nothing = rien sur mon nombre
dialect-grounds-words = ce sont ses mots, la partie ne l'a pas encore confirmé
dialect-grounds-game = la suite de la partie ne laisse pas d'autre sens
dialect-grounds-win = le nombre gagnant l'a confirmé

## Après une victoire

dialect-after-closes = Après une victoire il ferme la connexion.
dialect-after-asks = Après une victoire il demande s'il faut rejouer.
dialect-after-plays-on = Après une victoire il continue avec un autre nombre.
dialect-after-stays-open = Après une victoire il laisse la connexion ouverte.
dialect-after-hangs = Après une victoire il laisse la connexion ouverte et ne répond plus.

## Quand les parties ne vont pas jusqu'au bout

dialect-silent = Le serveur { $server } ne répond à rien de ce que j'ai envoyé, ni à { $message } ni au reste ; regarde s'il attend dans recv() alors que c'est à lui de parler.
dialect-closes = Le serveur { $server } ferme la connexion sans répondre à { $message } ; regarde dans sa fenêtre s'il y a une erreur.
dialect-not-understood = Je ne comprends pas le serveur { $server } : sa dernière réponse à ce que j'ai envoyé était « { $answer } » ; vérifie qu'il attend un nombre et qu'il dit trop petit, trop grand ou gagné.
dialect-password = Le serveur { $server } demande un mot de passe (« { $question } ») : sans lui je ne peux pas jouer.
dialect-without-hints = Le serveur { $server } ne donne pas d'indice : il dit seulement si un nombre est le bon, et de { $min } à { $max } il y en a trop pour les essayer tous.
dialect-turns-away = Après la partie, le serveur { $server } ferme la connexion du joueur suivant sans le laisser jouer : qu'est-ce qui, dans ton programme, garde la fin de la première partie ?
dialect-stuck = Après la partie, le serveur { $server } accepte la connexion suivante et ne dit plus rien ; il attend peut-être quelque chose à son propre clavier, dans input(), ou le joueur d'avant : regarde dans sa fenêtre.
dialect-contradiction = Les réponses du serveur { $server } se contredisent, aucun nombre n'est plus possible ; vérifie ses comparaisons, et qu'il ne change pas de nombre en cours de partie.
dialect-floods = Le serveur { $server } envoie sans s'arrêter, plus qu'une réponse ne peut contenir ; vérifie qu'il attend un message avant d'en envoyer un autre.
dialect-too-long = La partie avec le serveur { $server } n'est pas finie après { $seconds } secondes ; relance juste-prix bot, ou avec moins de parties.
dialect-gone = Le serveur { $server } n'accepte plus de connexion ; il s'est peut-être arrêté : relance-le, puis juste-prix bot.
