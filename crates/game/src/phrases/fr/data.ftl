### Le journal, l'export et l'effacement.

journal-io = Le fichier { $path } ne peut pas être utilisé ({ $reason }) : vérifiez vos droits sur ce dossier, ou choisissez-en un autre avec --data.
journal-read = Le journal { $path } ne peut pas être lu ({ $reason }) : vérifiez vos droits sur ce fichier, ou choisissez un autre dossier avec --data.
journal-missing = Il n'y a pas de journal { $path } : indiquez le dossier que le serveur a reçu par --data.
journal-foreign = Le fichier { $path } n'est pas un journal de juste-prix et n'a pas été modifié : déplacez-le, ou choisissez un autre dossier avec --data.
journal-newer = Le journal { $path } vient d'une version plus récente (format { $found }, celle-ci connaît le format { $known }) et n'a pas été modifié : mettez juste-prix à jour.
journal-damaged = Le journal { $path } est endommagé à l'entrée { $sequence } et n'a pas été modifié : gardez-en une copie, puis démarrez sur un autre dossier avec --data.
journal-trimmed = D'anciennes entrées du journal { $path } ont été effacées pendant la lecture (--keep) : recommencez.
journal-has-base = D'anciennes entrées du journal { $path } sont effacées (--keep), il ne peut pas être copié vers un journal partagé : copiez-le dans un dossier.
journal-in-use = Un serveur utilise déjà ce dossier ({ $path }) : arrêtez-le, ou choisissez un autre dossier avec --data.
journal-full = Le disque est plein et le journal { $path } ne peut plus être écrit : libérez de la place puis redémarrez, le journal contient tout ce qui a été répondu aux joueurs.
journal-write = Le journal { $path } ne peut plus être écrit ({ $reason }) : vérifiez le disque et la place libre puis redémarrez, le journal contient tout ce qui a été répondu aux joueurs.
journal-output = Les résultats n'ont pas pu être écrits ({ $reason }) : vérifiez où va la sortie, puis recommencez.
journal-reason-denied = accès refusé
journal-reason-read-only = disque en lecture seule
journal-reason-full = disque plein
journal-reason-no-folder = un fichier est à la place du dossier
journal-log-unreachable = Le journal partagé { $log } ne répond pas ({ $reason }) : vérifiez les adresses et que ses serveurs tournent, puis recommencez.
journal-log-no-name = nom inconnu
journal-log-refused = connexion refusée : rien n'écoute à cette adresse
journal-log-no-answer = aucune réponse
journal-log-tls = chiffrement TLS : { $reason }
journal-log-unread = Le fichier { $path } manque, ne peut pas être lu, ou n'est pas ce que NATS attend : vérifiez --nats-creds, --nats-ca, --nats-cert et --nats-key.
journal-log-not-let-in = Le journal partagé { $log } ne laisse pas entrer cette machine : vérifiez NATS_USER et NATS_PASSWORD (ou NATS_TOKEN) dans l'environnement, ou le fichier de --nats-creds.
journal-log-forgets = Le journal partagé { $log } peut perdre des entrées, à cause du réglage { $setting } de son flux : remettez ce réglage à sa valeur d'origine, ou jouez sous un autre nom avec --event.
journal-log-old = Un serveur du journal partagé { $log } est en version { $version } : il en faut un en version 2.15 ou plus récente, mettez-le à jour.
journal-log-not-synced = Le serveur { $server } confirme avant d'avoir écrit sur le disque : mettez sync_interval = always dans la partie jetstream de sa configuration, puis redémarrez-le.
journal-log-not-monitored = L'adresse de surveillance { $server } ne répond pas comme un serveur NATS : vérifiez --nats-monitor et http_port dans la configuration du serveur.
journal-log-clock = L'horloge de cette machine diffère de { $seconds } s de celle du journal partagé { $log } : mettez-les à l'heure (1 s d'écart au plus), puis recommencez.
journal-log-damaged = Le journal partagé { $log } est endommagé à l'entrée { $sequence } : gardez une copie des données de ses serveurs, puis jouez sous un autre nom avec --event.
journal-log-missing = Il n'y a pas d'événement dans le journal partagé { $log } : vérifiez --event.
journal-log-unverified = Personne n'a vérifié que les serveurs du journal partagé écrivent sur le disque avant de confirmer : donnez leurs adresses de surveillance avec --nats-monitor.
journal-log-copies = Le journal partagé n'existe qu'en { $copies ->
    [one] { $copies } exemplaire
   *[other] { $copies } exemplaires
} : il en faut trois, sur trois serveurs, pour survivre à la perte d'un serveur.
journal-not-new = Un journal est déjà gardé dans { $place }, et n'a pas été modifié : copiez dans un dossier vide, ou sous un autre nom avec --event.
journal-differs = La copie dans { $place } n'est pas ce qui a été copié : arrêtez les serveurs qui utilisent l'un des deux journaux, effacez-la avec juste-prix forget, puis recommencez.
