// The teacher's screen: rooms and orders, what is seen of programs, the projector, and nobody else.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { Browser, PROJECTOR, Server, TextPlayer, bisect, enter, program } from "./world.mjs";

const DESKTOP = { width: 1366, height: 768 };
let server;
let browser;
let prof;
before(async () => {
  server = await Server.start();
  browser = await Browser.start();
  prof = await browser.open(server.link, { viewport: DESKTOP });
  await prof.waitForSelector("#desk:not([hidden])");
});
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
    assert.match(await prof.textContent("#moods"), /^1 peut-être bloqué, (.* la manche, )?2\d\d jouent$/);
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

test("the end's picture has people and programs apart, on one screen; who was hidden stays so when they have left", async () => {
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
  await prof.click("#player button:has-text('Masquer')");
  await screen.waitForFunction(() => !/Robot/.test(document.querySelector("#wall").textContent));
  await tile("Robot").click();
  await prof.click("#player button:has-text('Faire sortir')");
  await tile("Robot").waitFor({ state: "detached" });
  await screen.waitForFunction(() => document.querySelectorAll("#board tbody tr").length === 1);
  assert.doesNotMatch(await screen.textContent("#wall"), /Robot/);
  await screen.close();
});

test("who comes late to a race or to sans dépasser has the same round as the others, no more and no less", async () => {
  await open("TARD", "sans-depasser", () => prof.fill("#f-limit", "600"));
  const [early, late] = [new TextPlayer(server.text), await browser.open(`${server.base}/#TARD`)];
  await early.enter("TARD", "Tôt");
  const waits = early.ask("1");
  await enter(late, "TARD", "Tard");
  // Nobody waits for who was not there when the round began.
  assert.match(await waits, /^Gagné|^Perdu/);
  assert.match(await late.textContent("#round"), /manche 2/);
  assert.equal(await late.locator("#tries li").count(), 0);
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
  const page = prof.context().pages()[0];
  await open("DEMAIN", "course", () => prof.check("#f-paused"));
  const text = new TextPlayer(server.text);
  await text.enter("DEMAIN", "Tom");
  text.close();
  browser.complaints.length = 0;
  await server.killAndRestart();
  await page.reload();
  await prof.click("#rooms button:has-text('DEMAIN')");
  await prof.waitForFunction(() => /En pause/.test(document.querySelector("#room-state").textContent));
  await tile("Tom").filter({ hasText: "parti" }).waitFor();
  browser.complaints = browser.complaints.filter((text) => !/ERR_CONNECTION|Failed to load/.test(text));
});
