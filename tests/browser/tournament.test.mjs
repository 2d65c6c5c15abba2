// Programs meet: the servers that pupils publish, and who plays against them.
import assert from "node:assert/strict";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { Desk, SimulatedPage, client, server as game } from "./programs.mjs";
import { Browser, PHONE, PROJECTOR, SCHOOL, Server, inEachBrowser, once, picture, pictures, putToSleep, violations } from "./world.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const skip = !fs.existsSync(path.join(root, "crates/server/python/VERSION")) && "scripts/python-page was not run";
const LAPTOP = { width: 1366, height: 768 };
const EXPECTED = [/Cross-Origin-Opener-Policy header has been ignored/, /status of 4\d\d/];

let server;
let browser;
/** A pupil's page with a Python: loading it takes longest. A phone loads one only. */
let lea;
before(async () => {
  server = await Server.start(["--room", "CLASSE=course", "--room", "MATCH=course"]);
  browser = await Browser.start();
  if (!skip) lea = await pupil("Léa", { viewport: PHONE });
});
after(async () => {
  await browser?.close();
  await server?.stop();
  assert.deepEqual(browser?.complaints, [], "what the pages complained about, CSP violations included");
});

/** A pupil's page, in the room under a name. */
async function pupil(name, { python = true, viewport = LAPTOP, room = "CLASSE" } = {}) {
  const page = await browser.open(`http://${SCHOOL}:${server.web.split(":")[1]}/atelier`, { viewport, expected: EXPECTED });
  await page.click("#seat-summary");
  await page.fill("#room", room);
  await page.fill("#nickname", name);
  await page.click("#seat-form button[type=submit]");
  await page.waitForSelector("#class:not([hidden])");
  if (python) await pane(page).locator("button.main:enabled").waitFor();
  return page;
}

const pane = (page, index = 0) => page.locator(".pane").nth(index);
const shows = (page, selector, pattern) => page.waitForFunction(([selector, source]) => new RegExp(source, "s").test((document.querySelector(selector)?.textContent ?? "").replaceAll("\u00a0", " ")), [selector, pattern.source]);

async function run(page, source, index = 0) {
  await pane(page, index).locator("textarea").fill(source);
  await pane(page, index).locator("button.main").click();
}

const SERVER = `
from socket import *
service = socket(AF_INET, SOCK_STREAM)
service.bind(('', 50007))
service.listen()
while True:
    joueur, adresse = service.accept()
    joueur.send("Bonjour, qui es-tu ?".encode())
    nom = joueur.recv(1024).decode()
    print("reçu", nom)
    joueur.send(("Salut " + nom).encode())
    joueur.close()
`;

/** A server on a pupil's own machine; resolves with its port once it listens. */
function own(serve) {
  const listener = net.createServer(serve);
  return new Promise((resolve) => listener.listen(0, "127.0.0.1", () => resolve([listener.address().port, listener])));
}

