### Ce que dit juste-prix net.

net-system = Le système ne répond pas sur le réseau de cette machine : { $reason } ; vérifier qu'elle est connectée, puis recommencer.

## À quoi sert une adresse

kind-unspecified = indéfinie : aucune adresse encore, ou toutes celles de la machine
kind-loopback = boucle locale : la machine parle à elle-même
kind-private = privée : le réseau d'une maison ou d'une école, invisible d'Internet
kind-unique-local = locale unique : le réseau d'une maison ou d'une école, invisible d'Internet
kind-link-local = lien local : un seul câble ou un seul Wi-Fi, sans routeur
kind-shared = partagée : les clients d'un fournisseur d'accès, derrière une seule adresse
kind-multicast = multidiffusion : plusieurs machines à la fois
kind-broadcast = diffusion : toutes les machines du réseau à la fois
kind-documentation = documentation : pour les exemples
kind-reserved = réservée : sans usage aujourd'hui
kind-global = publique : joignable sur tout Internet

## net common

common-mixed = Une adresse IPv4 (32 bits) et une adresse IPv6 (128 bits) n'ont rien à comparer : donner des adresses d'une seule sorte.
common-bits =
    { $bits ->
        [one] { $bits } bit en commun
       *[other] { $bits } bits en commun
    } : préfixe { $prefix }, masque { $mask }.
common-same = Même réseau : celui de l'interface { $interface } de cette machine, de préfixe /{ $length }.
common-differs = Pas le même réseau : celui de l'interface { $interface } de cette machine a pour préfixe /{ $length }.
common-would-be-same = Ce serait le même réseau avec un préfixe /{ $length } ; le vrai se lit par juste-prix net me sur une de ces machines.
common-would-differ = Ce ne serait pas le même réseau avec un préfixe /{ $length } ; le vrai se lit par juste-prix net me sur une de ces machines.

## net count

count-exactly = { $what } : { $addresses } adresses (2^{ $bits }).
count-words = { $what } : { $addresses } adresses (2^{ $bits }), soit { $words }.
count-hosts-one = Une seule machine : tous les bits sont ceux du réseau.
count-hosts-link = { $hosts } machines : un lien entre deux n'a besoin de rien d'autre.
count-hosts-ipv4 = { $hosts } machines au plus : la première adresse est celle du réseau, la dernière parle à toutes.
count-hosts-ipv6 = { $hosts } machines au plus : la première adresse est celle des routeurs.
scale-3 = { $plural ->
       *[other] { $number } mille
    }
scale-6 = { $plural ->
        [one] { $number } million
       *[other] { $number } millions
    }
scale-9 = { $plural ->
        [one] { $number } milliard
       *[other] { $number } milliards
    }
scale-12 = { $plural ->
        [one] { $number } billion
       *[other] { $number } billions
    }
scale-15 = { $plural ->
        [one] { $number } billiard
       *[other] { $number } billiards
    }
scale-18 = { $plural ->
        [one] { $number } trillion
       *[other] { $number } trillions
    }
scale-21 = { $plural ->
        [one] { $number } trilliard
       *[other] { $number } trilliards
    }
scale-24 = { $plural ->
        [one] { $number } quadrillion
       *[other] { $number } quadrillions
    }
scale-27 = { $plural ->
        [one] { $number } quadrilliard
       *[other] { $number } quadrilliards
    }
scale-30 = { $plural ->
        [one] { $number } quintillion
       *[other] { $number } quintillions
    }
scale-33 = { $plural ->
        [one] { $number } quintilliard
       *[other] { $number } quintilliards
    }
scale-36 = { $plural ->
        [one] { $number } sextillion
       *[other] { $number } sextillions
    }

## net resolve

resolve-by-server = Réponse du serveur de noms { $server }, en { $ms } ms.
resolve-by-hosts = Réponse du fichier de noms de cette machine (/etc/hosts), en { $ms } ms.
resolve-by-standard = Réponse de la norme : ce nom désigne toujours la machine elle-même, aucun serveur n'a été interrogé.
resolve-missing = Le nom { $name } n'existe pas, dit le serveur de noms { $server } : vérifier son orthographe.
resolve-nothing = Le nom { $name } n'a pas d'adresse, dit le serveur de noms { $server } : vérifier que c'est bien le nom d'une machine.
resolve-no-reverse = L'adresse { $name } n'a pas de nom, dit le serveur de noms { $server } : beaucoup d'adresses n'en ont pas, il n'y a rien à réparer.
resolve-refused = Le serveur de noms { $server } refuse de chercher { $name } (« { $code } ») : en interroger un autre, par --server ADRESSE.
resolve-silent = Pas de réponse pour { $name } du serveur de noms { $server } : vérifier que cette machine est connectée, ou en interroger un autre, par --server ADRESSE.
resolve-no-servers = Pas de réponse pour { $name } : cette machine n'a pas de serveur de noms ; en donner un, par --server ADRESSE.

## net ping

ping-no-address = { $host } ne mène à aucune adresse : { $reason } ; vérifier le nom par juste-prix net resolve { $host }.
ping-icmp = Ping de { $host } ({ $address }) par ICMP.
ping-tcp = Ping de { $host } ({ $address }) par TCP, port { $port }.
ping-tcp-instead = Ping de { $host } ({ $address }) par TCP, port { $port } : le système ne permet pas ICMP.
ping-echo = { $number } : réponse en { $ms } ms
ping-open = { $number } : réponse en { $ms } ms (le port est ouvert)
ping-closed = { $number } : réponse en { $ms } ms (le port est fermé, donc la machine répond)
ping-lost = { $number } : pas de réponse, { $reason }
ping-counts =
    { $sent ->
        [one] { $sent } envoi
       *[other] { $sent } envois
    }, { $received ->
        [0] aucune réponse
        [one] { $received } réponse
       *[other] { $received } réponses
    }.
ping-times = De { $min } à { $max } ms, { $mean } en moyenne.
ping-nothing-icmp = { $host } ne répond pas à ICMP : vérifier l'adresse et que la machine est allumée, ou essayer --port 80, car un pare-feu peut bloquer ICMP seulement.
ping-nothing-tcp = { $host } ne répond pas : vérifier l'adresse et que la machine est allumée, ou essayer un autre port par --port, car un pare-feu peut bloquer celui-ci.
