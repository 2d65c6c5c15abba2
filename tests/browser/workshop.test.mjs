// The workshop: the lesson's two programs, unmodified, and others, each in a Python of its own in the
// page, on an origin that is no secure context. What browsers differ in is tested in each.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { Desk, SimulatedPage } from "./programs.mjs";
import { BROKEN, Browser, PATIENCE, PHONE, PROJECTOR, SCHOOL, Server, inEachBrowser, once, picture, pictures, violations } from "./world.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const skip = !fs.existsSync(path.join(root, "crates/server/python/VERSION")) && "scripts/python-page was not run";
const LESSON = {
  server: fs.readFileSync(path.join(root, "tests/python/lesson_server.py"), "utf8"),
  client: fs.readFileSync(path.join(root, "tests/python/lesson_client.py"), "utf8"),
};
const LAPTOP = { width: 1366, height: 768 };

/** The network between the browsers and the server, which a test can break. */
const cables = new Set();
const breakLine = () => cables.forEach((cable) => cable.destroy());

/** The port of a relay to this one. */
function line(port) {
  const relay = net.createServer((near) => {
    const far = net.connect(port, "127.0.0.1");
    for (const [one, other] of [[near, far], [far, near]]) {
      cables.add(one);
      one.on("error", () => {});
      one.on("close", () => { cables.delete(one); other.destroy(); });
    }
    near.pipe(far).pipe(near);
  });
  relay.unref();
  return new Promise((resolve) => relay.listen(0, "127.0.0.1", () => resolve(relay.address().port)));
}

