"""Drives the Windows program under wine: the text port, the page, the journal, the commands.

    program.py EXE FOLDER    FOLDER has wine's prefix, this folder's programs and the installer

Each test prints a line; the last one is of the form of cargo's `test result:`.
"""

import asyncio
import json
import re
import signal
import socket
import shutil
import ssl
import subprocess
import sys
import time
import traceback
import urllib.request
from pathlib import Path

import websockets

EXE, WORK = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
# Until a program under wine has done what it was asked, on a machine that does much else.
PATIENCE = 60
# Wine's server kills a program whose threads take more than a second to end, on a machine that does much
# else: its status is then not to be had, and what it printed has to do.
KILLED_AT_ITS_END = -signal.SIGKILL
TESTS = []


def test(function):
    TESTS.append(function)
    return function


def windows(path):
    """A path of this system as wine's programs see it."""
    return "Z:" + str(path).replace("/", "\\")


def run(*arguments, typed="", status=0):
    """Runs a command to its end. Returns what it printed."""
    done = subprocess.run(
        ["wine", EXE, *arguments],
        input=typed.encode(),
        capture_output=True,
        timeout=PATIENCE,
        cwd=WORK,
    )
    printed = done.stdout.decode()
    said = f"{arguments}: status {done.returncode}\n{printed}\n{done.stderr.decode()}"
    assert done.returncode in (status, KILLED_AT_ITS_END), f"expected status {status}; {said}"
    return printed + done.stderr.decode()


def document(printed):
    """The JSON document with which this begins; what standard error said follows it."""
    return json.JSONDecoder().raw_decode(printed)[0]


class Server:
    """A server with a journal in a folder of its own, on free ports."""

    def __init__(self, name, *more):
        self.folder = WORK / name
        listens = ["--listen", "127.0.0.1:0", "--web", "127.0.0.1:0", "--no-mdns"]
        self.process = subprocess.Popen(
            ["wine", EXE, "serve", *listens, "--data", windows(self.folder), "--json", *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=WORK,
        )
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"no server: {self.process.stderr.read().decode()}")
        self.said = json.loads(line)
        self.address = self.said["text"][0]
        self.page = f"http://{self.said['web'][0]}/"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=PATIENCE)


class Player:
    """A client of the text port."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=PATIENCE)
        self.lines = self.socket.makefile("r", encoding="utf-8", newline="\n")
        self.greeting = self.lines.readline()
        assert self.greeting.startswith("Bonjour"), self.greeting

    def ask(self, message):
        self.socket.sendall(f"{message}\n".encode())
        return self.lines.readline().strip()

    def win(self):
        low, high = 1, 100
        while low <= high:
            guess = (low + high) // 2
            answer = self.ask(guess)
            if "petit" in answer:
                low = guess + 1
            elif "grand" in answer:
                high = guess - 1
            else:
                return answer
        raise AssertionError("no number is left")


@test
def the_command_line_is_french_and_completes_in_powershell():
    assert "Utilisation" in run("--help")
    assert "Register-ArgumentCompleter" in run("completions", "powershell")
    assert "127.0.0.1" in run("net", "me")
    assert "127.0.0.1" in run("net", "resolve", "localhost")
    assert "ICMP" in run("net", "ping", "127.0.0.1", "--count", "1")


@test
def a_game_a_page_a_crash_and_the_game_goes_on():
    with Server("données") as server:
        player = Player(server.address)
        code = player.ask("NOM Zoé").rsplit(" ", 1)[1]
        assert "Zoé" in player.ask("NOM Zoé"), "the name"
        first = player.ask("50")
        page = urllib.request.urlopen(server.page, timeout=PATIENCE).read().decode()
        assert "<html" in page and "juste prix" in page.lower(), page[:300]
        # Many lines in one send, and more after a short read.
        player.socket.sendall(b"AIDE\n" * 40)
        helped = [player.lines.readline() for _ in range(40)]
        assert all(helped), helped
        assert "petit" in player.ask("1") or "Gagn" in first
        printed = run("serve", "--listen", server.address, "--data", "memory", status=1)
        assert "un autre programme" in printed, printed
        listens = ["--listen", "127.0.0.1:0", "--web", "off", "--no-mdns"]
        printed = run("serve", *listens, "--data", windows(server.folder), status=1)
        assert "utilise déjà ce dossier" in printed, printed
        server.kill()
    with Server("données") as server:
        player = Player(server.address)
        resumed = player.ask(f"REPRENDRE {code}")
        assert "Zoé" in resumed, resumed
        won = player.win()
        assert won.startswith("Gagn"), won
        assert "Vérifié" in run("verify", typed=player.ask("PREUVE") + "\n")
        bot = run("bot", server.address, "--games", "2", "--json")
        assert json.loads(bot), bot
        load = run("load", server.address, "--connections", "20", "--seconds", "1", "--json")
        assert json.loads(load), load
        played = run("play", server.address, typed="".join(f"{n}\n" for n in range(1, 101)))
        assert "Gagn" in played or "ravo" in played, played
        server.kill()
    folder = windows(WORK / "données")
    exported = run("export", "--data", folder)
    assert "Zoé" in exported, exported
    shutil.rmtree(WORK / "copie", ignore_errors=True)
    run("journal", "copy", folder, windows(WORK / "copie"))
    assert "Zoé" in run("forget", "--data", folder, "--player", "Zoé", "--yes")
    exported = run("export", "--data", folder)
    assert "Zoé" not in exported and "anonyme" in exported, exported
    run("forget", "--data", folder, "--yes")
    assert "Rien à effacer" in run("forget", "--data", folder, "--yes")
    # The default folder stays on the machine.
    assert r"AppData\Local\juste-prix" in run("export", status=1)


@test
def a_relay_shows_both_directions():
    with Server("relais") as server:
        relay = subprocess.Popen(
            ["wine", EXE, "tap", "127.0.0.1:0", server.address, "--json", "--pcap", "relais.pcapng"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=WORK,
        )
        try:
            listening = json.loads(relay.stdout.readline())
            player = Player(listening["addresses"][0])
            answer = player.ask("50")
            assert answer, "no answer came through the relay"
            seen = ""
            until = time.monotonic() + PATIENCE
            while answer not in seen and time.monotonic() < until:
                seen += relay.stdout.readline().decode()
            assert answer in seen, seen
        finally:
            relay.kill()
            relay.communicate(timeout=PATIENCE)
        captured = (WORK / "relais.pcapng").read_bytes()
        assert captured.startswith(b"\x0a\x0d\x0d\x0a") and answer.encode() in captured, len(captured)


def chat(*arguments):
    """One side of the lesson's dialogue."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.Popen(["wine", EXE, "chat", *arguments], cwd=WORK, **pipes)


