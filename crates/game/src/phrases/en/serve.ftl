### What juste-prix serve says to the person who starts it.

serve-open = Le juste prix is open. To play:
serve-addresses = Addresses
serve-this-machine = this machine only
serve-quiet = No greeting
serve-quiet-why = for programs that speak first
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
serve-stop = Ctrl-C to stop.

serve-page-moved = Port { $usual } is taken by another program: the page is at port { $port }. To put it at a port of your choice: --web PORT.
serve-no-page = Port { $usual } and those behind it are taken by other programs: there is no page, the rest of the service works. To put the page at a free port: --web PORT.

serve-no-name = The service can't start: { $address } leads to no address, { $reason }; give an address of this machine, or a port alone, such as { $option } { $lesson }.
serve-bind-in-use = The service can't start: the address { $address } is taken, another program (maybe another juste-prix) already uses port { $port }; stop that program, or choose another port, such as { $option } { $other }.
serve-bind-not-here = The service can't start: { $address } is not an address of this machine; give one that is, or a port alone for all of them, such as { $option } { $port }.
serve-bind-permission = The service can't start: the system does not permit opening { $address }; choose a port from 1024 up, such as { $option } { $lesson }.
serve-bind-other = The service can't start: { $address } does not open, { $reason }; try another address, such as { $option } 127.0.0.1:{ $port }.
serve-room-differs = Room { $code } is in the journal already, with other rules ({ $mode }): keep it by --room { $option }, or give the new one another code.
serve-too-many-rooms = Too many rooms: a server holds { $limit }, closed ones included; ask for fewer, or give another folder by --data.
serve-system = The service has stopped: { $reason }; start it again, nothing that was answered is lost.

serve-closed = Le juste prix is closed.
serve-lesson-unread = The lesson { $file } can't be read ({ $reason }): check its name and its permissions.
serve-log-lost = The shared journal does not answer any more ({ $reason }): the game waits, and will go on by itself.
serve-log-back = The shared journal answers again: the game goes on.