inEachBrowser("a published server is played against by hand and by a program, and leaves with its program", { skip }, async () => {
  const tom = await pupil("Tom", { python: false, viewport: PHONE });
  await run(lea, "import socket\ns = socket.create_server(('127.0.0.1', 50007))\ns.accept()\n");
  await shows(lea, ".says", /accept/);
  await pane(lea).getByRole("button", { name: "Publier" }).click();
  await shows(lea, "#class-error", /n’écoute qu'à|n'écoute qu'à 127/);
  await pane(lea).locator("button.danger").click();
  await pane(lea).locator("button.main:enabled").waitFor();
  await run(lea, SERVER);
  await shows(lea, ".says", /accept/);
  await pane(lea).getByRole("button", { name: "Publier" }).click();
  await shows(lea, "#class-own", /publié sous le nom « Léa »/);
  await tom.click("#class-summary");
  await tom.getByRole("button", { name: "Jouer à la main contre le serveur « Léa »" }).click();
  await shows(tom, "#hand-log", /serveur ← Bonjour, qui es-tu/);
  await tom.fill("#hand-text", "Tom");
  await tom.press("#hand-text", "Enter");
  await shows(tom, "#hand-log", /toi → Tom.*serveur ← Salut Tom/);
  await shows(tom, "#hand-state", /a fermé la connexion/);
  assert.match(await pane(lea).locator(".console").textContent(), /reçu Tom/);
  const text = await tom.textContent("#class");
  assert.doesNotMatch(text, /\d+\.\d+\.\d+\.\d+/, "the directory shows names, and no address");
  assert.deepEqual(await violations(tom), []);
  await picture(tom, "class-servers");
  await tom.setViewportSize(PHONE);
  await picture(tom, "class-servers-phone");
  await tom.setViewportSize(LAPTOP);
  await tom.getByRole("button", { name: "Jouer avec mon programme contre le serveur « Léa »" }).click();
  assert.match(await pane(tom, 1).locator("textarea").inputValue(), /"198\.19\.0\.\d+", 50007/);
  // The teacher sees it, and may take it out; the pupil may publish again.
  const prof = await browser.open(server.link, { viewport: LAPTOP });
  await prof.click("#rooms button:has-text('CLASSE')");
  await prof.getByRole("button", { name: "Retirer le serveur « Léa »" }).click();
  await shows(lea, "#class-own", /Lance ton serveur/);
  await pane(lea).getByRole("button", { name: "Publier" }).click();
  await pane(lea).getByRole("button", { name: "Publier" }).click();
  await shows(lea, "#class-own", /publié sous/);
  await pane(lea).locator("button.danger").click();
  await shows(lea, "#class-own", /Lance ton serveur/);
  await shows(tom, "#class-summary", /aucun encore/);
  await prof.context().close();
  await tom.context().close();
});

once("a server on a pupil's own machine is reached while it listens, and never the game server's own ports", async () => {
  const [port, listener] = await own((socket) => socket.end("Bonjour de mon PC"));
  const ada = await pupil("Ada", { python: false });
  const max = await pupil("Max", { python: false });
  await ada.click("#class-summary");
  await ada.fill("#outside-port", server.text.split(":").at(-1));
  await ada.click("#outside-form button");
  await shows(ada, "#class-error", /À ce port/);
  await ada.fill("#outside-port", String(port));
  await ada.click("#outside-form button");
  await shows(ada, "#class-own", /publié sous le nom « Ada »/);
  await ada.click("#outside-enter");
  await shows(ada, "#class-error", /Fais d'abord vérifier ce programme/);
  await max.click("#class-summary");
  await max.getByRole("button", { name: "Jouer à la main contre le serveur « Ada »" }).click();
  await shows(max, "#hand-log", /serveur ← Bonjour de mon PC/);
  await shows(max, "#hand-state", /a fermé/);
  await new Promise((resolve) => listener.close(resolve));
  await max.getByRole("button", { name: "Jouer à la main contre le serveur « Ada »" }).click();
  await shows(max, "#hand-state", /Personne n’écoute/);
  await shows(ada, "#class-own", /Lance ton serveur/);
  await ada.context().close();
  await max.context().close();
});

/** A client as a pupil writes it, which halves what is left. */
const GAME_CLIENT = `
import socket
c = socket.create_connection(("127.0.0.1", 50007))
print(c.recv(1024).decode())
bas, haut = 1, 100
while bas <= haut:
    essai = (bas + haut) // 2
    c.send(str(essai).encode())
    reponse = c.recv(1024).decode()
    if reponse.startswith("Trop petit"):
        bas = essai + 1
    elif reponse.startswith("Trop grand"):
        haut = essai - 1
    else:
        break
c.close()
`;

/** The same, and its pupil types the guesses. */
const ASKING_CLIENT = GAME_CLIENT.replace("(bas + haut) // 2", 'int(input("Ton nombre ? "))');

inEachBrowser("a page's client enters once its essential checks pass, and meets each kind of server; while its page sleeps it is absent", { skip }, async () => {
  const desk = await Desk.open(server);
  const entry = pane(lea).getByRole("button", { name: "Inscrire au tournoi" });
  /** Has all meet; resolves with the kinds of the client's cells, this program's own server's first. */
  const meet = async () => {
    await desk.ask("/prof/rooms/CLASSE/tournament", { on: true });
    const { cells, servers } = await desk.held("CLASSE");
    const own = cells.filter(({ client }) => client !== null).sort((a, b) => (a.server ?? -1) - (b.server ?? -1));
    return own.map(({ kind, server, typed }) => `${servers[server]?.name ?? "own"} ${kind}${typed ? " typed" : ""}`);
  };
  /** Has the client checked, and enters it as soon as that is offered. */
  const enter = async (text) => {
    await pane(lea).locator("textarea").fill(text);
    await pane(lea).getByRole("button", { name: "Vérifier mon client" }).click();
    await entry.click();
    await pane(lea).locator("button[aria-pressed=true]", { hasText: "Inscrire" }).waitFor();
  };
  await enter(GAME_CLIENT);
  // The check goes on, and yields to the meeting.
  assert.deepEqual(await meet(), ["own won"]);
  await pane(lea).getByRole("button", { name: "Arrêter la vérification" }).waitFor({ state: "hidden" });
  const wake = putToSleep();
  try {
    assert.deepEqual(await meet(), ["own absent"]);
  } finally {
    wake();
  }
  // The meeting that it slept through is over, and starts nothing.
  await shows(lea, ".says", /Prêt à lancer/);
  assert.deepEqual(await meet(), ["own won"]);
  const fault = { error: "ValueError: x", place: { file: "a.py", line: 3, text: "x = int(y)" } };
  const others = {
    Ugo: game(["+", "-", "="]),
    Noé: (calls) => calls.serve((fd) => calls.recv(fd)),
    Eva: (calls) => calls.serve(async (fd) => { await calls.send(fd, "Bonjour"); await calls.recv(fd); throw Object.assign(new Error(), { fault }); }),
  };
  const pages = await Promise.all(Object.entries(others).map(([name, program]) => SimulatedPage.open(server, "CLASSE", name, { server: program })));
  assert.deepEqual((await meet()).sort(), ["Eva broken", "Noé blocked", "Ugo misunderstood", "own won"]);
  pages.forEach((page) => page.close());
  await desk.until("/prof/rooms/CLASSE/tournament", ({ servers }) => servers === 0);
  await entry.click();
  await pane(lea).locator("button[aria-pressed=true]", { hasText: "Inscrire" }).waitFor({ state: "hidden" });
  await enter(ASKING_CLIENT);
  assert.deepEqual(await meet(), ["own won typed"]);
});

/** What is the same after a restart: names, kinds and tries. */
const shownOf = ({ clients, servers, cells, podium }) => ({
  clients: clients.map(({ name }) => name), servers: servers.map(({ name }) => name), podium,
  cells: cells.map((cell) => `${clients[cell.client]?.name} ${servers[cell.server]?.name} ${cell.kind} ${cell.tries} ${cell.typed}`).sort(),
});

once("programs meet: each kind of cell, the teacher's table with names, the projector without, and a sound stop", async () => {
  const pages = {};
  const alikeAs = (name) => ({ client: SERVER.replaceAll("joueur", name) });
  const add = async (name, programs, texts) => { pages[name] = await SimulatedPage.open(server, "MATCH", name, programs, texts); };
  const fault = { error: "ValueError: x", place: { file: "a.py", line: 3, text: "x = int(y)" } };
  await Promise.all([
    add("Ada", { server: game(), client: client() }, alikeAs("Ada")),
    add("Max", { server: game(["+", "-", "="]), client: client(undefined, { asks: true }) }),
    add("Léo", { server: (calls) => calls.serve(async (fd) => { await calls.recv(fd); await calls.recv(fd); }) }),
    add("Zoé", { client: async (calls) => { await calls.connect(); throw Object.assign(new Error(), { fault }); } }),
    add("Tom", { server: (calls) => calls.serve(() => new Promise(() => {})), client: client() }, alikeAs("Tom")),
  ]);
  // Another text than the one that was checked is not let in, and the one that was stays.
  await assert.rejects(pages.Ada.post("/workshop/enter", { party: "client", text: `${alikeAs("Ada").client}#` }), /409.*web-not-fit/);
  // Tom's own page sleeps, and asks to hold Zoé's meetings, whose numbers it guesses.
  pages.Tom.sleeps = true;
  pages.Zoé.thief = pages.Tom;
  let desk = await Desk.open(server);
  const { alike } = await desk.ask("/prof/rooms/MATCH/tournament");
  assert.deepEqual(alike.map(({ names, ...rest }) => ({ ...rest, names: names.sort() })), [{ party: "client", names: ["Ada", "Tom"], percent: 100 }]);
  await desk.ask("/prof/rooms/MATCH/tournament", { on: true });
  const held = await desk.held("MATCH");
  const cell = (client, server) => {
    const [c, s] = [held.clients.findIndex(({ name }) => name === client), held.servers.findIndex(({ name }) => name === server)];
    const found = held.cells.find((one) => one.client === (c < 0 ? null : c) && one.server === (s < 0 ? null : s));
    return `${found?.kind}${found?.typed ? " typed" : ""}`;
  };
  assert.equal(held.cells.length, held.pairs, "all have met");
  const expected = {
    "bot Ada": "won", "bot Max": "won", "bot Léo": "blocked", "Ada own": "won", "Ada Ada": "won", "Ada Léo": "blocked",
    "Max own": "won typed", "Max Ada": "won typed", "Max Max": "won typed", "Zoé own": "broken", "Zoé Ada": "broken", "Tom own": "absent", "Tom Ada": "absent", "bot Tom": "absent",
  };
  for (const [pair, kind] of Object.entries(expected)) assert.equal(cell(...pair.split(" ")), kind, pair);
  assert.deepEqual(held.podium.servers.map((place) => held.servers[place].name).sort(), ["Ada", "Max"]);
  // A failure is told to its owner; who sleeps is told nothing.
  assert.ok(pages.Zoé.met.some(({ fr, understood }) => !understood && /ValueError/.test(fr)));
  assert.ok(pages.Ada.met.some(({ understood }) => understood));
  const wall = JSON.stringify(await desk.ask("/prof/rooms/MATCH/tournament/wall"));
  const sheet = await desk.ask("/prof/tournament.csv?room=MATCH");
  for (const name of Object.keys(pages)) assert.ok(!wall.includes(name), wall);
  assert.match(sheet, /,MATCH,1,Zoé,Ada,broken,,false$/m);
  assert.match(sheet, /,MATCH,1,,Ada,won,\d+,false$/m, "the program's own bot has no name");
  assert.doesNotMatch(sheet, /ValueError|Trop|\d+\.\d+\.\d+/);
  const prof = await browser.open(server.link, { viewport: LAPTOP });
  await prof.click("#rooms button:has-text('MATCH')");
  await prof.waitForSelector("#tournament .meeting.broken");
  assert.deepEqual(await violations(prof, "#tournament"), []);
  await prof.locator("#tournament").screenshot({ path: path.join(pictures, "tournament-desk.png") });
  await prof.evaluate(() => localStorage.setItem("jp.scene.MATCH", "programs"));
  await prof.goto(`${server.base}/ecran#MATCH`);
  await prof.setViewportSize(PROJECTOR);
  await shows(prof, "#scene-content", /paires se comprennent/);
  await prof.screenshot({ path: path.join(pictures, "tournament-wall.png") });
  await prof.setViewportSize(LAPTOP);
  await prof.goto(`${server.base}/prof#MATCH`);
  // The class agrees on a protocol: a pupil proposes, the teacher takes it, and a cell refers to it.
  const propose = (text, topic = "small") => desk.ask("/workshop/propose", { code: pages.Zoé.code, topic, text });
  await propose("Le serveur dit « + »");
  await assert.rejects(propose("a\u202eb"), /400/);
  const wallOf = async () => JSON.stringify(await desk.ask("/prof/rooms/MATCH/protocol/wall"));
  assert.doesNotMatch(await wallOf(), /« \+ »|Zoé/, "nothing that a pupil types is projected by itself");
  await prof.click("#protocol button[aria-label*='Prendre la règle de Zoé']");
  await shows(prof, "#protocol", /Écrire/);
  await prof.waitForFunction(() => document.querySelector("#rule-small").value === "Le serveur dit « + »" && !document.querySelector("#protocol li"));
  assert.match(await wallOf(), /« \+ »/);
  await propose("Au revoir", "end");
  await prof.locator("#protocol").scrollIntoViewIfNeeded();
  await prof.waitForSelector("#protocol li");
  await prof.locator("#protocol").screenshot({ path: path.join(pictures, "protocol-desk.png") });
  // What the teacher types stays while proposals come, and so does the button, on which a click may have begun.
  await prof.fill("#rule-big", "Le serveur dit « > »");
  await prof.click("#protocol h2");
  await propose("Le serveur dit « < »", "big");
  await prof.waitForSelector("#protocol li:has-text('« < »')");
  assert.equal(await prof.inputValue("#rule-big"), "Le serveur dit « > »");
  await prof.locator("#protocol").screenshot({ path: path.join(pictures, "protocol-draft.png") });
  const write = await prof.$("form:has(#rule-big) button[type=submit]");
  await propose("Salut", "end");
  await prof.waitForSelector("#protocol li:has-text('Salut')");
  await write.click();
  await desk.until("/prof/rooms/MATCH/protocol", ({ topics }) => topics.some(({ text }) => text === "Le serveur dit « > »"));
  assert.ok(held.cells.filter(({ kind }) => kind === "blocked").every(({ topic }) => topic === "turns"));
  const mia = await pupil("Mia", { python: false, room: "MATCH", viewport: PHONE });
  await mia.click("#protocol summary");
  await shows(mia, "#rules", /Le serveur dit « \+ »/);
  await mia.selectOption("#rule-topic", "big");
  await mia.fill("#rule-text", "Le serveur dit « - »");
  await mia.click("#rule-form button");
  await shows(mia, "#rule-mine", /Tu as proposé/);
  assert.deepEqual(await violations(mia, "#protocol"), []);
  await mia.screenshot({ path: path.join(pictures, "protocol-phone.png"), fullPage: true });
  await mia.context().close();
  await prof.evaluate(() => localStorage.setItem("jp.scene.MATCH", "protocol"));
  await prof.goto(`${server.base}/ecran#MATCH`);
  await prof.setViewportSize(PROJECTOR);
  await shows(prof, "#scene-content", /Le serveur dit/);
  await prof.screenshot({ path: path.join(pictures, "protocol-wall.png") });
  await prof.context().close();
  // Stopped half-way: what has met stays, and nothing else comes.
  await desk.ask("/prof/rooms/MATCH/tournament", { on: true });
  await desk.held("MATCH", ({ cells }) => cells.length > 0);
  await desk.ask("/prof/rooms/MATCH/tournament", { on: false });
  const half = await desk.held("MATCH");
  assert.ok(half.cells.length < half.pairs && half.cells.length > 0, `${half.cells.length} of ${half.pairs}`);
  // A server that is withdrawn leaves the tournament; its pupil's client stays.
  const entered = await desk.ask("/prof/rooms/MATCH/tournament");
  await pages.Ada.post("/workshop/withdraw", { key: undefined });
  const rest = await desk.ask("/prof/rooms/MATCH/tournament");
  assert.deepEqual([rest.servers, rest.clients], [entered.servers - 1, entered.clients]);
  // What became of the pairs outlives the server, what was said does not; who is forgotten is in no file.
  await server.killAndRestart();
  desk = await Desk.open(server);
  const again = await desk.held("MATCH");
  assert.deepEqual(shownOf(again), shownOf(half));
  for (const { kind, said } of again.cells) assert.match(said, kind === "won" ? /trouvé le nombre, en/ : /n'a pas été gardé/, `${kind}: ${said}`);
  const survey = await desk.ask("/prof/rooms/MATCH");
  const { player } = survey.tiles.find((tile) => tile.name === "Ada");
  await desk.ask("/prof/rooms/MATCH/forget", { player });
  const left = await desk.held("MATCH");
  assert.deepEqual(left.servers.map(({ name }) => name), half.servers.map(({ name }) => name).filter((name) => name !== "Ada"));
  assert.deepEqual(shownOf(left).cells, shownOf(half).cells.filter((cell) => !cell.includes("Ada")));
  const page = await desk.ask("/prof/rooms/MATCH/protocol");
  assert.ok(page.topics.some(({ text }) => text === "Le serveur dit « + »"), "the protocol outlives the server");
  assert.ok(page.proposals.some(({ name }) => name === "Zoé"));
  for (const file of ["/prof/tournament.csv?room=MATCH", "/prof/tournament.json"]) assert.doesNotMatch(JSON.stringify(await desk.ask(file)), /Ada/);
  for (const page of Object.values(pages)) page.close();
});