@test
def the_dialogue_of_the_lesson_takes_turns():
    waiting = chat("serve", "--listen", "127.0.0.1:0")
    try:
        address = waiting.stdout.readline().decode().rsplit(" ", 1)[1].strip()
        host, port = address.rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=PATIENCE) as client:
            waiting.stdin.write("été\n".encode())
            waiting.stdin.flush()
            assert client.recv(100) == "été".encode()
            client.sendall("reçu".encode())
            waiting.stdin.write(b"FIN\n")
            waiting.stdin.flush()
            assert client.recv(100) == b"FIN"
        said = waiting.communicate(timeout=PATIENCE)[0].decode()
        assert "reçu" in said, said
    finally:
        waiting.kill()


@test
def the_dialogue_s_other_side_listens_first():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE)
        joined = chat("join", f"127.0.0.1:{server.getsockname()[1]}")
        try:
            client = server.accept()[0]
            with client:
                client.settimeout(PATIENCE)
                client.sendall("été".encode())
                joined.stdin.write("reçu\n".encode())
                joined.stdin.flush()
                assert client.recv(100) == "reçu".encode()
                client.sendall(b"FIN")
            said = joined.communicate(timeout=PATIENCE)[0].decode()
            assert "été" in said, said
        finally:
            joined.kill()


@test
def a_server_somewhere_else_is_examined_by_its_address():
    pupil = Path(__file__).resolve().parent.parent / "python/pupil_server.py"
    server = subprocess.Popen([sys.executable, pupil], stdout=subprocess.PIPE)
    try:
        address = f"127.0.0.1:{server.stdout.readline().decode().strip()}"
        only = [word for check in ["answers", "game", "word"] for word in ("--only", check)]
        check_report(document(run("check", "server", "--json", *only, address)), set())
    finally:
        server.kill()
        server.communicate(timeout=PATIENCE)


