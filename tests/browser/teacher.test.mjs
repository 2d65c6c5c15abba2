// The teacher's screen: rooms and orders, what is seen of programs, the projector, and nobody else.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, afterEach, before, test } from "node:test";
import { WebSocket } from "ws";
import { Browser, PROJECTOR, Server, TextPlayer, bisect, blockWebSockets, enter, program } from "./world.mjs";

const DESKTOP = { width: 1366, height: 768 };
let server;
let browser;
let prof;
before(async () => {
  server = await Server.start();
  browser = await Browser.start();
  // A refusal is a status of HTTP, and browsers call that an error.
  prof = await browser.open(server.link, { viewport: DESKTOP, expected: [/400 \(Bad Request\)/] });
  await prof.waitForSelector("#desk:not([hidden])");
});
afterEach(() => browser.leave(prof.context()));
after(async () => {
  await browser?.close();
  await server?.stop();
  assert.deepEqual(browser?.complaints, [], "what the pages complained about, CSP violations included");
});

/** Opens a room by the form, and waits until it is shown. */
async function open(code, mode, change = async () => {}) {
  await prof.click("#new-room");
  await prof.selectOption("#f-mode", mode);
  await prof.fill("#f-code", code);
  await change();
  await prof.click("#room-form button[type=submit]");
  await prof.waitForFunction((text) => document.querySelector("#room-name").textContent.includes(text), code);
}

const tile = (name) => prof.locator("#tiles .tile", { hasText: name });
const action = (text) => prof.locator("#actions button", { hasText: text }).click();

test("the token leaves the address bar, and without its cookie every action is refused", async () => {
  assert.equal(new URL(prof.url()).hash, "");
  const actions = [
    ["GET", "/prof/session"], ["GET", "/prof/rooms"], ["POST", "/prof/rooms"], ["GET", "/prof/rooms/HALL"],
    ["POST", "/prof/rooms/A"], ["POST", "/prof/free"], ["DELETE", "/prof/session"],
    ["GET", "/prof/results.csv"], ["GET", "/prof/results.xlsx"], ["GET", "/prof/results.json"],
  ];
  const wrong = { cookie: "jp_prof_1=00; jp=00", "content-type": "application/json" };
  for (const [method, path] of actions) {
    for (const headers of [{}, wrong]) {
      const body = method === "POST" ? "{}" : undefined;
      const answer = await fetch(server.base + path, { method, headers, body });
      assert.equal(answer.status, 401, `${method} ${path} by a stranger`);
    }
  }
  const stranger = await browser.open(`${server.base}/prof`, { expected: [/401/] });
  await stranger.waitForSelector("#stranger:not([hidden])");
});

test("a room that waits is started, paused, locked and ended, and its players see it", async () => {
  await open("CLASSE", "course", () => prof.check("#f-paused"));
  const page = await browser.open(`${server.base}/#CLASSE`);
  await enter(page, "CLASSE", "Léa");
  await page.waitForFunction(() => /pause/.test(document.querySelector("#verdict").textContent));
  assert.ok(await page.isDisabled("#send"));
  await action("Démarrer");
  await page.waitForFunction(() => !document.querySelector("#send").disabled);
  await action("Fermer l’entrée");
  await prof.waitForSelector("#actions button:has-text('Rouvrir')");
  const late = await browser.open(`${server.base}/#CLASSE`);
  await late.click("#join-form button[type=submit]");
  await late.waitForSelector("#join-error:not([hidden])");
  await action("Rouvrir");
  await prof.waitForSelector("#actions button:has-text('Fermer l’entrée')");
  await late.click("#join-form button[type=submit]");
  await late.waitForSelector("#game:not([hidden])");
  await page.fill("#guess", "1");
  await page.click("#send");
  await action("Manche suivante");
  await page.waitForFunction(() => /manche 2/.test(document.querySelector("#round").textContent));
  prof.once("dialog", (dialog) => dialog.accept());
  await action("Finir la salle");
  await page.waitForSelector("#join:not([hidden])");
  assert.match(await page.textContent("#join-error"), /finie/);
});

