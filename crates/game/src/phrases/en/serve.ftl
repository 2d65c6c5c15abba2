### What juste-prix serve says to the person who starts it.

serve-open = Le juste prix is open. To play:
serve-addresses = Addresses
serve-this-machine = this machine only
serve-quiet = No greeting
serve-quiet-why = for programs that speak first
serve-tls = By TLS
serve-tls-unread = { $file } can't be read: { $reason }.
serve-tls-not-pem = { $file } has nothing in PEM format: --tls-cert takes the certificate (BEGIN CERTIFICATE) and --tls-key its key (BEGIN PRIVATE KEY).
serve-tls-not-the-key = { $file } is not this certificate's key: give --tls-cert and --tls-key the two files of one certificate.
tls-no-name = { $host } is neither a name nor an address: with --tls, give the name in the server's certificate.
tls-unknown-issuer = The certificate of { $server } comes from an authority that this machine does not know: if it is the school's, give its certificate with --tls-ca.
tls-expired = The certificate of { $server } has expired: ask the server's administrator to renew it.
tls-other-name = The certificate of { $server } is not for { $host }: connect by the name in the certificate.
tls-authority = The certificate of { $server } is an authority's own, which proves no server's name: have that authority sign one for { $host }.
tls-not-spoken = { $server } does not speak TLS: connect without --tls, or to the port that the server shows with “By TLS”.
tls-refused = The TLS connection to { $server } failed: { $reason }.
tls-ca-unread = { $file } has no certificate in PEM format: give --tls-ca the authority's certificate (BEGIN CERTIFICATE).
serve-numbers = Numbers
serve-rooms = Rooms
serve-data = Data
serve-no-data = nothing is kept (--data memory)
serve-page = Page
serve-metrics = Metrics
serve-network = Network
serve-network-name = { $name }: juste-prix play finds it without an address
serve-not-announced = The local network is not told ({ $reason }): give juste-prix play an address; all else works.
serve-teacher = Teacher
serve-browser = The teacher's screen opens in the browser; the private link above leads to the same place.
serve-browser-failed = The browser does not open ({ $reason }): type the private link of the Teacher line there.
window-serves = A double click: juste-prix serves the game. It is open as long as this window is; Ctrl-C or closing the window stops it, and no answer that was given is lost.
window-key = Press a key to close this window.
serve-stop = Ctrl-C to stop.

serve-page-moved = Port { $usual } is taken by another program: the page is at port { $port }. To put it at a port of your choice: --web PORT.
serve-no-page = Port { $usual } and those behind it are taken by other programs: there is no page, the rest of the service works. To put the page at a free port: --web PORT.

serve-no-name = The service can't start: { $address } leads to no address, { $reason }; give an address of this machine, or a port alone, such as { $option } { $lesson }.
serve-bind-in-use = The service can't start: the address { $address } is taken, another program (maybe another juste-prix) already uses port { $port }; stop that program, or choose another port, such as { $option } { $other }.
serve-bind-not-here = The service can't start: { $address } is not an address of this machine; give one that is, or a port alone for all of them, such as { $option } { $port }.
serve-bind-permission = The service can't start: the system does not permit opening { $address }; choose a port from 1024 up, such as { $option } { $lesson }.
serve-bind-reserved = The service can't start: Windows keeps port { $port } for itself (Hyper-V and WSL reserve ranges of ports, which netsh interface ipv4 show excludedportrange protocol=tcp shows); choose a lower port, such as { $option } { $low }.
serve-bind-other = The service can't start: { $address } does not open, { $reason }; try another address, such as { $option } 127.0.0.1:{ $port }.
serve-room-differs = Room { $code } is in the journal already, with other rules ({ $mode }): keep it by --room { $option }, or give the new one another code.
serve-too-many-rooms = Too many rooms: a server holds { $limit }, closed ones included; ask for fewer, or give another folder by --data.
serve-system = The service has stopped: { $reason }; start it again, nothing that was answered is lost.

serve-closed = Le juste prix is closed.
serve-lesson-unread = The lesson { $file } can't be read ({ $reason }): check its name and its permissions.
serve-network-data = Warning: { $folder } is on another machine's disk, where a journal can be damaged; put it on a disk of this one, by --data.
serve-log-lost = The shared journal does not answer any more ({ $reason }): the game waits, and will go on by itself.
serve-space-low = The disk is nearly full: no new game begins, those that go on are kept. Free some space.
serve-space-nothing = The disk is full: nothing more is kept, and players are told so. Results can still be exported. Free some space, the game then goes on by itself.
serve-space-enough = There is space on the disk again: new games begin.
serve-log-back = The shared journal answers again: the game goes on.