let server;
let browser;
let base;
/** Two browsers whose Python is ready: loading it takes longest. */
let lea;
let tom;
before(async () => {
  server = await Server.start(["--room", "CLASSE=course"]);
  base = `http://${SCHOOL}:${await line(Number(server.web.split(":")[1]))}`;
  browser = await Browser.start();
  if (skip) return;
  [lea, tom] = await Promise.all([workshop(), workshop({ panes: 1, viewport: PHONE })]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
  assert.deepEqual(browser?.complaints, [], "what the pages complained about, CSP violations included");
});

/** A page whose Python is ready, in as many panes as wanted. */
async function workshop({ panes = 2, ...options } = {}) {
  const page = await browser.open(`${base}/atelier`, { viewport: LAPTOP, expected: [/Cross-Origin-Opener-Policy header has been ignored/, /WebSocket|Failed to load|NetworkError/, BROKEN], ...options });
  for (let pane = 0; pane < panes; pane += 1) {
    await page.locator(".pane").nth(pane).locator("button.main:enabled").waitFor();
  }
  return page;
}

const says = (page, pane) => page.locator(".pane").nth(pane).locator(".says").textContent();
const console_ = (page, pane) => page.locator(".pane").nth(pane).locator(".console").textContent();

async function until(page, pane, part, pattern) {
  try {
    await page.waitForFunction(([pane, part, source]) => new RegExp(source, "s").test(document.querySelectorAll(".pane")[pane].querySelector(part).textContent),
      [pane, part, pattern.source], { timeout: PATIENCE });
  } catch {
    const shown = await page.locator(".pane").nth(pane).innerText();
    throw new Error(`pane ${pane + 1}, ${part}: expected ${pattern}; it shows:\n${shown}`);
  }
}

const prints = (page, pane, pattern) => until(page, pane, ".console", pattern);
const waits = (page, pane, pattern) => until(page, pane, ".says", pattern);

async function write(page, pane, source) {
  await page.locator(".pane").nth(pane).locator("textarea").fill(source);
}

async function run(page, pane, source) {
  if (source !== undefined) await write(page, pane, source);
  await page.locator(".pane").nth(pane).locator("button.main").click();
}

async function type(page, pane, line) {
  await page.locator(`#typing-${pane}`).fill(line);
  await page.locator(`#typing-${pane}`).press("Enter");
}

const stop = (page, pane) => page.locator(".pane").nth(pane).locator("button.danger").click();

/** A real Python; resolves with what it printed. */
function python(source) {
  return new Promise((resolve) => {
    const child = spawn("python3", ["-c", source], { timeout: PATIENCE });
    let heard = "";
    child.stdout.on("data", (text) => { heard += text; });
    child.stderr.on("data", (text) => { heard += text; });
    child.on("exit", () => resolve(heard));
  });
}

inEachBrowser("the lesson's two programs, unmodified, chat side by side, and FIN ends it", { skip }, async () => {
  const page = lea;
  assert.equal(await page.evaluate(() => isSecureContext), false, "as in a school");
  await run(page, 0, LESSON.server);
  await prints(page, 0, /Serveur prêt/);
  await waits(page, 0, /accept\(\).*personne ne s’est encore connecté/);
  await run(page, 1, LESSON.client);
  await prints(page, 0, /Client connecté. :.*127\.0\.0\.1/);
  await waits(page, 0, /input\(\)/);
  await waits(page, 1, /recv\(\).*programme 1/);
  await type(page, 0, "Bonjour, ça va ?");
  await prints(page, 1, /serveur > +Bonjour, ça va \?/);
  await type(page, 1, "Très bien");
  await prints(page, 0, /client > +Très bien/);
  await picture(page, "atelier-chat");
  await type(page, 0, "fin");
  await prints(page, 1, /Connexion terminée/);
  await waits(page, 1, /fini/);
  await type(page, 0, "T");
  await waits(page, 0, /fini/);
  assert.match(await page.locator(".pane .wire").nth(1).textContent(), /reçu, 17 octets.*b'Bonjour, \\xc3\\xa7a va \?'.*Bonjour, ça va \?/);
});

/** A server of the game for one player, and a client that finds the number: what a pupil writes. */
const GAME_SERVER = (ip) => `
import random
from socket import *
service = socket(AF_INET, SOCK_STREAM)
service.bind((${JSON.stringify(ip)}, 50007))
service.listen()
print("prêt")
joueur, adresse = service.accept()
nombre = random.randint(1, 100)
joueur.send("Propose un nombre entre 1 et 100".encode())
while True:
    essai = int(joueur.recv(1024).decode())
    if essai == nombre:
        joueur.send("Gagné".encode())
        break
    joueur.send(("Trop petit" if essai < nombre else "Trop grand").encode())
joueur.close()
print("trouvé :", nombre)
`;
const GAME_CLIENT = (address, port = 50007) => `
from socket import *
c = socket(AF_INET, SOCK_STREAM)
c.connect((${JSON.stringify(address)}, ${port}))
print(c.recv(1024).decode())
bas, haut = 1, 100
while True:
    essai = (bas + haut) // 2
    c.send(str(essai).encode())
    reponse = c.recv(1024).decode()
    print(essai, reponse)
    if reponse.startswith("Gagné"):
        break
    if reponse.startswith("Trop petit"):
        bas = essai + 1
    else:
        haut = essai - 1
c.close()
`;

inEachBrowser("a whole game from one browser to another, from real Python, and with the server's own game", { skip }, async () => {
  const address = (await lea.textContent("#machine")).match(/198\.18\.\d+\.\d+/)[0];
  assert.notEqual(address, (await tom.textContent("#machine")).match(/198\.18\.\d+\.\d+/)[0], "each browser has an address of its own");
  await run(lea, 0, GAME_SERVER(""));
  await waits(lea, 0, /accept/);
  await run(tom, 0, GAME_CLIENT(address));
  await prints(tom, 0, /Propose un nombre.*Gagné/);
  await prints(lea, 0, /trouvé : \d+/);
  await waits(lea, 0, /fini/);
  // A real program, at the port that the page shows.
  await run(lea, 0, GAME_SERVER(""));
  await until(lea, 0, ".wire", /port \d+/);
  const port = (await lea.locator(".pane .wire").first().textContent()).match(/un vrai programme.*port (\d+)/)[1];
  assert.match(await python(GAME_CLIENT("127.0.0.1", port)), /Gagné/);
  await prints(lea, 0, /trouvé/);
  // The game of this server, by its text port.
  const [, host, game] = (await tom.textContent("#machine")).match(/adresse ([\d.]+), port (\d+)\.$/);
  await run(tom, 0, GAME_CLIENT(host, game));
  await prints(tom, 0, /Gagné/);
});

/** Types a command into the console; resolves with its answer. */
async function command(page, typed) {
  const before = (await page.textContent("#net-log")).length;
  await page.fill("#net-line", typed);
  await page.press("#net-line", "Enter");
  await page.waitForFunction((before) => document.querySelector("#net-log").textContent.length > before && !document.querySelector("#net-send").disabled, before);
  return (await page.textContent("#net-log")).slice(before);
}

once("who has no terminal asks the console, and each answer says who measured; 127.0.0.1 is refused with the reason", { skip }, async () => {
  const address = (await tom.textContent("#machine")).match(/198\.18\.\d+\.\d+/)[0];
  await lea.click("#net summary");
  assert.match(await command(lea, "adresse"), /Le serveur te voit à l’adresse 127\.0\.0\.1.*C’est le serveur qui le dit.*Le masque, ni le serveur ni cette page ne le voient.*iPad.*Chromebook/s);
  assert.match(await command(lea, `ping ${address}`), /n’existe que dans l’atelier.*De ta page à la sienne et retour\s: 4 sur 4, .*Mesuré par cette page, .*passent par le serveur/s);
  assert.match(await command(lea, "ping 127.0.0.1"), /127\.0\.0\.1 est ta propre machine/);
  assert.match(await command(lea, "ping 10.255.0.1"), /Aucun joueur présent n’a l’adresse/);
  assert.match(await command(lea, "nom localhost"), /localhost\s: 127\.0\.0\.1.*(Personne n’a rien demandé|fichier de noms)/s);
  assert.match(await command(lea, "ping <b>"), /ni une adresse ni un nom/);
  assert.match(await command(lea, "dir"), /Tape adresse, ping/);
  assert.deepEqual(await violations(lea, "#net"), []);
  await lea.locator("#net").screenshot({ path: path.join(pictures, "atelier-console.png") });
  // A neighbour's server is not at 127.0.0.1, and not at another port; both panes show a changed port.
  await run(lea, 0, GAME_SERVER(""));
  await waits(lea, 0, /accept/);
  await run(tom, 0, GAME_CLIENT("127.0.0.1"));
  await until(tom, 0, ".wire", /connect\(\) a échoué, erreur 111.*127\.0\.0\.1 est toujours ta propre machine, jamais celle d’un voisin/);
  await run(lea, 1, GAME_CLIENT("127.0.0.1", 50008));
  await waits(lea, 1, /ConnectionRefusedError à la ligne 4/);
  await waits(lea, 0, /accept\(\).*personne ne s’est encore connecté à .*50007/);
  await run(lea, 1, GAME_CLIENT("127.0.0.1"));
  await prints(lea, 0, /trouvé : \d+/);
  await until(lea, 0, ".wire", /a accepté/);
  // On a rough network a message comes in pieces.
  await lea.evaluate(() => document.querySelector("#rough").click());
  await run(lea, 0, GAME_SERVER(""));
  await waits(lea, 0, /accept/);
  await run(lea, 1, `import socket\nc = socket.create_connection(("127.0.0.1", 50007))\npieces = []\nwhile sum(map(len, pieces)) < 32: pieces.append(c.recv(1024))\nprint(len(pieces) > 4, b"".join(pieces))\n`);
  await prints(lea, 1, /True b'Propose un nombre entre 1 et 100'/);
  await lea.evaluate(() => document.querySelector("#rough").click());
  await waits(lea, 0, /ValueError/);
});

/** Three players at once, each a thread that waits for the others. */
const PLAYERS = (address) => `
import socket, threading
tous, verrou, recu = threading.Barrier(3), threading.Lock(), []
def joueur(n):
    c = socket.create_connection(("${address}", 50000))
    tous.wait()
    c.sendall(f"joueur {n}".encode())
    message = c.recv(1024).decode()
    with verrou:
        recu.append(message)
    tous.wait()
    c.close()
fils = [threading.Thread(target=joueur, args=(n,)) for n in range(3)]
for un in fils: un.start()
for un in fils: un.join()
print(sorted(recu))
threading.Thread(target=lambda: 1 / 0, name="faux").start()
`;

/** Serves any number of players without threads. */
const SELECT_SERVER = `
import select, socket
service = socket.create_server(("", 50000))
ouvertes = [service]
while True:
    for prete in select.select(ouvertes, [], [])[0]:
        if prete is service:
            ouvertes.append(service.accept()[0])
        elif message := prete.recv(1024):
            prete.sendall(message)
        else:
            ouvertes.remove(prete)
            prete.close()
`;

inEachBrowser("select and threads serve three players; a talk is reported to the teacher, who stops all talk", { skip }, async () => {
  const address = (await lea.textContent("#machine")).match(/198\.18\.\d+\.\d+/)[0];
  await run(lea, 0, SELECT_SERVER);
  await waits(lea, 0, /select\(\)/);
  await run(tom, 0, PLAYERS(address));
  await prints(tom, 0, /\['joueur 0', 'joueur 1', 'joueur 2'\]/);
  await waits(tom, 0, /fini/);
  await waits(lea, 0, /select\(\)/);
  await stop(lea, 0);
  await waits(lea, 0, /arrêté/);
  await lea.locator("#choose-0").selectOption("*echo.py");
  await run(lea, 0);
  await waits(lea, 0, /accept\(\)/);
  await run(tom, 0, PLAYERS(address));
  await prints(tom, 0, /\['joueur 0', 'joueur 1', 'joueur 2'\].*Exception in thread faux:.*line 17, in <lambda>.*ZeroDivisionError/);
  await waits(tom, 0, /fini/);
  assert.doesNotMatch(await console_(tom, 0), /atelier|threading\.py/, "no frame but the pupil's");
  const prof = await browser.open(server.link, { viewport: LAPTOP });
  await lea.click("#report");
  await lea.waitForFunction(() => /Ton professeur peut lire/.test(document.querySelector("#reported").textContent));
  await prof.waitForFunction(() => /signalements/.test(document.querySelector("#workshop-talk").textContent));
  await prof.click("#workshop-talk");
  await prof.waitForSelector("#cell[open]");
  assert.match(await prof.textContent("#cell-content"), /Signalé par 198\.18.*198\.18\.\d+\.\d+ joueur [012]/s);
  await picture(prof, "prof-talk");
  await prof.click("#cell-content button:has-text('effacer')");
  await prof.waitForFunction(() => !/Signalé/.test(document.querySelector("#cell-content").textContent));
  await prof.click("#cell form button");
  // A server with threads that nobody is connected to, and one that a thread keeps waiting, are stopped.
  await run(tom, 0, `import socket, threading\nc = socket.create_connection(("${address}", 50000))\nt = threading.Thread(target=c.recv, args=(10,))\nt.start()\nt.join()\n`);
  await waits(tom, 0, /recv\(\)/);
  await prof.click("#workshop-quiet");
  await lea.waitForFunction(() => /arrêté les échanges/.test(document.querySelector("#trouble").textContent));
  await prints(tom, 0, /ConnectionResetError/);
  await run(tom, 0);
  await waits(tom, 0, /PermissionError à la ligne 2/);
  await prof.waitForFunction(() => /Permettre/.test(document.querySelector("#workshop-quiet").textContent));
  await prof.click("#workshop-quiet");
  await lea.waitForFunction(() => document.querySelector("#trouble").hidden);
  await run(tom, 0);
  await waits(tom, 0, /recv\(\)/);
  await stop(tom, 0);
  await waits(tom, 0, /arrêté/);
  await stop(lea, 0);
  await waits(lea, 0, /arrêté/);
  await prof.context().close();
});

const report = (page, pane, pattern) => until(page, pane, ".check", pattern);
const check = (page, pane) => page.locator(".pane").nth(pane).getByRole("button", { name: /^Vérifier mon/ }).click();

/** Serves one player after another, and is not ready for one who leaves. */
const MANY_GAMES = GAME_SERVER("").replace("joueur, adresse = service.accept()", "while True:\n  joueur, adresse = service.accept()")
  .replace(/(adresse = service.accept\(\)\n)([^]*)print\("trouvé.*/, (_, accept, rest) => accept + rest.replace(/^/gm, "  "));

/** Takes a seat in the class. */
async function sit(page, name) {
  await page.click("#seat-summary");
  await page.fill("#room", "CLASSE");
  await page.fill("#nickname", name);
  await page.click("#seat-form button[type=submit]");
  await page.waitForFunction(() => /CLASSE-/.test(document.querySelector("#seat-summary").textContent));
}

inEachBrowser("a pupil has a server and a client checked: as by the command, with the program's lines", { skip }, async () => {
  await sit(tom, "Tom");
  await sit(lea, "Léa");
  // Two browsers at once: one for each.
  await write(tom, 0, MANY_GAMES);
  await check(tom, 0);
  await write(lea, 1, GAME_CLIENT("127.0.0.1"));
  assert.equal(await lea.locator(".pane").nth(1).locator("button", { hasText: "Vérifier" }).textContent(), "Vérifier mon client");
  await check(lea, 1);
  assert.equal(await lea.locator(".pane").nth(0).locator("button", { hasText: "Vérifier" }).isEnabled(), false, "one at a time");
  // Results come while the check goes on, with the line and the cause.
  await report(tom, 0, /✓ Répond à une proposition.*✗ Continue quand un joueur s'en va.*ValueError: invalid literal.*Là\s: .*ligne 13\s: essai = int/);
  await report(lea, 1, /À réparer d'abord\s: S'arrête à FIN\..*✗ S'arrête à FIN.*Tous les contrôles \(14\)/);
  await report(tom, 0, /À réparer d'abord/);
  const told = await lea.locator(".pane").nth(1).locator(".check").textContent();
  assert.match(told, /ConnectionRefusedError: \[Errno 111\] Connection refused.*Là\s: .*ligne 4\s: c\.connect/s, "its facts are those of the calls");
  assert.ok(await lea.locator(".pane").nth(1).locator(".gutter .bad").count(), "the line to mend is marked");
});

once("what a check finds is on the teacher's table, who has all checked again, and decides on the tournament", { skip }, async () => {
  assert.deepEqual(await violations(lea, ".check:not([hidden])"), []);
  await lea.screenshot({ path: path.join(pictures, "atelier-check.png"), fullPage: true });
  // A client that plays may enter the tournament; a program that was not checked, or has changed since, may not.
  const entered = (page, pane, is) => page.waitForSelector(`.pane:nth-child(${pane + 1}) button[aria-pressed=${is}]:has-text('Inscrire')`, { state: "attached" });
  const enter = (page, pane) => page.locator(".pane").nth(pane).getByRole("button", { name: "Inscrire au tournoi" });
  await enter(lea, 1).click();
  await entered(lea, 1, true);
  await lea.locator(".pane").nth(1).locator("textarea").press("End");
  await lea.keyboard.type(" ");
  await until(lea, 1, ".missing", /tel qu’il était quand tu l’as inscrit/);
  await enter(lea, 1).click();
  await until(lea, 1, ".missing", /fais d’abord vérifier ton client/);
  assert.equal(await enter(lea, 1).isVisible(), false);
  // The teacher sees the same on the table, and has everything checked again.
  const prof = await browser.open(`${server.link}`, { viewport: LAPTOP, expected: [/status of 4\d\d/] });
  await prof.click("#rooms button:has-text('CLASSE')");
  const table = prof.locator("#pupils-programs");
  await table.getByRole("button", { name: /^Léa, client\s: S'arrête à FIN/ }).click();
  await prof.waitForSelector("#cell[open]");
  assert.match(await prof.textContent("#cell-content"), /✗ S'arrête à FIN.*Tous les contrôles \(14\)/s);
  await prof.click("#cell form button");
  assert.deepEqual(await violations(prof, "#pupils-programs"), []);
  await write(lea, 1, "import socket\nprint(int('x'))\n");
  await table.getByRole("button", { name: "Tout vérifier" }).click();
  await report(lea, 1, /Ton professeur fait vérifier.*✗ Se connecte au serveur.*Là\s: .*ligne 2/);
  await until(lea, 1, ".missing", /il manque encore\s: «\sSe connecte au serveur\s»/);
  await table.getByRole("button", { name: /^Léa, client\s: Se connecte au serveur/ }).waitFor();
  await table.getByRole("button", { name: "Arrêter la vérification" }).click();
  await report(tom, 0, /La vérification est arrêtée/);
  await table.getByRole("button", { name: "Tout vérifier" }).waitFor();
  // A published server whose check waits for its turn is up again once the check is stopped.
  await run(tom, 0);
  await waits(tom, 0, /accept/);
  const publish = tom.locator(".pane").first().getByRole("button", { name: "Publier" });
  await publish.click();
  const shows = (pattern) => tom.waitForFunction((source) => new RegExp(source).test(document.querySelector("#class-own").textContent), pattern.source);
  await shows(/publié sous/);
  await enter(tom, 0).click();
  await entered(tom, 0, true);
  const busy = await Promise.all([1, 2, 3, 4].map((number) => SimulatedPage.open(server, "CLASSE", `Autre ${number}`, {})));
  for (const page of busy) await page.post("/workshop/check", { code: undefined, side: "client", lang: "fr", subject: { where: "own" } });
  await table.getByRole("button", { name: "Tout vérifier" }).click();
  await report(tom, 0, /D’autres vérifications sont en cours/);
  await shows(/Lance ton serveur/);
  await table.getByRole("button", { name: "Arrêter la vérification" }).click();
  await waits(tom, 0, /accept/);
  await shows(/publié sous/);
  // A server that is withdrawn leaves the tournament, and so does one that has changed.
  await publish.click();
  await entered(tom, 0, false);
  await enter(tom, 0).click();
  await entered(tom, 0, true);
  await stop(tom, 0);
  await waits(tom, 0, /arrêté/);
  await run(tom, 0, `${MANY_GAMES}\n`);
  await until(tom, 0, ".missing", /n’est plus au tournoi/);
  await entered(tom, 0, false);
  for (const page of busy) page.close();
  await stop(tom, 0);
  await waits(tom, 0, /arrêté/);
  // Who is stuck stands first, with the line and the cause: an error that nobody mends, and a wait.
  await run(lea, 1);
  await waits(lea, 1, /ValueError à la ligne 2/);
  await run(tom, 0, `import socket\ns = socket.create_server(("", 50009))\nx = socket.create_connection(("127.0.0.1", 50009))\nc, _ = s.accept()\nc.recv(10)\n`);
  await waits(tom, 0, /recv\(\)/);
  await prof.waitForFunction(() => /^Léa.*depuis [1-9].*int\(\) with base 10.*ligne 2\s: print/s.test(document.querySelector("#help ol")?.innerText ?? ""));
  await prof.screenshot({ path: path.join(pictures, "prof-programs.png"), fullPage: true });
  await prof.context().close();
  await stop(tom, 0);
  // The page goes on as before.
  await run(lea, 1, "print(6 * 7)");
  await prints(lea, 1, /42/);
});

once("a program of the pupil's own computer is checked from its form, with a real Python", async () => {
  const page = await workshop({ panes: 0 });
  await page.click("#own > summary");
  const shows = (pattern) => page.waitForFunction((source) => new RegExp(source, "s").test(document.querySelector("#own .check").innerText), pattern.source);
  const own = spawn("python3", ["-u", "-c", MANY_GAMES.replace(", 50007))", ", 0))").replace('print("prêt")', "print(service.getsockname()[1])")]);
  const port = await new Promise((resolve) => own.stdout.once("data", (told) => resolve(Number(told))));
  await page.waitForSelector("#own-server:enabled");
  await page.fill("#own-port", String(port));
  await page.click("#own-server");
  await shows(/✓ Répond à une proposition/);
  await page.getByRole("button", { name: "Arrêter la vérification" }).click();
  await shows(/La vérification est arrêtée/);
  own.kill();
  // A client is awaited at an address that it reaches, and is to be started again for what is left.
  await page.click("#own-client");
  await shows(/fais-le se connecter à 127\.0\.0\.1:\d+/);
  const at = (await page.textContent("#own .check")).match(/127\.0\.0\.1:(\d+)/)[1];
  let isSeen = false;
  const again = shows(/Relance ton client vers 127\.0\.0\.1:\d+/).then(() => { isSeen = true; });
  while (!isSeen) await Promise.race([python(GAME_CLIENT("127.0.0.1", at)), again]);
  await page.getByRole("button", { name: "Arrêter la vérification" }).click();
  await shows(/La vérification est arrêtée/);
  await page.context().close();
});

inEachBrowser("a line that breaks ends no program: what waits goes on waiting, what is sent arrives once", { skip }, async () => {
  const address = (await lea.textContent("#machine")).match(/198\.18\.\d+\.\d+/)[0];
  await run(lea, 0, `import socket\nc, _ = socket.create_server(("", 50006)).accept()\nprint("reçu", c.recv(100))\nc.send(input("? ").encode())\n`);
  await waits(lea, 0, /accept/);
  breakLine();
  await lea.waitForFunction(() => /Connecté/.test(document.querySelector("#line-state").textContent));
  await run(tom, 0, `import socket\nc = socket.create_connection(("${address}", 50006))\nc.send(input("? ").encode())\nprint("reçu", c.recv(100))\n`);
  await waits(tom, 0, /input/);
  breakLine();
  await type(tom, 0, "un");
  await prints(lea, 0, /reçu b'un'/);
  breakLine();
  await type(lea, 0, "deux");
  await prints(tom, 0, /reçu b'deux'/);
  await waits(lea, 0, /fini/);
});

inEachBrowser("Stop interrupts a call at the pupil's line and ends a loop; a page that is closed is heard of", { skip }, async () => {
  const page = lea;
  const calls = {
    "recv": "c, _ = s.accept()\nc.recv(10)",
    "accept": "s.accept()",
    "input": "input('? ')",
    "sleep": "import time; time.sleep(60)",
    "select": "import select; select.select([s], [], [])",
    "connect": "s.listen(0)\nfor n in range(2): socket.create_connection(('127.0.0.1', 50008))",
    "send": "c = socket.create_connection(('127.0.0.1', 50008))\nwhile True: c.send(b'x' * 9000)",
  };
  for (const [call, code] of Object.entries(calls)) {
    await run(page, 0, `import socket\ns = socket.create_server(("", 50008))\n${call === "recv" ? "x = socket.create_connection(('127.0.0.1', 50008))\n" : ""}${code}\n`);
    await waits(page, 0, new RegExp(`${call}\\(`));
    await stop(page, 0);
    await waits(page, 0, /arrêté/);
    const shown = await console_(page, 0);
    assert.match(shown, /Traceback.*File ".*\.py", line \d+, in <module>.*KeyboardInterrupt/s, call);
    assert.doesNotMatch(shown, /atelier/, "no frame but the pupil's");
  }
  await run(page, 0, "print('tourne')\nwhile True:\n    pass\n");
  await prints(page, 0, /tourne/);
  await stop(page, 0);
  await waits(page, 0, /coupé/);
  await page.locator(".pane").first().locator("button.main:enabled").waitFor();
  // A flood of output does not freeze the page, and what is kept of it has a bound.
  await run(page, 0, "for n in range(100000): print(n)\nprint('la fin')\n");
  await prints(page, 0, /la fin/);
  assert.ok((await console_(page, 0)).length < 130_000);
  // The other side of a connection whose page was closed reads its end.
  const other = tom;
  const address = (await page.textContent("#machine")).match(/198\.18\.\d+\.\d+/)[0];
  await run(page, 0, `import socket\ns = socket.create_server(("", 50009))\nc, _ = s.accept()\nprint("reçu", c.recv(100))\nprint("reçu", c.recv(100))\n`);
  await waits(page, 0, /accept/);
  await run(other, 0, `import socket\nc = socket.create_connection(("${address}", 50009))\nc.send(b"salut")\nc.recv(1)\n`);
  await prints(page, 0, /reçu b'salut'/);
  await other.close();
  await prints(page, 0, /reçu b''/);
});

const ERRORS = `
import errno, select, socket
from socket import *
def essai(nom, appel):
    try:
        print(nom, "->", appel())
    except Exception as e:
        print(nom, "->", type(e).__name__, e.errno if isinstance(e, OSError) else "", e)
s = create_server(("127.0.0.1", 50010))
essai("refusé", lambda: create_connection(("127.0.0.1", 50011)))
essai("pris", lambda: create_server(("127.0.0.1", 50010)))
essai("autre", lambda: create_server(("10.1.2.3", 50012)))
essai("bas", lambda: create_server(("", 80)))
essai("nom", lambda: gethostbyname("nulle.part"))
essai("dehors", lambda: create_connection(("10.0.0.1", 22)))
essai("pas connecté", lambda: socket().recv(1))
essai("chaîne", lambda: c.send("texte"))
c = create_connection(("127.0.0.1", 50010)); d, _ = s.accept()
essai("chaîne", lambda: c.send("texte"))
c.settimeout(0.2)
essai("délai", lambda: c.recv(1))
c.setblocking(False)
essai("sans attendre", lambda: c.recv(1))
c.setblocking(True)
print("select", select.select([c], [c], [], 0)[1] == [c])
d.send(b"un\\ndeux"); f = c.makefile("r")
print("ligne", repr(f.readline()))
c.send(b"non lu"); d.close()
essai("reste", lambda: f.read(4))
essai("coupé", lambda: c.recv(1))
essai("tuyau", lambda: c.send(b"x"))
essai("fermé", lambda: d.recv(1))
with create_connection(("127.0.0.1", 50010)) as c:
    d, _ = s.accept()
    c.sendall("é".encode()); c.shutdown(SHUT_WR)
    print("octets", d.recv(9), d.recv(9))
essai("udp", lambda: socket(AF_INET, SOCK_DGRAM))
print(errno.ECONNREFUSED, gethostbyname("localhost"), gethostbyname(gethostname()))
assert error is OSError and timeout is TimeoutError
1 / 0
`;

inEachBrowser("errors have CPython's classes and numbers, and tracebacks the pupil's lines", { skip }, async () => {
  const page = lea;
  await run(page, 0, ERRORS);
  await waits(page, 0, /ZeroDivisionError à la ligne \d+/);
  const shown = await console_(page, 0);
  const expected = [
    "refusé -> ConnectionRefusedError 111", "pris -> OSError 98", "autre -> OSError 99", "bas -> PermissionError 13",
    "nom -> gaierror -2", "dehors -> OSError 101", "pas connecté -> OSError 107", "chaîne -> NameError", "chaîne -> TypeError",
    "délai -> TimeoutError None timed out", "sans attendre -> BlockingIOError 11", "select True", "ligne 'un\\n'", "reste -> deux",
    "coupé -> ConnectionResetError 104", "tuyau -> BrokenPipeError 32", "fermé -> OSError 9", "octets b'\\xc3\\xa9' b''",
    "udp -> OSError", "111 127.0.0.1 198.18.", "1 / 0", "~~^~~",
  ];
  for (const one of expected) assert.ok(shown.includes(one), `${one} is missing:\n${shown}`);
  assert.match(shown, /198\.18\.\d+\.\d+\nTraceback \(most/, "what was printed before the error stands before it");
  assert.equal(await page.locator(".gutter .bad").first().textContent(), String(ERRORS.split("\n").indexOf("1 / 0") + 1));
});

once("programs are kept under the pupil's seat, and found again from another browser after a killed server", { skip: false }, async () => {
  const own = await Server.start(["--room", "NSI=solo"]);
  try {
    const page = await browser.open(`${own.base}/atelier`, { viewport: LAPTOP });
    await page.click("#seat-summary");
    await page.fill("#room", "NSI");
    await page.fill("#nickname", "Ada");
    await page.click("#seat-form button[type=submit]");
    await page.waitForFunction(() => /NSI-/.test(document.querySelector("#seat-summary").textContent));
    const code = (await page.textContent("#seat-summary")).match(/NSI-[A-Z2-7]{16}/)[0];
    await write(page, 0, "print('à moi')\n");
    const downloaded = page.waitForEvent("download");
    await page.click("#take-away");
    const zip = path.join(own.data, "work.zip");
    await (await downloaded).saveAs(zip);
    const listed = await python(`import zipfile\nz = zipfile.ZipFile(${JSON.stringify(zip)})\nprint(z.testzip(), z.namelist(), z.read("serveur.py").decode())`);
    assert.match(listed, /None \[.*'serveur.py'.*\] print\('à moi'\)/);
    await page.waitForFunction(() => [...document.querySelectorAll(".pane")][0].textContent.includes("✓ Gardé"));
    // A question that asks for a program opens here with what it begins with, and is handed in from here.
    const ahead = skip ? null : page.waitForResponse(/pyodide\.asm\.wasm$/);
    await page.goto(`${own.base}/lecon#q-jeu-programme`);
    // Python comes before it is needed.
    if (ahead) assert.equal((await ahead).status(), 200);
    await page.click("#q-jeu-programme a");
    await page.waitForFunction(() => document.querySelector("#file-0")?.value === "jeu_serveur.py" && document.querySelector("#file-1").value === "client.py");
    assert.equal(await page.locator("#hand-0").inputValue(), "jeu-programme");
    await page.locator(".pane").first().locator("details button").click();
    await page.waitForFunction(() => /Gardé pour ton professeur.*Le corrigé paraîtra dans la leçon/s.test(document.querySelector(".pane details div").textContent));
    // Its model answer is there when the teacher opens it.
    await page.goto(`${own.base}/lecon#q-jeu-programme`);
    await page.waitForSelector("#q-jeu-programme .verdict-place p");
    assert.doesNotMatch(await page.textContent("#q-jeu-programme .verdict-place"), /randint/);
    const prof = await browser.open(own.link, { viewport: LAPTOP });
    await prof.click("#rooms button:has-text('NSI')");
    await prof.click("#actions button:has-text('La leçon')");
    await prof.click("#class-models button:has-text('6.5')");
    await prof.waitForSelector("#class-models button[aria-pressed=true]");
    await page.waitForFunction(() => /Le corrigé.*randint/s.test(document.querySelector("#q-jeu-programme .verdict-place").textContent));
    await prof.context().close();
    await page.context().close();
    await own.killAndRestart();
    // Another profile, and another address of the server.
    const again = await browser.open(`${own.base.replace("127.0.0.1", SCHOOL)}/atelier`, { viewport: PHONE, expected: [/Cross-Origin-Opener-Policy/] });
    await again.click("#seat-summary");
    await again.fill("#room", code);
    await again.click("#seat-form button[type=submit]");
    await again.waitForFunction(() => [...document.querySelectorAll("textarea")].some((it) => it.value.includes("à moi")));
    await again.context().close();
  } finally {
    await own.stop();
  }
});

once("the teacher closes the workshop with one click, and programs end", { skip }, async () => {
  const page = lea;
  const prof = await browser.open(server.link, { viewport: LAPTOP });
  await run(page, 0, "input('? ')\n");
  await waits(page, 0, /input/);
  await prof.waitForFunction(() => /programmes en cours 1/.test(document.querySelector("#workshop").textContent));
  await prof.click("#workshop-switch");
  await waits(page, 0, /ne connaît plus|relance/);
  await page.waitForFunction(() => /fermé l’atelier/.test(document.querySelector("#trouble").textContent));
  assert.ok(await page.locator(".pane").first().locator("button.main").isDisabled());
  // The teacher's screen may learn of it later than the pupil's.
  await prof.click("#workshop-switch:has-text('Ouvrir')");
  await page.locator(".pane").first().locator("button.main:enabled").waitFor();
});

for (const [size, viewport] of Object.entries({ phone: PHONE, laptop: LAPTOP, projector: PROJECTOR })) {
  once(`the workshop can be used by all, ${size}`, async () => {
    const page = await browser.open(`${base}/atelier`, { viewport, colorScheme: size === "laptop" ? "dark" : "light", expected: [/Cross-Origin-Opener-Policy/] });
    await page.waitForFunction(() => document.querySelectorAll("textarea")[1]?.value && /198/.test(document.querySelector("#machine").textContent));
    assert.deepEqual(await violations(page), []);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} px wider than the screen`);
    await page.screenshot({ path: path.join(pictures, `atelier-${size}.png`), fullPage: true });
    if (size === "phone" && !skip) {
      // The teacher's check of all wakes a Python that sleeps.
      await waits(page, 1, /deuxième Python/);
      await sit(page, "Zoé");
      await write(page, 1, "print(int('x'))\n");
      const desk = await Desk.open(server);
      await desk.ask("/prof/rooms/CLASSE/programs", { check: true });
      await waits(page, 1, /Python (démarre|se charge)/);
      await desk.ask("/prof/rooms/CLASSE/programs", { check: false });
      await page.close();
    }
  });
}

// Last, since it loads Python again.
inEachBrowser("a server that was killed is back: programs that waited hear of it in a sentence", { skip }, async () => {
  const page = lea;
  await run(page, 0, `import socket\nsocket.create_server(("", 50013)).accept()\n`);
  await waits(page, 0, /accept/);
  await run(page, 1, "input('? ')\n");
  await waits(page, 1, /input/);
  await server.killAndRestart();
  for (const pane of [0, 1]) await waits(page, pane, /Le serveur ne connaît plus ce programme \(il a redémarré/);
});
