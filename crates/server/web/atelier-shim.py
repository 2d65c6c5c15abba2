"""The network of a program in the workshop: `socket`, `select`, `input` and `time.sleep`, each call of
which asks the server and blocks until it answers. Threads take turns: one goes on when the others wait,
each on a stack of its own, where the browser can switch stacks (JSPI). Its errors have CPython's classes and the numbers of
Linux. Frames of this file do not show in tracebacks."""

import builtins
import io
import json
import linecache
import os
import sys
import threading
import time
import traceback
import types

import _atelier
import _thread
from pyodide.ffi import can_run_sync, run_sync

HERE = "<atelier>"
HOLD = 20.0
CHUNK = 16384
WAITS = {"accept", "connect", "recv", "send", "select", "input", "sleep"}
AF_INET, SOCK_STREAM = 2, 1


class Gone(BaseException):
    """The server has no such program any more."""


class gaierror(OSError):
    """A name has no address."""


class herror(OSError):
    """As CPython has it."""


ERRORS = {
    1: (PermissionError, "Operation not permitted"),
    9: (OSError, "Bad file descriptor"),
    11: (BlockingIOError, "Resource temporarily unavailable"),
    13: (PermissionError, "Permission denied"),
    22: (OSError, "Invalid argument"),
    24: (OSError, "Too many open files"),
    32: (BrokenPipeError, "Broken pipe"),
    97: (OSError, "Address family not supported by protocol"),
    98: (OSError, "Address already in use"),
    99: (OSError, "Cannot assign requested address"),
    101: (OSError, "Network is unreachable"),
    104: (ConnectionResetError, "Connection reset by peer"),
    106: (OSError, "Transport endpoint is already connected"),
    107: (OSError, "Transport endpoint is not connected"),
    110: (TimeoutError, "Connection timed out"),
    111: (ConnectionRefusedError, "Connection refused"),
    113: (OSError, "No route to host"),
    115: (BlockingIOError, "Operation now in progress"),
}
NUMBERS = {
    "EAGAIN": 11, "EWOULDBLOCK": 11, "EPIPE": 32, "EADDRINUSE": 98, "EADDRNOTAVAIL": 99,
    "ENETUNREACH": 101, "ECONNRESET": 104, "EISCONN": 106, "ENOTCONN": 107, "ETIMEDOUT": 110,
    "ECONNREFUSED": 111, "EHOSTUNREACH": 113, "EINPROGRESS": 115,
}


def error(number):
    kind, text = ERRORS.get(number, (OSError, "Error"))
    return kind(number, text)


class Run:
    """What belongs to one run of a program."""

    seq = 0
    machine = {}
    says = {}
    fds = set()
    printed = ""
    name = ""


class Threads:
    """The threads of a run. A thread is known by its number; that of the main thread is 0."""

    MOST = 39
    running = False
    current = 0
    taken = set()
    run = 0
    stopped = False


def switch(promise):
    """Lets other threads go on until the promise is kept."""
    me, run = Threads.current, Threads.run
    try:
        return run_sync(promise)
    finally:
        Threads.current = me
        if Threads.run != run:
            raise Gone


def own_line():
    """The program's line that is being run, with its text, for the teacher."""
    frame = sys._getframe()
    while frame is not None and frame.f_code.co_filename != Run.name:
        frame = frame.f_back
    if frame is None:
        return None
    return [frame.f_lineno, linecache.getline(Run.name, frame.f_lineno).strip()[:80]]


def ask(call, timeout=None, data=None, **fields):
    """Asks until there is an answer. `timeout` is in seconds; 0 does not wait."""
    sys.stdout.flush()
    sys.stderr.flush()
    end = None if timeout is None else time.monotonic() + timeout
    switches = Threads.running and call in WAITS
    at = own_line()
    while True:
        wait = HOLD if end is None else max(0.0, min(HOLD, end - time.monotonic()))
        Run.seq += 1
        line = json.dumps({"lane": Threads.current, "seq": Run.seq, "wait": round(wait * 1000),
                           "at": at, "what": {"call": call, **fields}})
        if switches:
            answer = switch(_atelier.ask_later(Threads.current, Run.seq, line, data)).to_bytes()
        else:
            answer = _atelier.ask(line, data).to_bytes()
        kind, content = answer[:1], answer[1:]
        if kind == b"=":
            return content
        if kind == b"!":
            raise error(int(content))
        if kind == b"^":
            Threads.stopped = False
            raise KeyboardInterrupt
        if kind == b"#":
            raise Gone
        if end is not None and time.monotonic() >= end:
            if timeout == 0:
                raise error(115 if call == "connect" else 11)
            raise TimeoutError("timed out")


