// Players: every mode with a page, a line client and an unframed one in the same room, and whatever
// happens to the line.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { Browser, Log, PHONE, Server, TextPlayer, bisect, blockWebSockets, cameBack, enter, narrow, propose, watchLine } from "./world.mjs";

let server;
let browser;
before(async () => {
  server = await Server.start(["--room", "R=course", "--room", "S=solo", "--room", "TV=sans-depasser,1..100,600"]);
  browser = await Browser.start();
});
afterEach(() => browser.leave());
after(async () => {
  await browser?.close();
  await server?.stop();
  assert.deepEqual(browser?.complaints, [], "what the pages complained about, CSP violations included");
});

test("a race: who finds it is told, and so are the others, at once by page and in turn by text", async () => {
  const [lea, tom] = [await browser.open(`${server.base}/#R`), await browser.open(server.base)];
  await enter(lea, "R", "Léa");
  await enter(tom, "r", "Tom");
  const lines = new TextPlayer(server.text);
  const unframed = new TextPlayer(server.text, { lines: false });
  await lines.enter("R", "Zoé");
  await unframed.enter("R", "Inès");
  await tom.waitForFunction(() => document.querySelectorAll("#players tbody tr").length === 4);
  const { number } = await bisect(lea);
  await tom.waitForFunction((text) => document.querySelector("#news").textContent.includes(text), `Léa a trouvé`);
  assert.match(await tom.textContent("#news"), new RegExp(`c’était ${number}\\.`));
  for (const player of [lines, unframed]) assert.match(await player.ask("1"), new RegExp(`Léa.*${number}|${number}.*Léa`));
  // The round has begun anew for the page too: its guess is judged.
  assert.match(await propose(tom, 1), /Trop petit|Gagné/);
  for (const player of [lines, unframed]) player.close();
});

test("sans dépasser: the answer waits for all, and is the same for all", async () => {
  const page = await browser.open(`${server.base}/#TV`);
  await enter(page, "TV", "Léa");
  const text = new TextPlayer(server.text, { lines: false });
  await text.enter("TV", "Marius");
  await page.waitForFunction(() => document.querySelectorAll("#players tbody tr").length === 2);
  await page.fill("#guess", "1");
  await page.click("#send");
  await page.waitForFunction(() => /attend/.test(document.querySelector("#verdict").textContent));
  assert.match(await text.ask("1"), /^Perdu|^Gagné/);
  await page.waitForFunction(() => /Gagné|Perdu/.test(document.querySelector("#verdict").textContent));
  text.close();
});

test("solo: each has a number of their own, and the proof of the last round is verified in the page", async () => {
  const page = await browser.open(server.base);
  await enter(page, "S", "Léa");
  const { tries } = await bisect(page);
  assert.ok(tries <= 7, `${tries} tries by bisection`);
  await page.click("#proof summary");
  await page.waitForSelector("#proof-verdict.good");
  await page.click("#wire summary");
  assert.match(await page.textContent("#wire-content"), /0A/, "the newline of the same guess by TCP");
});

test("a reload and a killed server: the round goes on where it was", async () => {
  const page = await browser.open(server.base, { expected: [/WebSocket|ERR_CONNECTION|Failed to load/] });
  await enter(page, "S", "Noé");
  await narrow(page);
  const possible = await page.textContent("#possible");
  const tries = await page.textContent("#tries");
  await page.reload();
  await page.waitForSelector("#game:not([hidden])");
  await page.waitForFunction((text) => document.querySelector("#possible").textContent === text, possible);
  assert.equal(await page.textContent("#tries"), tries);
  await watchLine(page);
  await server.killAndRestart();
  await cameBack(page);
  assert.equal(await page.textContent("#possible"), possible);
  await bisect(page, [2, 99]);
});

test("a journal that machines share is away: players, pupils and the teacher are told, and it goes on by itself", async () => {
  const log = await Log.start();
  const node = await Server.start(["--room", "S=solo"], { log });
  try {
    const player = await browser.open(node.base);
    await enter(player, "S", "Léa");
    const teacher = await browser.open(node.link, { expected: [/503/] });
    const pupil = await browser.open(`${node.base}/lecon#S`);
    await pupil.fill("#nickname", "Aya");
    await pupil.click("#join-form button[type=submit]");
    await pupil.waitForSelector("#lesson:not([hidden])");
    const says = (page, place, words) => page.waitForFunction(({ place, words }) => document.querySelector(place).textContent.includes(words), { place, words })
      .catch(async () => assert.fail(`${place}: expected ${words}; it says ${await page.textContent(place)}`));
    await says(teacher, "#state", "Connecté");
    log.pause();
    await player.fill("#guess", "1");
    await player.click("#send");
    await says(player, "#line-state", "attend son journal");
    await says(pupil, "#line-state", "attend son journal");
    await says(teacher, "#state", "Le journal ne répond pas");
    log.goOn();
    await player.waitForFunction(() => /Trop petit|Gagné/.test(document.querySelector("#verdict").textContent));
    await says(player, "#line-state", "Connecté");
    await says(pupil, "#line-state", "Connecté");
    await says(teacher, "#state", "Connecté");
  } finally {
    log.goOn();
    await node.stop();
    await log.stop();
  }
});

