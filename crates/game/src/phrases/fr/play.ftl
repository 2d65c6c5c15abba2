### Ce que dit juste-prix play à la personne qui joue.

play-connected = Connecté à { $server }.
play-guess = Devine un nombre entre { $min } et { $max }. AIDE pour les mots, Ctrl-D pour une pause, FIN pour finir.
play-paused = Ta partie t'attend. Pour la reprendre : { $command }
play-code = Ton code, pour continuer sur une autre machine : { $code }
play-prompt = Essai { $n }
play-waits = Envoyé : la réponse vient à la fin de la manche.
play-within-optimum = Bien joué : en coupant toujours l'intervalle en deux, il faut au pire { $optimum } essais.
play-beyond-optimum = En coupant toujours l'intervalle en deux, { $optimum } essais suffisent.

## Quand la connexion casse

play-broken = Connexion à { $server } perdue : { $reason }. Je réessaie.
play-resumed-judged = Partie reprise : ton dernier envoi était bien arrivé.
play-resumed-again = Partie reprise : je renvoie ton dernier envoi.
play-anew = Le serveur n'a plus ta partie : elle recommence.
play-over-meanwhile = { $word } : la manche a fini pendant la coupure.

## Quand la partie ne peut pas commencer ou continuer

play-unreachable = Impossible de se connecter à { $server } : { $reason } ; vérifie l'adresse, et que le serveur est lancé (juste-prix serve).
play-stranger = { $server } répond, mais ce n'est pas la porte texte d'un juste-prix ; vérifie l'adresse et le port, 50000 d'habitude.
play-ended = Le serveur { $server } a fini la partie ; demande s'il va revenir, puis relance juste-prix play.
play-ended-code = Le serveur { $server } a fini la partie ; quand il sera revenu, reprends-la par { $command }.
play-lost = Le serveur { $server } n'est pas revenu : { $reason } ; relance juste-prix play plus tard.
play-lost-code = Le serveur { $server } n'est pas revenu : { $reason } ; reprends la partie plus tard par { $command }.

## Quand aucune adresse n'est donnée

play-found-one = Serveur trouvé sur le réseau : { $name }, { $server }.
play-found-none = Aucun serveur trouvé sur le réseau : j'essaie { $server }.
play-found-several = Plusieurs serveurs trouvés sur le réseau :
play-which = Lequel (1 à { $count }) ?
play-give-address = Donne l'adresse de celui que tu veux, par exemple : juste-prix play { $server }