@test
def a_client_started_by_hand_is_examined():
    waiting = subprocess.Popen(
        ["wine", EXE, "check", "client", "--json", "--listen", "127.0.0.1:0", "--only", "number", "--only", "turn"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=WORK,
    )
    try:
        said = ""
        while not (found := re.search(r"127\.0\.0\.1:([1-9][0-9]*)", said)):
            line = waiting.stderr.readline().decode()
            assert line, f"no address in {said!r}"
            said += line
        with socket.create_connection(("127.0.0.1", int(found[1])), timeout=PATIENCE) as client:
            low, high, answer = 1, 100, client.recv(1000).decode()
            while answer and "Gagn" not in answer and low <= high:
                guess = (low + high) // 2
                client.sendall(str(guess).encode())
                answer = client.recv(1000).decode()
                if "petit" in answer:
                    low = guess + 1
                else:
                    high = guess - 1
        report = json.loads(waiting.communicate(timeout=PATIENCE)[0])
        found = {it["id"]: it["verdict"] for it in report["checks"]}
        assert found["number"] == "passed" and "failed" not in found.values(), report
    finally:
        waiting.kill()


@test
def a_bot_plays_by_tls_and_a_stranger_s_certificate_is_refused():
    def openssl(arguments):
        subprocess.run(["openssl", *arguments.split()], cwd=WORK, check=True, capture_output=True)

    openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=School")
    openssl("req -newkey rsa:2048 -nodes -keyout key.pem -out asked.pem -subj /CN=x")
    (WORK / "names").write_text("subjectAltName=IP:127.0.0.1")
    openssl("x509 -req -in asked.pem -CA ca.pem -CAkey ca.key -days 2 -extfile names -out cert.pem")
    files = ["--tls-cert", "cert.pem", "--tls-key", "key.pem"]
    with Server("tls", *files, "--tls-listen", "127.0.0.1:0") as server:
        address = server.said["tls"][0]
        trusting = ["--tls", "--tls-ca", "ca.pem", "--json"]
        assert document(run("bot", address, *trusting))["won"] == 1
        assert "autorité" in run("bot", address, "--tls", status=1)
        page = f"https://{server.said['web'][0]}/"
        context = ssl.create_default_context(cafile=WORK / "ca.pem")
        page = urllib.request.urlopen(page, context=context, timeout=PATIENCE).read()
        assert b"<html" in page, page[:300]
        asyncio.run(play_by_websocket(f"wss://{server.said['web'][0]}/ws/text", context))


async def play_by_websocket(address, context):
    async with websockets.connect(address, ssl=context, open_timeout=PATIENCE) as socket:
        greeting = await socket.recv()
        assert greeting.startswith("Bonjour"), greeting
        await socket.send("50")
        answer = await socket.recv()
        assert answer.startswith(("Trop petit", "Trop grand", "Gagné")), answer


def examine(what, checks, *command, status=0):
    """The report of a program that is started and examined."""
    only = [word for check in checks for word in ("--only", check)]
    return document(run("check", what, "--json", *only, "--", *command, status=status))


@test
def a_server_written_in_c_is_examined():
    checks = ["starts", "answers", "game", "reach", "two", "sends"]
    report = examine("server", checks, "server.exe", "{port}", status=1)
    # It listens on 127.0.0.1 only, and serves one client after the other.
    check_report(report, {"reach", "two"})


@test
def a_faulty_server_written_in_c_fails():
    report = examine("server", ["word"], "server.exe", "{port}", "faulty", status=1)
    failed = [it["id"] for it in report["checks"] if it["verdict"] == "failed"]
    assert failed, report


@test
def a_client_written_in_c_is_examined():
    checks = ["connects", "turn", "number", "fin", "close"]
    check_report(examine("client", checks, "client.exe", "{host}", "{port}"), set())


def check_report(report, expected):
    found = {it["id"]: it for it in report["checks"] if it["verdict"] == "failed"}
    assert set(found) == expected, json.dumps(found, ensure_ascii=False, indent=1)
    passed = sum(it["verdict"] == "passed" for it in report["checks"])
    assert passed >= 3, json.dumps(report, ensure_ascii=False, indent=1)


def wine(*arguments):
    """Runs a program of Windows that must succeed. Returns what it printed, with this system's line ends."""
    done = subprocess.run(["wine", *arguments], capture_output=True, timeout=PATIENCE, cwd=WORK)
    printed = done.stdout.decode().replace("\r\n", "\n")
    said = f"{arguments}: expected status 0, got {done.returncode}\n{printed}"
    assert done.returncode in (0, KILLED_AT_ITS_END), said
    return printed


def installed(disk):
    """All that has the program's name in wine's disk, but what it keeps of games."""
    found = [path for path in disk.rglob("*") if "juste" in str(path.relative_to(disk)).lower()]
    found = [path.relative_to(disk).as_posix() for path in found]
    return {path for path in found if "AppData/Local/juste-prix" not in path}


def install(disk, options, folder, menu, registry):
    """Installs, starts the shortcut's program, installs again, and removes it."""
    key = registry + r"\Software\Microsoft\Windows\CurrentVersion\Uninstall\juste-prix"
    asked = disk / "netsh.txt"
    asked.unlink(missing_ok=True)
    wine("juste-prix-setup.exe", "/S", *options)
    seen = installed(disk)
    names = ["juste-prix.exe", "Le juste prix.cmd", "LICENSE.txt", "docs/carnet.ipynb", "uninstall.exe"]
    expected = {f"{folder}/{name}" for name in names} | {f"{menu}/Le juste prix.lnk"}
    assert expected <= seen, f"not installed: {expected - seen}; there: {seen}"
    inside = "C:\\" + folder.replace("/", "\\")
    assert f'    UninstallString    REG_SZ    "{inside}\\uninstall.exe"\n' in wine("reg", "query", key), key
    rules = asked.read_text().splitlines() if asked.exists() else []
    if registry == "HKLM":
        assert "add rule" in rules[-1] and f'program="{inside}\\juste-prix.exe"' in rules[-1], rules
    else:
        assert not rules, f"a rule was asked for without rights: {rules}"

    serve = ["--listen", "127.0.0.1:0", "--web", "127.0.0.1:0", "--no-mdns", "--data", "memory", "--json"]
    command = ["wine", "cmd", "/c", f"{inside}\\Le juste prix.cmd", *serve]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    shortcut = subprocess.Popen(command, cwd=WORK, **pipes)
    try:
        said = shortcut.stdout.readline()
        page = f"http://{json.loads(said)['web'][0]}/"
        assert b"<html" in urllib.request.urlopen(page, timeout=PATIENCE).read(), page
        # A program that runs can't be replaced; all stays as it was.
        again = subprocess.run(["wine", "juste-prix-setup.exe", "/S", *options], timeout=PATIENCE, cwd=WORK)
        assert again.returncode != 0, "it was installed over a program that runs"
        assert installed(disk) == seen, f"expected {seen}, got {installed(disk)}"
    finally:
        wine("taskkill", "/f", "/im", "juste-prix.exe")
        shortcut.kill()
        shortcut.communicate(timeout=PATIENCE)

    mine = disk / folder / "docs/mine.txt"
    mine.write_text("a person's own")
    wine("juste-prix-setup.exe", "/S", *options)
    wine(f"{inside}\\uninstall.exe", "/S")
    # It goes on from a copy of itself.
    until = time.monotonic() + PATIENCE
    rest = {folder, f"{folder}/docs", f"{folder}/docs/mine.txt"}
    while installed(disk) != rest and time.monotonic() < until:
        time.sleep(0.1)
    assert installed(disk) == rest, f"left, with a file that is a person's own: {installed(disk)}"
    shutil.rmtree(disk / folder)
    left = subprocess.run(["wine", "reg", "query", key], capture_output=True, timeout=PATIENCE)
    assert left.returncode != 0, left.stdout
    if registry == "HKLM":
        rules = asked.read_text().splitlines()
        assert "delete rule" in rules[-1], rules


@test
def the_installer_serves_everybody_or_one_person_and_can_be_removed():
    disk = WORK / "prefix/drive_c"
    assert installed(disk) == set(), f"left by a run that failed; remove {WORK}: {installed(disk)}"
    menu = "Microsoft/Windows/Start Menu/Programs"
    install(disk, [], "Program Files/juste-prix", f"ProgramData/{menu}", "HKLM")
    home = next((disk / "users").glob("*/AppData/Local")).parent.relative_to(disk).as_posix()
    install(disk, ["/currentuser"], f"{home}/Local/Programs/juste-prix", f"{home}/Roaming/{menu}", "HKCU")


@test
def nothing_of_an_examined_program_is_left():
    left = subprocess.run(["pgrep", "-a", "-f", "(server|client)[.]exe"], capture_output=True)
    ours = [line for line in left.stdout.decode().splitlines() if "program.py" not in line]
    assert not ours, ours


def main():
    passed = failed = 0
    wanted = sys.argv[3:]
    for function in TESTS:
        if wanted and not any(word in function.__name__ for word in wanted):
            continue
        began = time.monotonic()
        try:
            function()
            passed += 1
            print(f"ok {function.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception:
            failed += 1
            print(f"FAILED {function.__name__}", flush=True)
            traceback.print_exc(file=sys.stdout)
    word = "FAILED" if failed else "ok"
    print(f"test result: {word}. {passed} passed; {failed} failed; 0 ignored", flush=True)
    sys.exit(failed > 0)


main()
