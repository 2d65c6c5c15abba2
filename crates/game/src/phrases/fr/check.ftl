### Ce que disent tous les contrôles de programmes : le rapport, les moments, où un programme attend.

## Le rapport

check-title = Contrôle de { $subject }
check-next = À réparer d'abord : { $title } ({ $id }).
check-sound = Tout ce qui a été examiné va bien.
check-nothing = Rien n'a pu être examiné.
check-counts =
    { $passed ->
        [one] { $passed } réussi
       *[other] { $passed } réussis
    }, { $failed ->
        [one] { $failed } échoué
       *[other] { $failed } échoués
    }, { $skipped ->
        [one] { $skipped } non examiné
       *[other] { $skipped } non examinés
    }, en { $seconds } s.
check-hint = Piste : { $hint }
check-place = Là : { $file }, ligne { $line } : { $text }
check-evidence = Ce qui s'est passé
check-before =
    { $count ->
        [one] … { $count } moment avant
       *[other] … { $count } moments avant
    }
check-report-failed = Impossible d'écrire { $file } : { $reason } ; choisir un autre fichier avec --report.
verdict-passed = réussi
verdict-failed = échoué
verdict-not-examined = non examiné

## Ce qui s'est passé, un moment par ligne

event-started = programme lancé
event-typed = tapé au clavier : { $line }
event-printed = affiché : { $bytes }
event-looked = le programme { $waits }
event-interrupted = Ctrl-C, pour savoir où il en est
event-ended = le programme { $how }
event-stopped = programme arrêté par le contrôle
event-connected = connexion { $link } établie
event-sent = connexion { $link }, envoyé au programme : { $bytes }
event-received = connexion { $link }, reçu du programme : { $bytes }
event-closed-here = connexion { $link } fermée par le contrôle
event-finished-here = connexion { $link } : le contrôle a fini de parler, il écoute encore
event-cut-here = connexion { $link } coupée net par le contrôle
event-closed-there = connexion { $link } fermée par le programme
event-reset-there = connexion { $link } coupée net par le programme
ended-status = s'est terminé (code { $status })
ended-segfault = a planté : il a touché une mémoire qui n'est pas à lui (signal 11)
ended-signal = a été arrêté par le signal { $signal }
ended-output = a été arrêté : il affichait sans fin
ended-memory = a été arrêté : il prenait trop de mémoire
ended-processes = a été arrêté : il lançait trop de processus

## Où attend un programme

waits-keyboard = attend que tu tapes au clavier, dans input()
waits-receive = attend un message dans recv()
waits-keyboard-or-receive = attend à la fois le clavier et un message
waits-accept = attend un client dans accept()
waits-accept-or-receive = attend à la fois un client et un message
waits-connect = attend que sa connexion s'établisse, dans connect()
waits-connect-to = attend que { $address } accepte sa connexion, dans connect()
waits-send = attend dans send() : personne ne lit ce qu'il envoie
waits-print = affiche sans s'arrêter
waits-sleep = attend que le temps passe, dans sleep()
waits-child = attend un autre processus qu'il a lancé
waits-lock = attend un autre de ses fils d'exécution (thread)
waits-other = attend dans l'appel système { $number }
waits-runs = tourne sans attendre personne
