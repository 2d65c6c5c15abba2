### Ce que disent juste-prix chat serve et chat join : les messages de la leçon, et quelques autres.

chat-how = Pour s'y connecter : juste-prix chat join { $address }
chat-ready = Serveur prêt, en attente de requêtes…
chat-connected = Client connecté : { $address }
chat-me = moi >{" "}
chat-client = client > { $message }
chat-server = serveur > { $message }
chat-again = <R>ecommencer <T>erminer ?{" "}
chat-ended = Connexion terminée.

## Ce qui ne peut pas partir

chat-empty = Un message vide n'envoie rien, et chacun attendrait l'autre : écris quelque chose, ou FIN pour finir.
chat-too-long = Ce message dépasse { $limit } octets, plus qu'un recv({ $limit }) n'en reçoit, et rien n'est parti : écris-le en plusieurs fois.
chat-typed-not-utf8 = Ce qui vient du clavier n'est pas du texte UTF-8, et rien n'est parti : écris-le autrement, ou règle le terminal sur UTF-8.

## Ce qui arrive de travers

chat-not-utf8 = Ce message n'est pas du texte UTF-8, ses octets qui n'en sont pas sont montrés comme \xe9 : l'autre programme doit envoyer du texte, comme message.encode("utf8") en Python.
chat-client-gone = Le client est parti sans envoyer FIN : { $reason }.
chat-server-gone = Le serveur { $server } est parti sans envoyer FIN : { $reason } ; quand il sera revenu, relance juste-prix chat join.
chat-failed = La connexion a échoué. { $server } : { $reason } ; vérifie l'adresse, et que le serveur est lancé d'abord (juste-prix chat serve).
chat-stopped = Le service s'est arrêté : { $reason } ; relance juste-prix chat serve.