# The keyboard, the screen and the clock.


class Screen(io.TextIOBase):
    """Output, sent on in pieces, no faster than a page can show it, and in the order in which it was written."""

    encoding = "utf-8"
    errors = "strict"
    EACH = 0.08
    MOST = 16384
    latest = None  # the one that was written to last: what it holds comes before what another one is given

    def __init__(self, kind):
        self.kind, self.parts, self.size, self.since = kind, [], 0, 0.0

    def writable(self):
        return True

    def isatty(self):
        return False

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self.kind == "out":
            Run.printed = (Run.printed + text)[-400:]
        if Screen.latest not in (None, self):
            Screen.latest.flush()
        Screen.latest = self
        for start in range(0, len(text), self.MOST):
            piece = text[start:start + self.MOST]
            self.parts.append(piece)
            self.size += len(piece)
            if self.size >= self.MOST:
                self.flush()
                _atelier.sleep(self.EACH)
        now = time.monotonic()
        if now - self.since > self.EACH:
            self.flush()
        return len(text)

    def flush(self):
        if self.parts:
            text, self.parts, self.size = "".join(self.parts), [], 0
            _atelier.show(self.kind, text)
        self.since = time.monotonic()


class Keyboard(io.TextIOBase):
    """Standard input: typed lines."""

    encoding = "utf-8"

    def readable(self):
        return True

    def readline(self, size=-1):
        return typed() + "\n"

    def read(self, size=-1):
        return self.readline()

    def __next__(self):
        return self.readline()


def typed():
    """A typed line; the server is told what asks for it."""
    asked, Run.printed = Run.printed, ""
    return ask("input", asked=asked).decode()


def atelier_input(prompt="", /):
    sys.stdout.write(str(prompt))
    return typed()


def sleep(seconds, /):
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    end = time.monotonic() + seconds
    sys.stdout.flush()
    if seconds <= 0.05:
        return switch(_atelier.nap(seconds * 1000)) if Threads.running else _atelier.sleep(seconds)
    while (left := end - time.monotonic()) > 0:
        ask("sleep", timeout=left)


# Sockets.


def number_of(host):
    """The address of a name, as far as the workshop knows names."""
    if host == "":
        return "0.0.0.0"
    parts = host.split(".")
    if len(parts) == 4 and all(part.isdecimal() and len(part) < 4 and int(part) < 256 for part in parts):
        return ".".join(str(int(part)) for part in parts)
    name = host.lower().rstrip(".")
    if name == "localhost":
        return "127.0.0.1"
    if name == gethostname():
        return Run.machine["address"]
    if name == Run.machine["host"]:
        return Run.machine["server"]
    raise gaierror(-2, "Name or service not known")


def pair(address):
    if not isinstance(address, tuple):
        raise TypeError(f"AF_INET address must be tuple, not {type(address).__name__}")
    if len(address) != 2:
        raise TypeError("AF_INET address must be a pair (host, port)")
    host, port = address
    if not isinstance(host, str):
        raise TypeError("str, bytes or bytearray expected, not " + type(host).__name__)
    if not isinstance(port, int):
        raise TypeError(f"'{type(port).__name__}' object cannot be interpreted as an integer")
    if not 0 <= port <= 65535:
        raise OverflowError("bind/connect(): port must be 0-65535.")
    return {"ip": number_of(host), "port": port}


