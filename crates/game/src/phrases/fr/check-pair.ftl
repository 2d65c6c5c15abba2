### Ce que dit juste-prix check pair.

meet-title = Rencontre : { $server } et { $client }
meet-won = Ils se comprennent : le client a trouvé le nombre, en { $tries }.
meet-lost = Ils se comprennent : le client a épuisé ses essais, après { $tries }.
meet-misunderstood = Ils ne se comprennent pas. Le premier malentendu : { $said } ; { $expected }, mais { $came }.
meet-blocked = Ils sont bloqués : le serveur { $server }, et le client { $client } ; { $last }.
meet-apart = Ils ne se rencontrent pas : le serveur écoute sur le port { $server }, le client se connecte au port { $client }.
meet-absent-server = Le serveur n'attend aucun client : il { $waits }.
meet-absent-client = Le client ne se connecte pas au serveur : il { $waits }.
meet-broken-server = Le serveur s'est arrêté sur une erreur : { $error } ; { $last }.
meet-broken-client = Le client s'est arrêté sur une erreur : { $error } ; { $last }.
meet-ended-server = Le serveur a mis fin à la partie avant qu'elle soit gagnée ; { $last }.
meet-ended-client = Le client s'est terminé avant d'avoir gagné ; { $last }.
meet-unclear = Ils se parlent, mais je ne sais pas si c'est gagné : en dernier, { $said }.
meet-typed = Le client attend qu'on tape : les nombres ont été tapés pour lui.
meet-server-said = le serveur a dit { $bytes }
meet-client-said = le client a dit { $bytes }
meet-last = en dernier, { $said }
meet-nothing-said = personne n'avait encore rien dit
meet-expected-number = le serveur attendait un nombre écrit comme { $form }
meet-expected-within = le serveur attendait un nombre entre { $min } et { $max }
meet-expected-above = il fallait alors un nombre plus grand que { $guess }
meet-expected-below = il fallait alors un nombre plus petit que { $guess }
meet-expected-another = il fallait alors un autre nombre que { $guess }
meet-expected-end = le client devait alors s'arrêter ou commencer une autre partie
meet-came-nothing = rien n'est venu, chacun attend l'autre
meet-came-server-closed = le serveur a fermé la connexion
meet-came-client-ended = le client s'est terminé
meet-waits-other = attend autre chose
meet-waits-ended = s'est terminé

## Avant de commencer

meet-which = Donne les deux commandes : juste-prix check pair -- python3 serveur.py -- python3 client.py.
meet-not-between = Impossible de se placer entre les deux programmes, à { $address } : { $reason } ; écris {"{port}"} à la place du port dans une des deux commandes.
