### Ce que dit juste-prix serve à la personne qui le lance.

serve-open = Le juste prix est ouvert. Pour jouer :
serve-addresses = Adresses
serve-this-machine = cette machine seulement
serve-quiet = Sans accueil
serve-quiet-why = pour les programmes qui parlent les premiers
serve-tls = Par TLS
serve-tls-unread = Impossible de lire { $file } : { $reason }.
serve-tls-not-pem = { $file } ne contient rien au format PEM : --tls-cert attend le certificat (BEGIN CERTIFICATE) et --tls-key sa clé (BEGIN PRIVATE KEY).
serve-tls-not-the-key = { $file } n'est pas la clé de ce certificat : donner à --tls-cert et à --tls-key les deux fichiers d'un même certificat.
tls-no-name = { $host } n'est ni un nom ni une adresse : avec --tls, donner le nom qui est dans le certificat du serveur.
tls-unknown-issuer = Le certificat de { $server } vient d'une autorité inconnue de cette machine : si c'est celle de l'école, donner son certificat avec --tls-ca.
tls-expired = Le certificat de { $server } a expiré : demander à l'administrateur du serveur de le renouveler.
tls-other-name = Le certificat de { $server } n'est pas au nom de { $host } : se connecter par le nom qui est dans le certificat.
tls-authority = Le certificat de { $server } est celui d'une autorité, qui ne prouve le nom d'aucun serveur : faire signer par elle un certificat pour { $host }.
tls-not-spoken = { $server } ne parle pas TLS : se connecter sans --tls, ou au port que le serveur montre avec « Par TLS ».
tls-refused = La connexion TLS à { $server } a échoué : { $reason }.
tls-ca-unread = { $file } ne contient pas de certificat au format PEM : donner avec --tls-ca le certificat de l'autorité (BEGIN CERTIFICATE).
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
serve-browser = L'écran du professeur s'ouvre dans le navigateur ; le lien privé ci-dessus mène au même endroit.
serve-browser-failed = Le navigateur ne s'ouvre pas ({ $reason }) : y taper le lien privé de la ligne Professeur.
window-serves = Double-clic : juste-prix ouvre le service du jeu. Cette fenêtre le garde ouvert ; Ctrl-C ou sa fermeture l'arrête, et rien de ce qui a été répondu n'est perdu.
window-key = Appuyer sur une touche pour fermer cette fenêtre.
serve-stop = Ctrl-C pour arrêter.

serve-page-moved = Le port { $usual } est pris par un autre programme : la page est au port { $port }. Pour la mettre à un port choisi : --web PORT.
serve-no-page = Le port { $usual } et les suivants sont pris par d'autres programmes : il n'y a pas de page, le reste du service marche. Pour mettre la page à un port libre : --web PORT.

serve-no-name = Impossible de démarrer le service : { $address } ne mène à aucune adresse, { $reason } ; donner une adresse de cette machine, ou un port seul, comme { $option } { $lesson }.
serve-bind-in-use = Impossible de démarrer le service : l'adresse { $address } est prise, un autre programme (peut-être un autre juste-prix) utilise déjà le port { $port } ; arrêter ce programme, ou choisir un autre port, comme { $option } { $other }.
serve-bind-not-here = Impossible de démarrer le service : { $address } n'est pas une adresse de cette machine ; donner une de ses adresses, ou un port seul pour toutes, comme { $option } { $port }.
serve-bind-permission = Impossible de démarrer le service : le système ne permet pas d'ouvrir { $address } ; choisir un port à partir de 1024, comme { $option } { $lesson }.
serve-bind-reserved = Impossible de démarrer le service : Windows garde le port { $port } pour lui-même (Hyper-V et WSL réservent des plages de ports, que montre netsh interface ipv4 show excludedportrange protocol=tcp) ; choisir un port plus bas, comme { $option } { $low }.
serve-bind-other = Impossible de démarrer le service : { $address } ne s'ouvre pas, { $reason } ; essayer une autre adresse, comme { $option } 127.0.0.1:{ $port }.
serve-room-differs = La salle { $code } est déjà dans le journal, avec d'autres règles ({ $mode }) : la garder par --room { $option }, ou donner un autre code à la nouvelle.
serve-too-many-rooms = Trop de salles : un serveur en tient { $limit }, fermées comprises ; en demander moins, ou donner un autre dossier par --data.
serve-system = Le service s'est arrêté : { $reason } ; le relancer, rien de ce qui a été répondu n'est perdu.

serve-closed = Le juste prix est fermé.
serve-lesson-unread = La leçon { $file } ne se lit pas ({ $reason }) : vérifier son nom et ses droits.
serve-network-data = Attention : { $folder } est sur le disque d'une autre machine, où un journal peut s'abîmer ; le mettre sur un disque de celle-ci, par --data.
serve-log-lost = Le journal partagé ne répond plus ({ $reason }) : le jeu attend, et reprendra de lui-même.
serve-space-low = Le disque est presque plein : aucune nouvelle partie ne commence, celles en cours sont gardées. Libérez de la place.
serve-space-nothing = Le disque est plein : plus rien n'est gardé, et les joueurs en sont avertis. Les résultats peuvent encore être exportés. Libérez de la place, le jeu reprendra de lui-même.
serve-space-enough = Il y a de nouveau de la place sur le disque : de nouvelles parties commencent.
serve-log-back = Le journal partagé répond de nouveau : le jeu a repris.