def side(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


def seconds(value):
    if value is None:
        return None
    value = float(value)
    if value < 0:
        raise ValueError("Timeout value out of range")
    return value


default_timeout = None


class socket:
    """A TCP socket, as CPython's."""

    def __init__(self, family=AF_INET, type=SOCK_STREAM, proto=0, fileno=None):
        if family not in (-1, AF_INET):
            raise error(97)
        if type not in (-1, SOCK_STREAM):
            raise OSError(Run.says["only-tcp"])
        self.family, self.type, self.proto = AF_INET, SOCK_STREAM, proto
        if fileno is None:
            fileno = next(n for n in range(3, 4096) if n not in Run.fds)
            Run.fds.add(fileno)
        self._fd, self._timeout, self._ours, self._peer = fileno, default_timeout, None, None
        self._files, self._closed = 0, False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        try:
            self._close()
        except BaseException:
            pass

    def __repr__(self):
        state = f", laddr={self._ours}" if self._ours else ""
        state += f", raddr={self._peer}" if self._peer else ""
        return f"<socket.socket fd={self._fd}, family=2, type=1, proto={self.proto}{state}>"

    def _open(self):
        if self._fd < 0:
            raise error(9)
        return self._fd

    def fileno(self):
        return self._fd

    def bind(self, address):
        fields = pair(address)
        self._ours = side(ask("bind", fd=self._open(), **fields).decode())

    def listen(self, backlog=128):
        self._ours = side(ask("listen", fd=self._open(), backlog=max(0, min(backlog, 65535))).decode())

    def accept(self):
        new = next(n for n in range(3, 4096) if n not in Run.fds)
        Run.fds.add(new)
        try:
            sides = ask("accept", self._timeout, fd=self._open(), new=new)
        except BaseException:
            Run.fds.discard(new)
            raise
        connection = socket(fileno=new)
        ours, peer = sides.decode().split()
        connection._ours, connection._peer = side(ours), side(peer)
        return connection, connection._peer

    def connect(self, address):
        fields = pair(address)
        if fields["ip"] == "0.0.0.0":
            fields["ip"] = "127.0.0.1"
        ours, peer = ask("connect", self._timeout, fd=self._open(), **fields).decode().split()
        self._ours, self._peer = side(ours), side(peer)

    def connect_ex(self, address):
        try:
            self.connect(address)
        except OSError as trouble:
            return trouble.errno or 110
        return 0

    def recv(self, bufsize, flags=0, /):
        if bufsize < 0:
            raise ValueError("negative buffersize in recv")
        return ask("recv", self._timeout, fd=self._open(), max=bufsize, peek=bool(flags & 2))

    def recv_into(self, buffer, nbytes=0, flags=0):
        view = memoryview(buffer).cast("B")
        data = self.recv(nbytes or len(view), flags)
        view[:len(data)] = data
        return len(data)

    def recvfrom(self, bufsize, flags=0):
        return self.recv(bufsize, flags), None

    def send(self, data, flags=0, /):
        if isinstance(data, str):
            raise TypeError("a bytes-like object is required, not 'str'")
        piece = bytes(memoryview(data).cast("B")[:CHUNK])
        return int(ask("send", self._timeout, data=_atelier.bytes(piece), fd=self._open()))

    def sendall(self, data, flags=0, /):
        if isinstance(data, str):
            raise TypeError("a bytes-like object is required, not 'str'")
        view = memoryview(data).cast("B")
        while len(view):
            view = view[self.send(view):]

    def shutdown(self, how):
        ask("shutdown", fd=self._open(), how=how)

    def close(self):
        self._closed = True
        if self._files <= 0:
            self._close()

    def _close(self):
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            Run.fds.discard(fd)
            ask("close", fd=fd)

    def detach(self):
        fd, self._fd = self._fd, -1
        return fd

    def settimeout(self, value):
        self._timeout = seconds(value)

    def gettimeout(self):
        return self._timeout

    timeout = property(gettimeout)

    def setblocking(self, flag):
        self._timeout = None if flag else 0.0

    def getblocking(self):
        return self._timeout != 0

    def setsockopt(self, *_):
        self._open()

    def getsockopt(self, *_):
        self._open()
        return 0

    def getsockname(self):
        self._open()
        return self._ours or ("0.0.0.0", 0)

    def getpeername(self):
        self._open()
        if self._peer is None:
            raise error(107)
        return self._peer

    def makefile(self, mode="r", buffering=None, *, encoding=None, errors=None, newline=None):
        if not set(mode) <= {"r", "w", "b"}:
            raise ValueError(f"invalid mode {mode!r} (only r, w, b allowed)")
        reads, writes = "r" in mode or "w" not in mode, "w" in mode
        raw = Raw(self, reads, writes)
        self._files += 1
        size = io.DEFAULT_BUFFER_SIZE if buffering in (None, -1) else buffering
        if size == 0:
            return raw
        if reads and writes:
            buffer = io.BufferedRWPair(raw, raw, size)
        else:
            buffer = io.BufferedReader(raw, size) if reads else io.BufferedWriter(raw, size)
        if "b" in mode:
            return buffer
        return io.TextIOWrapper(buffer, encoding or "utf-8", errors, newline)


class Raw(io.RawIOBase):
    """A socket as a file."""

    def __init__(self, of, reads, writes):
        super().__init__()
        self.of, self.reads, self.writes = of, reads, writes

    def readable(self):
        return self.reads

    def writable(self):
        return self.writes

    def readinto(self, buffer):
        return self.of.recv_into(buffer)

    def write(self, data):
        return self.of.send(data)

    def close(self):
        if not self.closed:
            super().close()
            self.of._files -= 1
            if self.of._closed and self.of._files <= 0:
                self.of._close()


def gethostname():
    return "atelier-" + Run.machine["address"].replace(".", "-")


def gethostbyname(name):
    return number_of(name)


def gethostbyname_ex(name):
    return name, [], [number_of(name)]


def getfqdn(name=""):
    return name or gethostname()


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    return [(AF_INET, SOCK_STREAM, 6, "", (number_of(host or "localhost"), int(port or 0)))]


def create_connection(address, timeout=..., source_address=None, *, all_errors=False):
    new = socket()
    try:
        if timeout is not ...:
            new.settimeout(timeout)
        if source_address:
            new.bind(source_address)
        new.connect(address)
        return new
    except BaseException:
        new.close()
        raise


def create_server(address, *, family=AF_INET, backlog=None, reuse_port=False, dualstack_ipv6=False):
    new = socket(family)
    try:
        new.bind(address)
        new.listen(128 if backlog is None else backlog)
        return new
    except BaseException:
        new.close()
        raise


def setdefaulttimeout(value):
    global default_timeout
    default_timeout = seconds(value)


def getdefaulttimeout():
    return default_timeout


def has_dualstack_ipv6():
    return False


def inet_aton(text):
    return bytes(int(part) for part in number_of(text).split("."))


def inet_ntoa(packed):
    return ".".join(str(byte) for byte in packed)


def numbers(readers):
    found = {}
    for one in readers:
        found[one if isinstance(one, int) else one.fileno()] = one
    if any(fd < 0 for fd in found):
        raise ValueError("file descriptor cannot be a negative integer (-1)")
    return found


def select(rlist, wlist, xlist, timeout=None, /):
    reads, writes = numbers(rlist), numbers(wlist)
    if not reads and not writes:
        if timeout is None:
            ask("sleep", timeout=1e9)
        sleep(timeout)
        return [], [], []
    try:
        ready = ask("select", timeout, read=list(reads), write=list(writes)).decode()
    except (TimeoutError, BlockingIOError):
        return [], [], []
    can_read, can_write = ready.split(" ")
    each = lambda text, known: [known[int(fd)] for fd in text.split(",") if fd]
    return each(can_read, reads), each(can_write, writes), []


# Threads.


def until(ready, timeout=-1):
    """Waits until a condition holds that another thread brings about; false if the time is over."""
    end = None if timeout is None or timeout < 0 else time.monotonic() + timeout
    while not ready():
        left = None if end is None else end - time.monotonic()
        if left is not None and left <= 0:
            return False
        if not Threads.running:
            # Nobody can bring it about: as CPython, this waits all the same.
            sleep(1e9 if left is None else left)
            continue
        sys.stdout.flush()
        switch(_atelier.change(-1 if left is None else left * 1000))
        if Threads.stopped and Threads.current == 0:
            Threads.stopped = False
            raise KeyboardInterrupt
    return True


def changed():
    if Threads.running:
        _atelier.changed()


class Lock:
    """A lock, as CPython's."""

    def __init__(self):
        self._held = False

    def acquire(self, blocking=True, timeout=-1):
        if not blocking and timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        if self._held and not (blocking and until(lambda: not self._held, timeout)):
            return False
        self._held = True
        return True

    def release(self):
        if not self._held:
            raise RuntimeError("release unlocked lock")
        self._held = False
        changed()

    def locked(self):
        return self._held

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self.release()

    def _at_fork_reinit(self):
        self._held = False


class Handle:
    """How a thread is known to `threading`."""

    def __init__(self):
        self.ident, self._done = None, False

    def is_done(self):
        return self._done

    def _set_done(self):
        self._done = True
        changed()

    def join(self, timeout=-1):
        until(self.is_done, timeout)


class Plain:
    """In place of a context, whose change CPython expects to be the thread's own."""

    def run(self, function):
        return function()


def get_ident():
    return MAIN + Threads.current


def start_joinable(function, handle=None, daemon=True):
    if not can_run_sync():
        raise RuntimeError(Run.says["no-threads"])
    if len(Threads.taken) >= Threads.MOST:
        raise RuntimeError("can't start new thread")
    lane = next(n for n in range(1, Threads.MOST + 1) if n not in Threads.taken)
    Threads.taken.add(lane)
    Threads.running = True
    handle = Handle() if handle is None else handle
    handle.ident = MAIN + lane
    run = Threads.run

    def begin():
        if Threads.run != run:
            return
        Threads.current = lane
        try:
            function()
        except BaseException:
            pass
        if Threads.run == run:
            Threads.taken.discard(lane)
            handle._set_done()

    _atelier.spawn(begin)
    return handle


def start_new(function, args=(), kwargs={}, /):
    def body():
        try:
            function(*args, **kwargs)
        except BaseException as trouble:
            of_thread(types.SimpleNamespace(exc_type=type(trouble), exc_value=trouble, thread=None))

    return start_joinable(body).ident


start_of_threading = threading.Thread.start


def start(self):
    if self._initialized and self._context is None:
        self._context = Plain()
    start_of_threading(self)


def of_thread(args, /):
    """Tells of the error that has ended a thread."""
    if issubclass(args.exc_type, (SystemExit, Gone)) or args.exc_value is None:
        return
    told = traceback.TracebackException(args.exc_type, args.exc_value, args.exc_value.__traceback__)
    own_frames(told)
    name = args.thread.name if args.thread else get_ident()
    sys.stderr.write(f"Exception in thread {name}:\n" + "".join(told.format()))
    sys.stderr.flush()


def stop():
    """The page asks the program to stop, while its main thread waits for another one."""
    Threads.stopped = True
    changed()


def join_all():
    """Waits for the threads that are no daemons, as at the end of CPython."""
    for one in threading.enumerate():
        if one is not threading.main_thread() and not one.daemon:
            one.join()


def install():
    """Puts the workshop's network in the place of Pyodide's, which leads nowhere."""
    constants = {
        "AF_INET": AF_INET, "AF_INET6": 10, "AF_UNSPEC": 0, "SOCK_STREAM": SOCK_STREAM, "SOCK_DGRAM": 2,
        "SOL_SOCKET": 1, "SO_REUSEADDR": 2, "SO_KEEPALIVE": 9, "SO_RCVBUF": 8, "SO_SNDBUF": 7,
        "SO_REUSEPORT": 15, "SO_ERROR": 4, "IPPROTO_TCP": 6, "IPPROTO_IP": 0, "TCP_NODELAY": 1,
        "SHUT_RD": 0, "SHUT_WR": 1, "SHUT_RDWR": 2, "SOMAXCONN": 4096, "MSG_PEEK": 2, "INADDR_ANY": 0,
        "has_ipv6": False,
    }
    there = [
        socket, gaierror, herror, gethostname, gethostbyname, gethostbyname_ex, getfqdn, getaddrinfo,
        create_connection, create_server, setdefaulttimeout, getdefaulttimeout, inet_aton, inet_ntoa,
        has_dualstack_ipv6,
    ]
    network = types.ModuleType("socket", "The workshop's network.")
    for name, value in constants.items():
        setattr(network, name, value)
    for one in there:
        setattr(network, one.__name__, one)
        if isinstance(one, type):
            one.__module__ = "socket"
    network.error, network.timeout, network.SocketType = OSError, TimeoutError, socket
    network.htons = network.ntohs = lambda x: (x & 255) << 8 | x >> 8
    network.__all__ = [name for name in vars(network) if not name.startswith("_")]
    chooser = types.ModuleType("select", "The workshop's select.")
    chooser.select, chooser.error = select, OSError
    for name in ("selectors", "socketserver", "http.client", "http.server", "urllib.request", "ssl"):
        sys.modules.pop(name, None)
    sys.modules["socket"], sys.modules["select"] = network, chooser
    import errno
    for name, number in NUMBERS.items():
        setattr(errno, name, number)
        errno.errorcode[number] = name
    time.sleep = sleep
    builtins.input = atelier_input
    threading.Thread.start, threading._start_joinable_thread = start, start_joinable
    threading._ThreadHandle, threading.get_ident = Handle, get_ident
    threading.Lock = threading._allocate_lock = Lock
    threading.RLock, threading.excepthook = threading._PyRLock, of_thread
    threading._active_limbo_lock = threading.RLock()
    _thread.allocate_lock, _thread.get_ident, _thread.start_new_thread = Lock, get_ident, start_new
    sys.stdout, sys.stderr, sys.stdin = Screen("out"), Screen("err"), Keyboard()


def own_frames(told):
    """Takes this file's frames out of a traceback, and those of what it was reached by."""
    seen = set()
    while told is not None and id(told) not in seen:
        seen.add(id(told))
        kept = [frame for frame in told.stack if frame.filename != HERE and frame.filename != threading.__file__]
        told.stack = traceback.StackSummary.from_list(kept)
        if told.__cause__ is not None:
            own_frames(told.__cause__)
        told = told.__context__


def run(name, source, machine, says):
    """Runs a program from its beginning; returns how it ended, as JSON."""
    Run.seq, Run.machine, Run.says, Run.fds = 0, json.loads(machine), json.loads(says), set()
    Run.printed, Run.name, fault = "", name, None
    Threads.run += 1
    Threads.running, Threads.current, Threads.stopped = False, 0, False
    Threads.taken = set()
    for ident in [ident for ident in threading._active if ident != MAIN]:
        del threading._active[ident]
    setdefaulttimeout(None)
    linecache.cache[name] = len(source), None, source.splitlines(True), name
    module = types.ModuleType("__main__")
    module.__file__ = name
    sys.modules["__main__"] = module
    sys.argv = [name]
    random = sys.modules.get("random")
    if random is not None:
        random.seed()
    ended = {"how": "done", "status": 0}

    def tell(trouble):
        nonlocal fault
        told = traceback.TracebackException(type(trouble), trouble, trouble.__traceback__)
        own_frames(told)
        sys.stderr.write("".join(told.format()))
        sys.stderr.flush()
        lines = [frame.lineno for frame in told.stack if frame.filename == name]
        if isinstance(trouble, SyntaxError) and trouble.filename == name:
            lines = [trouble.lineno]
        stopped = isinstance(trouble, KeyboardInterrupt)
        if not stopped:
            at = lines[-1] if lines else None
            text = linecache.getline(name, at).strip() if at else ""
            fault = {"error": f"{type(trouble).__name__}: {trouble}"[:200],
                     "place": {"file": name, "line": at, "text": text[:200]} if at else None}
        trouble.__traceback__ = None
        return {"how": "stopped" if stopped else "error", "line": lines[-1] if lines else None,
                "error": type(trouble).__name__, "status": None if stopped else 1}

    try:
        try:
            exec(compile(source, name, "exec", dont_inherit=True), module.__dict__)
        except SystemExit as wanted:
            if wanted.code not in (None, 0) and not isinstance(wanted.code, int):
                print(wanted.code, file=sys.stderr)
                ended["status"] = 1
            else:
                ended["status"] = (wanted.code or 0) & 255
        except (Gone, KeyboardInterrupt):
            raise
        except BaseException as trouble:
            ended = tell(trouble)
        join_all()
    except Gone:
        ended = {"how": "gone"}
    except BaseException as trouble:
        ended = tell(trouble)
    Threads.run += 1
    try:
        module.__dict__.clear()
        sys.stdout.flush()
        sys.stderr.flush()
        ask("exit", fault=fault)
    except BaseException:
        pass
    return json.dumps(ended)


MAIN = threading.get_ident()
install()