test("programs are seen as they are: the door, whose turn, and what is stuck", async () => {
  await open("PROGS", "course");
  const lines = new TextPlayer(server.text);
  await lines.enter("PROGS", "Tom");
  const unframed = new TextPlayer(server.text, { lines: false });
  await unframed.enter("PROGS", "Inès");
  await tile("Tom").filter({ hasText: "TCP, lignes" }).waitFor();
  await tile("Inès").filter({ hasText: "sans fin de ligne" }).waitFor();
  lines.socket.write("5");
  await tile("Tom").filter({ hasText: "message commencé" }).waitFor();
  lines.socket.write("0\n");
  await lines.next();
  await tile("Tom").filter({ hasNotText: "message commencé" }).waitFor();
  await tile("Tom").click();
  assert.match(await prof.textContent("#player-content"), /35 30/, "the bytes of 50");
  await prof.click("#player button:has-text('Libérer')");
  await lines.closed;
  await tile("Tom").filter({ hasText: "parti" }).waitFor();
  unframed.close();
});

test("each door has its name: telnet, text by WebSocket and by HTTP, the page by HTTP, and who has said nothing", async () => {
  await open("PORTES", "course");
  const telnet = new TextPlayer(server.text);
  await telnet.next();
  telnet.socket.write(Buffer.from([255, 251, 31])); // It will tell the size of its window.
  for (const line of ["SALLE PORTES", "NOM Tel"]) await telnet.ask(line);
  await tile("Tel").filter({ hasText: "telnet" }).waitFor();

  const socket = new WebSocket(`ws://${server.web}/ws/text`);
  const told = () => new Promise((resolve) => socket.once("message", resolve));
  await told();
  for (const line of ["SALLE PORTES", "NOM Carnet"]) {
    socket.send(line);
    await told();
  }
  await tile("Carnet").filter({ hasText: "texte par WebSocket" }).waitFor();

  const post = (path, body) => fetch(`${server.base}${path}`, { method: "POST", body });
  const at = `/text/${(await (await post("/text", "")).text()).trim()}`;
  for (const line of ["SALLE PORTES", "NOM Tuyau"]) {
    await fetch(server.base + at);
    await post(at, line);
  }
  await tile("Tuyau").filter({ hasText: "texte par HTTP" }).waitFor();

  const page = await browser.open("about:blank");
  await blockWebSockets(page);
  await page.goto(server.base);
  await enter(page, "PORTES", "Détour");
  await tile("Détour").filter({ hasText: "page, par HTTP" }).waitFor();

  const silent = new TextPlayer(server.text);
  await silent.next();
  await prof.click("#rooms button:has-text('Hall public')");
  await prof.locator("#tiles .tile", { hasText: "TCP, muet" }).filter({ hasText: "n’a encore rien envoyé" }).waitFor();
  for (const player of [telnet, silent]) player.close();
  socket.close();
  await fetch(server.base + at, { method: "DELETE" });
});

test("of a room of hundreds those are shown who may need help, all are counted, and anybody is found", async () => {
  await open("FOULE", "solo");
  const crowd = spawn(program, ["load", server.text, "--room", "FOULE", "--connections", "230", "--pause", "1000", "--seconds", "600"], { stdio: "ignore" });
  const [stuck, other] = [new TextPlayer(server.text), new TextPlayer(server.text)];
  try {
    await prof.waitForFunction(() => /230/.test(document.querySelector("#count").textContent));
    await other.enter("FOULE", "Éloïse");
    await stuck.enter("FOULE", "Tom");
    stuck.socket.write("5");
    await prof.waitForFunction(() => /1 peut-être bloqué/.test(document.querySelector("#moods").textContent));
    // All are counted; how many think and how many wait for their answer is another matter each second.
    const moods = (await prof.textContent("#moods")).replace(/30.s/, "");
    assert.match(moods, /^1 peut-être bloqué, .*\d+ jouent/);
    assert.equal(moods.match(/\d+/g).reduce((sum, count) => sum + Number(count), 0), 232, moods);
    await prof.waitForFunction(() => /Tom/.test(document.querySelector("#tiles li").textContent));
    assert.equal(await prof.locator("#tiles li").count(), 200);
    assert.match(await prof.textContent("#shown"), /^En voici 200/);
    await prof.fill("#find", "eloi");
    await tile("Éloïse").waitFor();
    await prof.waitForFunction(() => document.querySelectorAll("#tiles li").length === 1);
    assert.equal(await prof.textContent("#shown"), "1 trouvé.");
    await tile("Éloïse").click();
    await prof.click("#player button:has-text('Faire sortir')");
    await prof.waitForFunction(() => document.querySelector("#shown").textContent === "0 trouvé.");
    await prof.fill("#find", "");
    await prof.waitForFunction(() => document.querySelectorAll("#tiles li").length === 200);
  } finally {
    crowd.kill();
    stuck.close();
    other.close();
  }
});

