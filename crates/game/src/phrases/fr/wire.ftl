### Ce que lit un joueur de la porte texte. Une réponse tient sur une ligne.
###
### Les premiers mots et l'ordre des nombres sont fixés pour les programmes (docs/protocol.md).

greeting = Bonjour ! Devine un nombre entier entre { $min } et { $max }. AIDE pour les mots, FIN pour finir.
help = Aide : envoie un nombre entier entre { $min } et { $max }, ou un de ces mots, en majuscules ou en minuscules. NOM Léa : choisir ton nom. SCORES : les victoires. SALLE 4821 : entrer dans une salle ; SALLE HALL : revenir dans le hall public. MOTS plus : changer les mots des réponses (fr, en, plus, signes). REPRENDRE : ton code pour reprendre plus tard ; REPRENDRE suivi du code : reprendre ta partie. PREUVE : de quoi vérifier que le nombre ne change pas. FIN : finir.
bye = Au revoir, et à bientôt !

## Fin d'une manche

found-tail =
    { $tries ->
        [one] en { $tries } essai !
       *[other] en { $tries } essais !
    }
won-tail = Ton { $guess } est le plus près de { $number } sans dépasser.
lost-to = { $word } : le nombre était { $number }, { $name } gagne avec { $guess }.
lost-all = { $word } : le nombre était { $number }, tout le monde a dépassé.
over-found =
    { $word } : le nombre était { $number }, { $name } l'a trouvé en { $tries ->
        [one] { $tries } essai
       *[other] { $tries } essais
    }. Cet envoi n'a pas été jugé : une nouvelle manche commence.
over-nearest = { $word } : le nombre était { $number }, { $name } gagne avec { $guess }. Cet envoi n'a pas été jugé : une nouvelle manche commence.
over-nobody = { $word } : le nombre était { $number }, personne n'a gagné. Cet envoi n'a pas été jugé : une nouvelle manche commence.

## Réponses aux mots

named = Tu t'appelles { $name }.
code = Pour reprendre plus tard : REPRENDRE { $code }
words = Mots : { $small }, { $big }, { $found }.
entered-solo = Salle { $room }, solo, de { $min } à { $max } : chacun a son nombre. Tu es { $name }.
entered-race = Salle { $room }, course, de { $min } à { $max } : un seul nombre, le premier qui le trouve gagne. Tu es { $name }.
entered-race-timed =
    Salle { $room }, course, de { $min } à { $max }, { $limit ->
        [one] { $limit } seconde
       *[other] { $limit } secondes
    } par manche : un seul nombre, le premier qui le trouve gagne. Tu es { $name }.
entered-closest =
    Salle { $room }, sans dépasser, de { $min } à { $max }, { $limit ->
        [one] { $limit } seconde
       *[other] { $limit } secondes
    } par manche : un seul essai, le plus près sans dépasser gagne. Tu es { $name }.
resumed =
    Reprise : { $mode }, manche { $round }, { $tries ->
        [one] { $tries } essai
       *[other] { $tries } essais
    }, nombre possible de { $min } à { $max }. Tu es { $name }.
resumed-last =
    Reprise : { $mode }, manche { $round }, { $tries ->
        [one] { $tries } essai
       *[other] { $tries } essais
    }, nombre possible de { $min } à { $max }, dernier envoi { $guess } : { $verdict }. Tu es { $name }.
mode-solo = solo
mode-race = course
mode-closest = sans dépasser
verdict-held = en attente
scores-mine = Scores. Toi : { $line }.
scores-none = Scores.
scores-best = Les meilleurs : { $lines }.
scores-empty = Personne n'a encore gagné.
scores-line =
    { $name }, { $wins ->
        [one] { $wins } victoire
       *[other] { $wins } victoires
    }, record { $best }, moyenne { $mean }
scores-line-empty = { $name }, aucune victoire
proof = Preuve : manche { $round }, engagement { $commitment }.
proof-previous = Preuve : manche { $round }, engagement { $commitment }. Manche { $before } : engagement { $kept }, ouverture { $opening } Pour vérifier : juste-prix verify

