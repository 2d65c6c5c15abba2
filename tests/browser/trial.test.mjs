// The room test: what the teacher is told of browsers that may do everything, and of some that may
// not, in both languages; and that nobody's address is shown.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { BANNED } from "../../crates/server/web/trial.js";
import { Browser, PHONE, PROJECTOR, Server, blockWebSockets, enter, pictures, violations } from "./world.mjs";

// A browser calls the answer of a port that speaks no HTTP an error, as it does a blocked one.
const expected = [/ERR_INVALID_HTTP_RESPONSE|ERR_FAILED|ERR_BLOCKED|Failed to load resource/];
let server;
let browser;
let prof;
before(async () => {
  server = await Server.start(["--room", "B12=course", "--room", "VIDE=solo"]);
  browser = await Browser.start();
  prof = await browser.open(server.link, { viewport: { width: 1366, height: 900 } });
  await prof.waitForSelector("#desk:not([hidden])");
});
after(async () => {
  await browser?.close();
  await server?.stop();
  assert.deepEqual(browser?.complaints, [], "what the pages complained about, CSP violations included");
});

/** A pupil's page in a room, with what its network does to it. */
async function pupil(name, { block } = {}) {
  const page = await browser.open("about:blank", { expected });
  await block?.(page);
  await page.goto(`${server.base}/#B12`);
  await enter(page, "B12", name);
  return page;
}

/** Chooses a room, runs the test to its end, and returns what it says. */
async function run(room) {
  await prof.click(`#rooms button:has-text('${room}')`);
  await prof.click("#test-room");
  await prof.waitForSelector("#room-test .findings li, #room-test .findings");
  await prof.waitForFunction(() => !/en cours|Testing/.test(document.querySelector("#room-test [role=status]").textContent));
  await prof.waitForSelector("#python-line");
  return prof.textContent("#room-test");
}

const tested = (name) => prof.locator("#tiles .tile", { hasText: name }).locator(".tested");

test("browsers that may do everything, and one without WebSockets, one without the text port", async () => {
  const textPort = server.text.split(":").at(-1);
  await pupil("Libre");
  await pupil("Sans prise", { block: blockWebSockets });
  await pupil("Muré", { block: (page) => page.route((url) => url.port === textPort, (route) => route.abort()) });
  const said = await run("B12");
  assert.match(said, /3 sur 3 navigateurs ont répondu/);
  assert.match(said, /✕ Les WebSockets sont bloqués pour 1 sur 3.*HTTP d’elle-même/);
  assert.match(said, /✓ Les requêtes HTTP qui attendent passent partout/);
  assert.match(said, new RegExp(`✓ Le port texte ${textPort} est atteint par 2 sur 3`));
  assert.match(said, new RegExp(`✕ Le port texte ${textPort} n’est pas atteint par 1 sur 3\\s: refusé.*extension du navigateur`));
  assert.match(said, /3 navigateurs sont sur l’ordinateur du serveur/);
  assert.match(await prof.textContent("#python-line"), new RegExp(`^python3 -c ".*'127\\.0\\.0\\.1', ${textPort}`));
  assert.equal(await tested("Libre").textContent(), `✓ WebSocket✓ HTTP✓ port ${textPort}`);
  assert.equal(await tested("Sans prise").textContent(), `✕ WebSocket✓ HTTP✓ port ${textPort}`);
  assert.equal(await tested("Muré").textContent(), `✓ WebSocket✓ HTTP✕ port ${textPort}`);
  await prof.screenshot({ path: path.join(pictures, "prof-test.png"), fullPage: true });
  assert.deepEqual(await violations(prof), []);
  await prof.click("#language");
  await prof.waitForFunction(() => /WebSockets are blocked for 1 of 3/.test(document.querySelector("#room-test").textContent));
  await prof.setViewportSize(PHONE);
  assert.ok(await prof.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "it fits a phone");
  await prof.screenshot({ path: path.join(pictures, "prof-test-phone.png"), fullPage: true });
  await prof.setViewportSize({ width: 1366, height: 900 });
  await prof.click("#language");
});