test("a player is renamed, hidden, shown out, and barred with their browser", async () => {
  await open("NOMS", "course");
  const page = await browser.open(`${server.base}/#NOMS`);
  await enter(page, "NOMS", "Grossier");
  await tile("Grossier").click();
  await prof.fill("#their-name", "Léa");
  await prof.click("#player button:has-text('Renommer')");
  await page.waitForFunction(() => document.querySelector("#me").textContent === "Léa");
  await tile("Léa").click();
  await prof.click("#player button:has-text('Masquer')");
  const screen = await prof.context().newPage();
  await screen.setViewportSize(PROJECTOR);
  await screen.goto(`${server.base}/ecran#NOMS`);
  await screen.waitForSelector("#board td:has-text('Joueur')");
  assert.doesNotMatch(await screen.textContent("#wall"), /Léa/);
  await tile("Léa").click();
  await prof.click("#player button:has-text('Faire sortir')");
  await page.waitForSelector("#join:not([hidden])");
  await enter(page, "NOMS", "Encore");
  await tile("Encore").click();
  await prof.click("#player button:has-text('Exclure')");
  await page.waitForSelector("#join:not([hidden])");
  await page.click("#join-form button[type=submit]");
  await page.waitForFunction(() => /ne peux plus entrer/.test(document.querySelector("#join-error").textContent));
  await screen.close();
});

test("the end's picture has people and programs apart, on one screen; a name that was changed or hidden is so for the round before too", async () => {
  await open("FIN", "course");
  const page = await browser.open(`${server.base}/#FIN`);
  await enter(page, "FIN", "Hugo");
  const text = new TextPlayer(server.text);
  await text.enter("FIN", "Robot");
  await bisect(page);
  await text.ask("1");
  for (let [low, high, said] = [1, 100, ""]; !/Gagné/.test(said);) {
    const guess = Math.floor((low + high) / 2);
    said = await text.ask(String(guess));
    if (/petit/.test(said)) low = guess + 1;
    else high = guess - 1;
  }
  const screen = await prof.context().newPage();
  await screen.setViewportSize(PROJECTOR);
  await screen.goto(`${server.base}/ecran#FIN`);
  await screen.waitForSelector(".picture .people");
  await screen.waitForSelector(".picture .programs");
  assert.match(await screen.textContent("#picture"), /● à la page · ▲ programmes · ┆ 7 essais/);
  assert.ok(await screen.evaluate(() => document.documentElement.scrollHeight <= innerHeight), "nobody scrolls a projector");
  assert.match(await screen.textContent("#last"), /Robot/);
  await tile("Robot").click();
  await prof.fill("#their-name", "Nono");
  await prof.click("#player button:has-text('Renommer')");
  await screen.waitForFunction(() => /Nono/.test(document.querySelector("#last").textContent));
  assert.doesNotMatch(await screen.textContent("#wall"), /Robot/);
  await tile("Nono").click();
  await prof.click("#player button:has-text('Masquer')");
  await screen.waitForFunction(() => !/Nono/.test(document.querySelector("#wall").textContent));
  await tile("Nono").click();
  await prof.click("#player button:has-text('Montrer')");
  await screen.waitForFunction(() => /Nono/.test(document.querySelector("#last").textContent));
  await tile("Nono").click();
  await prof.click("#player button:has-text('Faire sortir')");
  await tile("Nono").waitFor({ state: "detached" });
  // A projector that is opened only now knows of nobody who was here before.
  await screen.reload();
  await screen.waitForFunction(() => document.querySelectorAll("#board tbody tr").length === 1);
  assert.match(await screen.textContent("#last"), /Joueur/);
  assert.doesNotMatch(await screen.textContent("#wall"), /Nono|Robot/);
  await screen.close();
});