test("a game and a lesson go on in another browser by the whole code, and a wrong one is told", async () => {
  const first = await browser.open(server.base);
  await enter(first, "S", "Sol");
  await narrow(first);
  const code = await first.textContent("#code");
  assert.match(code, /^S-[A-Z2-7]{16}$/);
  const second = await browser.open(server.base);
  await second.fill("#room", code.toLowerCase());
  await second.click("#join-form button[type=submit]");
  await second.waitForSelector("#game:not([hidden])");
  assert.equal(await second.textContent("#me"), "Sol");
  assert.match(await second.textContent("#possible"), /de 2 à 99/);
  const { tries } = await bisect(second, [2, 99]);
  assert.match(await second.textContent("#verdict"), new RegExp(`en ${tries + 2} essais`), "those of the other browser count");
  const lesson = await browser.open(`${server.base}/lecon`);
  await lesson.fill("#room", code);
  await lesson.click("#join-form button[type=submit]");
  await lesson.waitForSelector("#lesson:not([hidden]) .chapter:not([hidden])");
  assert.equal(await lesson.textContent("#me"), "Sol");
  // The seat has one place only: the other browser is told, and does not take it back.
  await second.waitForFunction(() => /dans une autre fenêtre/.test(document.querySelector("#join-error").textContent));
  const stranger = await browser.open(server.base);
  await stranger.fill("#room", "S-AAAAAAAAAAAAAAAA");
  await stranger.click("#join-form button[type=submit]");
  await stranger.waitForFunction(() => /n’existe plus/.test(document.querySelector("#join-error").textContent));
});

test("offline in mid-round: a guess made meanwhile is sent once the line is back, and counted once", async () => {
  const page = await browser.open(server.base, { expected: [/WebSocket|ERR_INTERNET|Failed to load/] });
  await enter(page, "S", "Ana");
  await narrow(page);
  await watchLine(page);
  await page.context().setOffline(true);
  await page.waitForFunction(() => lineStates.some((text) => /coupée/.test(text)));
  await page.fill("#guess", "99");
  await page.click("#send");
  await page.context().setOffline(false);
  await page.waitForFunction(() => document.querySelectorAll("#tries li").length === 3 && !document.querySelector("#send").disabled);
  assert.match(await page.textContent("#tries"), /^1 .*100 .*99/s);
});

test("where WebSockets are blocked the page plays by HTTP, and says so", async () => {
  const page = await browser.open("about:blank");
  await blockWebSockets(page);
  await page.goto(server.base);
  await page.waitForFunction(() => /HTTP/.test(document.querySelector("#line-state").textContent) && /Connecté/.test(document.querySelector("#line-state").textContent));
  await enter(page, "S", "Lou");
  await bisect(page);
});

test("everything can be done by keyboard, and verdicts are announced", async () => {
  const page = await browser.open(`${server.base}/#S`, { viewport: PHONE });
  await page.focus("#room");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#game:not([hidden])");
  await page.waitForFunction(() => document.activeElement.id === "guess");
  await page.keyboard.type("50");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => /^50/.test(document.querySelector("#announce").textContent));
});

test("what can't be a guess, a room or a name is told on the spot, in both languages", async () => {
  const page = await browser.open(`${server.base}/#NADA`);
  await page.click("#join-form button[type=submit]");
  await page.waitForSelector("#join-error:not([hidden])");
  assert.match(await page.textContent("#join-error"), /pas de salle NADA/);
  await page.click("#language");
  assert.match(await page.textContent("#join-error"), /no room NADA/, "what was said before is said anew");
  await page.click("#language");
  await enter(page, "S", "Max");
  await page.fill("#guess", "101");
  await page.click("#send");
  assert.match(await page.textContent("#news"), /entre 1 et 100/);
  await page.click("#language");
  assert.match(await page.textContent("#possible"), /Still possible/);
  assert.match(await page.textContent("#news"), /between 1 and 100/);
  assert.equal(await page.getAttribute("html", "lang"), "en");
});
