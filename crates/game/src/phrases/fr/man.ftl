### Les pages du manuel : ce que l'aide ne dit pas.

man-written = Pages du manuel écrites dans { $dir } : { $count }.
man-failed = Impossible d'écrire les pages du manuel dans { $dir } : { $reason } ; choisir un autre dossier avec --dir.

man-title = Manuel de juste-prix

man-name = NOM
man-synopsis = SYNOPSIS
man-description = DESCRIPTION
man-commands = COMMANDES
man-options = OPTIONS
man-examples = EXEMPLES
man-status = CODE DE RETOUR
man-environment = ENVIRONNEMENT
man-files = FICHIERS
man-see-also = VOIR AUSSI

man-about = Le serveur tire un nombre entier, les joueurs proposent, et il répond trop petit, trop grand ou gagné. On joue par nc, telnet, juste-prix play, ou un programme à soi.
man-addresses = Une adresse est un port seul (50000 : toutes les adresses de cette machine), MACHINE:PORT ou [IPv6]:PORT ; le port 0 en prend un libre.
man-rooms = Une salle est en mode solo (à chacun son nombre), course (un nombre pour tous, le premier qui le trouve gagne) ou sans-depasser (un essai chacun, le plus proche sans dépasser gagne, avec une limite de temps en secondes) : --room 4821=sans-depasser,1..100,60. Les joueurs y entrent par SALLE 4821.

man-example-serve = Ouvre le jeu, et affiche ce qu'il faut donner aux joueurs.
man-example-room = Ouvre aussi la salle 4821 : le premier qui trouve le nombre gagne.
man-example-play = Joue sur ce serveur.
man-example-export = Écrit les résultats dans un fichier, pour un tableur.

man-status-done = C'est fait.
man-status-failed = L'exécution a échoué, ou ce qui était examiné ne convient pas ; une phrase dit pourquoi.
man-status-usage = La ligne de commande n'a pas de sens ; une phrase dit que taper.

man-locale = La langue de ce que les commandes disent dans ce terminal, sans --lang : la première de ces variables qui n'est pas vide ; le français si ce n'est pas l'anglais. Le jeu, lui, répond en français, sauf avec serve --lang.
man-data-home = Le dossier des données, au lieu de ~/.local/share.
man-journal = Le journal des parties, lisible par son seul propriétaire : qui le lit peut calculer les nombres à venir.
