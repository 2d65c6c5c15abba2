### Le journal, l'export et l'effacement.

journal-io = Le fichier { $path } ne peut pas être utilisé ({ $reason }) : vérifiez vos droits sur ce dossier, ou choisissez-en un autre avec --data.
journal-read = Le journal { $path } ne peut pas être lu ({ $reason }) : vérifiez vos droits sur ce fichier, ou choisissez un autre dossier avec --data.
journal-missing = Il n'y a pas de journal { $path } : indiquez avec --data le dossier du serveur.
journal-foreign = Le fichier { $path } n'est pas un journal de juste-prix et n'a pas été modifié : déplacez-le, ou choisissez un autre dossier avec --data.
journal-newer = Le journal { $path } vient d'une version plus récente (format { $found }, celle-ci connaît le format { $known }) et n'a pas été modifié : mettez juste-prix à jour.
journal-damaged = Le journal { $path } est endommagé à l'entrée { $sequence } et n'a pas été modifié : gardez-en une copie, puis démarrez sur un autre dossier avec --data.
journal-in-use = Un serveur utilise déjà ce dossier ({ $path }) : arrêtez-le, ou choisissez un autre dossier avec --data.
journal-full = Le disque est plein et le journal { $path } ne peut plus être écrit : libérez de la place puis redémarrez, le journal contient tout ce qui a été répondu aux joueurs.
journal-write = Le journal { $path } ne peut plus être écrit ({ $reason }) : vérifiez le disque et la place libre puis redémarrez, le journal contient tout ce qui a été répondu aux joueurs.
journal-output = Les résultats n'ont pas pu être écrits ({ $reason }) : vérifiez où va la sortie, puis recommencez.
journal-reason-denied = accès refusé
journal-reason-read-only = disque en lecture seule
journal-reason-full = disque plein
journal-reason-no-folder = un fichier est à la place du dossier
