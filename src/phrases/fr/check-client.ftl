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