test("nobody's address is told to the teacher's screen or shown on the projector", async () => {
  const told = await prof.evaluate(async () => (await fetch("/prof/rooms/B12/trial")).text());
  assert.match(told, /"pages":\[\{/);
  assert.doesNotMatch(told, /127\.0\.0\.1|peer|ticket/);
  const screen = await prof.context().newPage();
  await screen.setViewportSize(PROJECTOR);
  await screen.goto(`${server.base}/ecran#B12`);
  await screen.waitForSelector("#board td:has-text('Libre')");
  assert.doesNotMatch(await screen.textContent("main"), /WebSocket|bloqué|test/i);
  await screen.close();
});

test("a room without browsers is told what to do, and the test is put away", async () => {
  const said = await run("VIDE");
  assert.match(said, /! Aucun navigateur n’est dans cette salle.*Faites ouvrir la page/);
  await prof.click("#room-test button:has-text('Fermer')");
  await prof.waitForSelector("#room-test", { state: "hidden" });
});

test("what addresses tell: a NAT, another network, a proxy, a door that only this machine reaches", async () => {
  const page = (browser, address, more = {}) => ({ browser, address, line: `0-${browser}`, name: "", network: "same", ipv6: false, relayed: false, reported: true, websocket: "open", poll: "open", port: "open", ...more });
  const found = (pages, more = {}) => prof.evaluate(async (test) => {
    const { findingsOf } = await import("/room-test.js");
    return findingsOf(test, test.pages.filter(({ reported }) => reported)).map(({ text, todo }) => `${text} ${todo ?? ""}`).join("\n");
  }, { pages, left_out: 0, port: 50000, port_is_local: false, ...more });
  assert.match(await found([page(0, 0), page(1, 0)]), /2 navigateurs sous une seule adresse.*NAT/);
  assert.doesNotMatch(await found([page(0, 0), page(0, 0)]), /une seule adresse/, "two windows of one browser");
  assert.match(await found([page(0, 0), page(1, 1)]), /2 navigateurs sont dans le même réseau/);
  assert.match(await found([page(0, 0), page(1, 0), page(2, 1)]), /3 navigateurs sous 2 adresses/);
  assert.match(await found([page(0, 0, { network: "other" })]), /vient d’un autre réseau.*routeur/);
  assert.match(await found([page(0, 0, { relayed: true })]), /passe par un proxy/);
  assert.match(await found([page(0, 0, { ipv6: true })]), /en IPv6/);
  assert.match(await found([page(0, 0, { port: "silent" })]), /aucune réponse.*pare-feu jette/);
  assert.match(await found([page(0, 0, { port: "silent" })], { port_is_local: true }), /--listen 0\.0\.0\.0:50000/);
  assert.match(await found([page(0, 0, { port: "banned" })]), /aucun navigateur ne va/);
  assert.match(await found([page(0, 0, { port: "untried" })]), /IPv6 ou en HTTPS.*adresse IPv4/);
  assert.match(await found([page(0, 0, { reported: false, name: "Léa" })], { left_out: 7 }), /7 navigateurs de plus.*\n.*Léa/);
});

test("who reaches whom: a table of machines, a sentence a cause, and the projector's scene", async () => {
  const machine = (address, name, reaches = {}, more = {}) => ({ player: null, name, browser: address, address, line: `0-${address}`, network: "same", ipv6: false, relayed: false, reported: true, websocket: "open", poll: "open", port: "open",
    machines: Object.entries(reaches).map(([to, outcome]) => [Number(to), outcome]), ...more });
  const test = (pages, dialled = [], more = {}) => ({ running: false, left_out: 0, port: 50000, port_is_local: false, wsl: false, hotspot: null, pages, dialled, ...more });
  const causes = (one) => prof.evaluate(async (given) => {
    const { causesOf } = await import("/matrix.js");
    return causesOf(given).map(({ text, todo }) => `${text} ${todo ?? ""}`).join("\n").replaceAll("\u00a0", " ");
  }, one);
  const [R, S, I] = ["refused", "silent", "intercepted"];
  const three = (outcomes, more) => [machine(0, "Ada", { 1: outcomes[0], 2: outcomes[1] }, more), machine(1, "Max", { 0: outcomes[2], 2: outcomes[3] }), machine(2, "Zoé", { 0: outcomes[4], 1: outcomes[5] })];
  const heard = [[0, R], [1, R], [2, R]];
  assert.match(await causes(test(three([R, R, R, R, R, R]), heard)), /^Les machines se joignent : 6 essais sur 6/);
  assert.match(await causes(test(three([S, S, S, S, S, S]), heard)), /^Les machines joignent le serveur.*isole ses appareils.*isolation des clients/);
  assert.match(await causes(test(three([S, S, S, S, S, S]), [[0, S], [1, S], [2, S]])), /^Aucune machine d’élève ne répond.*Windows jette/);
  assert.match(await causes(test(three([S, R, R, R, R, S]), [[0, R], [1, S], [2, R]])), /^Cette machine ne répond à personne.*: Max\. Windows.*ufw.*macOS/);
  assert.match(await causes(test(three([R, S, R, R, R, R]), heard)), /^Pas de réponse d’une machine à l’autre : Ada → Zoé/);
  assert.match(await causes(test(three([I, I, R, R, R, R]), heard)), /^Un proxy avale.*: Ada/);
  assert.match(await causes(test(three([R, R, R, R, R, R], { network: "virtual" }), heard)), /machine virtuelle ou de WSL.*: Ada/);
  assert.match(await causes(test([machine(0, "Ada")], [], { wsl: true, hotspot: "android" })), /^Le serveur tourne dans WSL.*\n.*téléphone Android : 1 machine d’élève\..*dizaine.*\n.*en faut deux/);
  assert.match(await causes(test(Array.from({ length: 10 }, (_, n) => machine(n, `É${n}`)), [], { hotspot: "iphone" })), /10 machines d’élève, et il est sans doute plein/);
  assert.equal(await causes(test([machine(0, "Ada", {}, { network: "here" })])), "", "the server's own machine is no pupil's");

  const told = JSON.stringify(test(three([S, R, R, R, R, S]), [[0, R], [1, S], [2, R]]));
  await prof.click("#rooms button:has-text('B12')");
  await prof.route("**/prof/rooms/B12/trial", (route) => route.fulfill({ contentType: "application/json", body: told }));
  await prof.click("#test-room");
  await prof.waitForSelector("#room-test .matrix");
  assert.equal(await prof.locator("#room-test .matrix tbody tr").count(), 4);
  assert.match(await prof.textContent("#room-test"), /juste-prix net ping.*l’atelier/);
  const look = async (page, name) => {
    assert.deepEqual(await violations(page), [], name);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} fits`);
    await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
  };
  await look(prof, "prof-matrix");
  const [screen] = await Promise.all([prof.waitForEvent("popup"), prof.click("#room-test button:has-text('Projeter')")]);
  // The projector shows the names of now, none that the teacher hides, and no others.
  const playerOf = (name) => prof.evaluate(async (wanted) => {
    const { tiles } = await (await fetch("/prof/rooms/B12")).json();
    return tiles.find((tile) => tile.name === wanted).player;
  }, name);
  const [libre, hidden] = [await playerOf("Libre"), await playerOf("Muré")];
  await prof.evaluate(async (player) => {
    const { request } = await import("/desk.js");
    await request("/prof/rooms/B12", { order: "hide", player, on: true });
  }, hidden);
  const body = told.replace(`"player":null,"name":"Ada"`, `"player":"${libre}","name":"Ada"`).replace(`"player":null,"name":"Max"`, `"player":"${hidden}","name":"Max"`);
  await screen.route("**/prof/rooms/B12/trial", (route) => route.fulfill({ contentType: "application/json", body }));
  await screen.setViewportSize(PROJECTOR);
  await screen.waitForSelector("#scene .matrix");
  await screen.waitForFunction(() => /ne répond à personne.*: Joueur\..*1 Libre.*2 Joueur.*3 N’a pas encore joué/s.test(document.querySelector("#scene-content").textContent.replaceAll("\u00a0", " ")));
  assert.doesNotMatch(await screen.textContent("#scene-content"), /Ada|Max|Zoé|Muré/);
  await look(screen, "scene-matrix");
  await screen.close();
  await prof.unroute("**/prof/rooms/B12/trial");
});

test("ports where no browser goes are those of the Fetch standard, as Node has them", async () => {
  // Node refuses them before it opens anything.
  for (const port of BANNED) {
    if (port === 0) continue;
    const refused = await fetch(`http://127.0.0.1:${port}/`).then(() => null, (error) => error.cause);
    assert.match(String(refused?.message), /bad port/, `port ${port}`);
  }
  assert.ok(!BANNED.has(50000) && !BANNED.has(8080));
});