## Refus, après « Erreur : »

misread-unknown = je ne comprends pas « { $quote } ». Envoie un nombre entier entre { $min } et { $max }, ou AIDE.
misread-key = je ne comprends pas « { $quote } ». Envoie un nombre entier entre { $min } et { $max }, ou AIDE. Un programme qui envoie chaque touche dès qu'elle est tapée (le telnet de Windows) ne peut pas jouer ici : prends juste-prix play, ou la page si ton professeur en donne une.
misread-empty = ton message est vide. Envoie un nombre entier entre { $min } et { $max }, ou AIDE.
misread-too-long = ton message « { $quote } » dépasse { $bytes } octets, je l'ai jeté. Envoie un nombre entier entre { $min } et { $max }, ou AIDE.
misread-not-utf8 = ton message « { $quote } » n'est pas du texte UTF-8. Envoie un nombre entier entre { $min } et { $max } en chiffres, par exemple avec .encode("utf-8") en Python.
misread-utf16 = ton message « { $quote } » est du texte UTF-16, à deux octets par caractère. Envoie un nombre entier entre { $min } et { $max } en UTF-8, par exemple avec .encode("utf-8") en Python.
misread-not-json = ton message « { $quote } » n'est pas un objet JSON de ce protocole. Envoie par exemple {"{"}"type":"guess","value":50{"}"}.
misread-unfinished = ta ligne « { $quote } » n'est pas finie au bout de { $seconds } secondes. Termine chaque message par un retour à la ligne.
misread-room = « { $quote } » ne donne pas le code d'une salle. Envoie SALLE et le code, par exemple SALLE 4821, ou SALLE HALL pour le hall public.
misread-pack = « { $quote } » ne nomme pas des mots que je connais. Envoie MOTS fr, MOTS en, MOTS plus ou MOTS signes.
misread-code = « { $quote } » ne donne pas un code pour reprendre. Envoie REPRENDRE et le code entier, comme je te l'ai donné.
out-of-range = « { $quote } » n'est pas entre { $min } et { $max }. Envoie un nombre entier entre { $min } et { $max } : cet envoi ne compte pas comme essai.
name-empty = il manque le nom. Envoie NOM et ton nom, par exemple NOM Léa.
name-too-long = ce nom est trop long. Choisis un nom de { $chars } caractères au plus.
name-forbidden = ce nom contient le caractère { $char }, qui est invisible, inconnu ou en trop. Choisis un nom avec des lettres, des chiffres et des signes ordinaires.
no-room = il n'y a pas de salle { $room }. Vérifie le code avec ton professeur, ou envoie SALLE HALL pour le hall public.
room-full = cette salle est pleine. Demande une autre salle à ton professeur, ou envoie SALLE HALL pour le hall public.
room-locked = le professeur ne laisse plus entrer personne dans cette salle. Demande-lui de l'ouvrir.
room-barred = tu ne peux plus entrer dans cette salle. Parles-en avec ton professeur.
no-space = le disque du serveur est presque plein, cela ne peut pas être gardé. Préviens ton professeur.
room-paused = la partie est en pause. Attends que ton professeur la reprenne : cet envoi ne compte pas comme essai.
no-seat = ce code ne mène à aucune partie : elle a été finie par FIN, elle a été abandonnée pendant { $days } jours (dans une salle, jusqu'au 31 août), ou le code est mal recopié.
elsewhere = ta partie continue sur une autre connexion. Pour la reprendre ici, envoie REPRENDRE et ton code.
gone = tu n'as plus de place dans cette partie. Connecte-toi de nouveau pour en commencer une autre.
not-a-page = ici on joue en texte. La page web de ce serveur est à un autre port, 8080 en général : demande son adresse à ton professeur, ou joue avec nc, telnet ou juste-prix play.
not-trusted = cette adresse ne peut pas parler pour d'autres : qui gère le serveur doit la nommer par --trust-proxy.
proxy-expected = qui se connecte depuis cette adresse, nommée par --trust-proxy, commence par un en-tête PROXY de version 2 : régler le proxy, ou passer par une autre adresse.
