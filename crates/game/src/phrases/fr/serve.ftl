### Ce que dit juste-prix serve à la personne qui le lance.

serve-open = Le juste prix est ouvert. Pour jouer :
serve-addresses = Adresses
serve-this-machine = cette machine seulement
serve-quiet = Sans accueil
serve-quiet-why = pour les programmes qui parlent les premiers
serve-numbers = Nombres
serve-rooms = Salles
serve-data = Données
serve-no-data = rien n'est gardé (--data memory)
serve-page = Page
serve-metrics = Mesures
serve-network = Réseau
serve-network-name = { $name } : juste-prix play, sans adresse, le trouve
serve-not-announced = Le réseau local n'est pas prévenu ({ $reason }) : donner une adresse à juste-prix play ; le reste du service marche.
serve-teacher = Professeur
serve-stop = Ctrl-C pour arrêter.

serve-page-moved = Le port { $usual } est pris par un autre programme : la page est au port { $port }. Pour la mettre à un port choisi : --web PORT.
serve-no-page = Le port { $usual } et les suivants sont pris par d'autres programmes : il n'y a pas de page, le reste du service marche. Pour mettre la page à un port libre : --web PORT.

serve-no-name = Impossible de démarrer le service : { $address } ne mène à aucune adresse, { $reason } ; donner une adresse de cette machine, ou un port seul, comme { $option } { $lesson }.
serve-bind-in-use = Impossible de démarrer le service : l'adresse { $address } est prise, un autre programme (peut-être un autre juste-prix) utilise déjà le port { $port } ; arrêter ce programme, ou choisir un autre port, comme { $option } { $other }.
serve-bind-not-here = Impossible de démarrer le service : { $address } n'est pas une adresse de cette machine ; donner une de ses adresses, ou un port seul pour toutes, comme { $option } { $port }.
serve-bind-permission = Impossible de démarrer le service : le système ne permet pas d'ouvrir { $address } ; choisir un port à partir de 1024, comme { $option } { $lesson }.
serve-bind-other = Impossible de démarrer le service : { $address } ne s'ouvre pas, { $reason } ; essayer une autre adresse, comme { $option } 127.0.0.1:{ $port }.
serve-room-differs = La salle { $code } est déjà dans le journal, avec d'autres règles ({ $mode }) : la garder par --room { $option }, ou donner un autre code à la nouvelle.
serve-too-many-rooms = Trop de salles : un serveur en tient { $limit }, fermées comprises ; en demander moins, ou donner un autre dossier par --data.
serve-system = Le service s'est arrêté : { $reason } ; le relancer, rien de ce qui a été répondu n'est perdu.

serve-closed = Le juste prix est fermé.
serve-lesson-unread = La leçon { $file } ne se lit pas ({ $reason }) : vérifier son nom et ses droits.
serve-log-lost = Le journal partagé ne répond plus ({ $reason }) : le jeu attend, et reprendra de lui-même.
serve-log-back = Le journal partagé répond de nouveau : le jeu a repris.