test("sans dépasser: who comes late may guess like the others, and nobody waits for who came late", async () => {
  await open("TARD", "sans-depasser", () => prof.fill("#f-limit", "600"));
  const [early, second, idle] = [new TextPlayer(server.text), new TextPlayer(server.text), new TextPlayer(server.text)];
  await early.enter("TARD", "Tôt");
  await second.enter("TARD", "Aussi");
  const first = early.ask("1");
  await tile("Tôt").filter({ hasText: "attend la réponse" }).waitFor();
  const late = await browser.open(`${server.base}/#TARD`);
  await enter(late, "TARD", "Tard");
  await idle.enter("TARD", "Lent");
  await late.waitForFunction(() => /manche 1/.test(document.querySelector("#round").textContent) && document.querySelectorAll("#players tbody tr").length === 4);
  await late.fill("#guess", "1");
  await late.click("#send");
  await tile("Tard").filter({ hasText: "attend la réponse" }).waitFor();
  assert.match(await late.textContent("#verdict"), /attend/);
  // The round is over with the last of those who were there when it began: Lent has not guessed.
  assert.match(await second.ask("1"), /^Perdu/);
  assert.match(await first, /^Gagné/, "of equal guesses the first wins");
  await late.waitForFunction(() => /Perdu/.test(document.querySelector("#verdict").textContent));
  assert.equal(await late.locator("#tries li").count(), 1);
  await late.waitForFunction(() => /manche 2/.test(document.querySelector("#round").textContent));
  assert.match(await idle.ask("1"), /Tôt/, "who has not guessed is told who won");
  await late.close();
  for (const player of [early, second, idle]) player.close();
});

test("a race: who comes late begins with the whole line and no tries, and wins by their own", async () => {
  await open("RETARD", "course");
  const early = new TextPlayer(server.text);
  await early.enter("RETARD", "Tôt");
  for (const guess of ["1", "1", "100"]) await early.ask(guess);
  const late = await browser.open(`${server.base}/#RETARD`);
  await enter(late, "RETARD", "Tard");
  assert.match(await late.textContent("#possible"), /de 1 à 100/);
  assert.equal(await late.locator("#tries li").count(), 0);
  const { tries } = await bisect(late);
  assert.match(await late.textContent("#verdict"), new RegExp(`en ${tries} essai`));
  assert.match(await early.ask("50"), /Tard/);
  await late.close();
  early.close();
});

test("the teacher's screen is used by keyboard alone, and at twice the size nothing is cut off", async () => {
  await prof.focus("#new-room");
  await prof.keyboard.press("Enter");
  assert.equal(await prof.evaluate(() => document.activeElement.id), "f-mode");
  await prof.keyboard.press("Tab");
  await prof.keyboard.type("CLAVIER");
  await prof.keyboard.press("Enter");
  await prof.waitForFunction(() => /CLAVIER/.test(document.querySelector("#room-name").textContent));
  const text = new TextPlayer(server.text);
  await text.enter("CLAVIER", "Zoé");
  await tile("Zoé").waitFor();
  await tile("Zoé").focus();
  await prof.keyboard.press("Enter");
  await prof.waitForSelector("#player[open]");
  await prof.keyboard.press("Escape");
  await prof.waitForSelector("#player:not([open])", { state: "attached" });
  await prof.waitForFunction(() => /Zoé/.test(document.activeElement.textContent));
  await prof.setViewportSize({ width: Math.floor(DESKTOP.width / 4), height: Math.floor(DESKTOP.height / 2) });
  assert.ok(await prof.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await prof.setViewportSize(DESKTOP);
  text.close();
});

test("rules that do not fit together are refused with a sentence", async () => {
  await prof.click("#new-room");
  await prof.selectOption("#f-mode", "course");
  await prof.fill("#f-min", "100");
  await prof.fill("#f-max", "1");
  await prof.click("#room-form button[type=submit]");
  await prof.waitForSelector("#form-error:not([hidden])");
  assert.match(await prof.textContent("#form-error"), /MIN plus petit que MAX/);
  await prof.click("#cancel");
});

test("rooms, orders and names outlive a killed server, and so does the session", async () => {
  await open("DEMAIN", "course", () => prof.check("#f-paused"));
  const text = new TextPlayer(server.text);
  await text.enter("DEMAIN", "Tom");
  text.close();
  // This page alone looks for the server meanwhile.
  const desk = await browser.open(server.link, { viewport: DESKTOP, expected: [/ERR_CONNECTION|ERR_EMPTY|Failed to load/] });
  await prof.goto("about:blank");
  await server.killAndRestart();
  await desk.reload();
  await desk.click("#rooms button:has-text('DEMAIN')");
  await desk.waitForFunction(() => /En pause/.test(document.querySelector("#room-state").textContent));
  await desk.locator("#tiles .tile", { hasText: "Tom" }).filter({ hasText: "parti" }).waitFor();
});
