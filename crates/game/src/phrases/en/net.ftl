### What juste-prix net says.

net-system = The system does not answer about this machine's network: { $reason }; check that it is connected, then try again.

## What an address is for

kind-unspecified = unspecified: no address yet, or all of the machine's
kind-loopback = loopback: the machine speaks with itself
kind-private = private: the network of a home or a school, not seen from the internet
kind-unique-local = unique local: the network of a home or a school, not seen from the internet
kind-link-local = link-local: one cable or one Wi-Fi, without a router
kind-shared = shared: an internet provider's customers, behind one address
kind-multicast = multicast: many machines at once
kind-broadcast = broadcast: all machines of the network at once
kind-documentation = documentation: for examples
kind-reserved = reserved: not in use today
kind-global = public: reachable on the whole internet

## net common

common-mixed = An IPv4 address (32 bits) and an IPv6 address (128 bits) can't be compared: give addresses of one kind.
common-bits =
    { $bits ->
        [one] { $bits } bit in common
       *[other] { $bits } bits in common
    }: prefix { $prefix }, mask { $mask }.
common-same = The same network: that of this machine's interface { $interface }, with the prefix /{ $length }.
common-differs = Not the same network: that of this machine's interface { $interface } has the prefix /{ $length }.
common-would-be-same = It would be the same network with a prefix /{ $length }; juste-prix net me shows the true one on one of these machines.
common-would-differ = It would not be the same network with a prefix /{ $length }; juste-prix net me shows the true one on one of these machines.

## net count

count-exactly = { $what }: { $addresses } addresses (2^{ $bits }).
count-words = { $what }: { $addresses } addresses (2^{ $bits }), that is { $words }.
count-hosts-one = One machine only: all bits are the network's.
count-hosts-link = { $hosts } machines: a link between two needs nothing else.
count-hosts-ipv4 = { $hosts } machines at most: the first address is the network's own, the last speaks to all of them.
count-hosts-ipv6 = { $hosts } machines at most: the first address is the routers'.
scale-3 = { $plural ->
       *[other] { $number } thousand
    }
scale-6 = { $plural ->
       *[other] { $number } million
    }
scale-9 = { $plural ->
       *[other] { $number } billion
    }
scale-12 = { $plural ->
       *[other] { $number } trillion
    }
scale-15 = { $plural ->
       *[other] { $number } quadrillion
    }
scale-18 = { $plural ->
       *[other] { $number } quintillion
    }
scale-21 = { $plural ->
       *[other] { $number } sextillion
    }
scale-24 = { $plural ->
       *[other] { $number } septillion
    }
scale-27 = { $plural ->
       *[other] { $number } octillion
    }
scale-30 = { $plural ->
       *[other] { $number } nonillion
    }
scale-33 = { $plural ->
       *[other] { $number } decillion
    }
scale-36 = { $plural ->
       *[other] { $number } undecillion
    }

## net resolve

resolve-by-server = Answered by the name server { $server }, in { $ms } ms.
resolve-by-hosts = Answered by this machine's own file of names (/etc/hosts), in { $ms } ms.
resolve-by-standard = Answered by the standard: this name is always the machine itself, no server was asked.
resolve-missing = There is no name { $name }, says the name server { $server }: check its spelling.
resolve-nothing = The name { $name } has no address, says the name server { $server }: check that it is the name of a machine.
resolve-no-reverse = The address { $name } has no name, says the name server { $server }: many addresses have none, there is nothing to mend.
resolve-refused = The name server { $server } refuses to look for { $name } (“{ $code }”): ask another one, by --server ADDRESS.
resolve-silent = No answer for { $name } from the name server { $server }: check that this machine is connected, or ask another one, by --server ADDRESS.
resolve-no-servers = No answer for { $name }: this machine has no name server; give one, by --server ADDRESS.

## net ping

ping-no-address = { $host } leads to no address: { $reason }; check the name by juste-prix net resolve { $host }.
ping-icmp = Ping of { $host } ({ $address }) by ICMP.
ping-tcp = Ping of { $host } ({ $address }) by TCP, port { $port }.
ping-tcp-instead = Ping of { $host } ({ $address }) by TCP, port { $port }: the system does not permit ICMP.
ping-echo = { $number }: answer in { $ms } ms
ping-open = { $number }: answer in { $ms } ms (the port is open)
ping-closed = { $number }: answer in { $ms } ms (the port is closed, so the machine answers)
ping-lost = { $number }: no answer, { $reason }
ping-counts =
    { $sent } sent, { $received ->
        [0] no answer
        [one] { $received } answer
       *[other] { $received } answers
    }.
ping-times = From { $min } to { $max } ms, { $mean } on average.
ping-nothing-icmp = { $host } does not answer ICMP: check the address and that the machine is on, or try --port 80, since a firewall may block ICMP only.
ping-nothing-tcp = { $host } does not answer: check the address and that the machine is on, or try another port by --port, since a firewall may block this one.
