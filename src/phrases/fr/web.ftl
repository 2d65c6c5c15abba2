### Ce que dit la page à qui n'a pas encore de page pour le lui dire.

web-no-host = La requête ne dit pas une fois, et une seule, à quel nom elle s'adresse (Host) : l'envoyer par un navigateur ou par curl.
web-other-host = Ce serveur ne répond pas au nom « { $name } ». Ouvre la page par l'adresse que ton professeur a donnée ; pour que ce nom marche aussi, le serveur se lance avec --name { $name }
web-other-origin = Cette requête vient d'une autre page, qui n'a pas le droit de jouer ici. Pour le lui donner, le serveur se lance avec --origin et le début de l'adresse de cette page.
web-too-long = Le corps de la requête est trop long : 4096 octets au plus.
web-too-slow = Le corps de la requête n'est pas arrivé en 10 secondes.
web-nothing-here = Il n'y a rien à cette adresse. La page du jeu est à l'adresse / du même serveur.
web-not-this-way = Cette adresse se lit (GET), elle ne reçoit rien.
web-not-a-socket = Cette adresse est une porte WebSocket (version 13) : ouvre-la avec new WebSocket("ws://…") dans un navigateur, ou avec une bibliothèque WebSocket.
web-not-the-teacher = C'est réservé au professeur : ouvre le lien privé que le serveur a affiché à son démarrage.
web-wrong-token = Ce lien n'est pas celui du professeur, ou ne l'est plus : prends celui que le serveur a affiché à son démarrage.
web-wrong-tokens = Trop de mauvais liens à la fois : attends une seconde, puis prends le lien que le serveur a affiché à son démarrage.
web-no-room-code = Une salle a un code de 1 à 12 lettres ou chiffres, comme 4821.
web-misread = Je n'ai pas compris cette demande : la page est peut-être plus ancienne que le serveur. Recharge-la.
web-bad-rules = Ces règles ne vont pas ensemble : il faut MIN plus petit que MAX, pas de temps limite en solo, et un temps limite (1 à 86400 secondes) en sans dépasser.
web-no-room = Il n'y a pas de salle { $room }.
web-room-taken = Le code { $room } est déjà celui d'une salle, ouverte ou fermée. Choisissez-en un autre.
web-too-many-rooms = Il y a déjà autant de salles que ce serveur en garde. Fermez-en une.
web-bad-name = Ce nom ne va pas : 24 caractères au plus, sans caractère invisible.
web-stopping = Le serveur s'arrête.
web-no-practice = Il n'y a plus de port d'essai libre pour le moment. Réessaie dans quelques minutes.
web-no-seat = Ta place n'existe plus. Entre de nouveau dans la salle.
