// The room test: what the teacher is told of browsers that may do everything, and of some that may
// not, in both languages; and that nobody's address is shown.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { BANNED } from "../../crates/server/web/trial.js";
import { Browser, PHONE, PROJECTOR, Server, blockWebSockets, enter, pictures } from "./world.mjs";

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
  const { violations } = await new AxeBuilder({ page: prof }).analyze();
  assert.deepEqual(violations.map(({ id }) => id), []);
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

test("ports where no browser goes are those of the Fetch standard, as Node has them", async () => {
  // Node refuses them before it opens anything.
  for (const port of BANNED) {
    if (port === 0) continue;
    const refused = await fetch(`http://127.0.0.1:${port}/`).then(() => null, (error) => error.cause);
    assert.match(String(refused?.message), /bad port/, `port ${port}`);
  }
  assert.ok(!BANNED.has(50000) && !BANNED.has(8080));
});
