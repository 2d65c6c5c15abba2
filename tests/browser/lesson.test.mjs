// The lesson: every question answered, wrong and right; the practice port with a real program; and
// what the teacher sees of it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import path from "node:path";
import { after, afterEach, before, test } from "node:test";
import { Browser, PHONE, PROJECTOR, Server, bisect, pictures, violations } from "./world.mjs";

let server;
let browser;
before(async () => {
  server = await Server.start(["--room", "CLASSE=course"]);
  browser = await Browser.start();
});
afterEach(() => browser.leave());
after(async () => {
  await browser?.close();
  await server?.stop();
  assert.deepEqual(browser?.complaints, [], "what the pages complained about, CSP violations included");
});

async function begin(name, options = {}) {
  const page = await browser.open(`${server.base}/lecon#CLASSE`, { viewport: { width: 1000, height: 800 }, ...options });
  await page.fill("#nickname", name);
  await page.click("#join-form button[type=submit]");
  await page.waitForSelector("#lesson:not([hidden]) .chapter:not([hidden])");
  return page;
}

const questions = (page) => page.evaluate(() => [...document.querySelectorAll(".question")].map((card) => ({
  id: card.id.slice(2),
  kind: card.querySelector("textarea") ? "text" : card.querySelector("input[type=radio]") ? "choice" : card.querySelector("input[type=text]") ? "word" : "observed",
  options: [...card.querySelectorAll("input[type=radio]")].map((option) => option.value),
})));

/** Goes to a question's chapter, on a phone to the question. */
async function goTo(page, id) {
  await page.evaluate((it) => { location.hash = `q-${it}`; }, id);
  await page.locator(`#q-${id}`).waitFor();
}

/** Answers a question, and returns the verdict's class. */
async function answer(page, id, text) {
  const card = page.locator(`#q-${id}`);
  await goTo(page, id);
  if (text !== undefined) {
    const option = card.locator(`input[type=radio][value="${text}"]`);
    if (await option.count()) await option.check();
    else await card.locator("input[type=text], textarea").fill(text);
  }
  await page.evaluate((it) => { document.querySelector(`#q-${it} .judgement`)?.remove(); }, id);
  await card.locator("button[type=submit]").click();
  await card.locator(".judgement").waitFor();
  return (await card.locator(".judgement").getAttribute("class")).split(" ").at(-1);
}

test("every question takes a wrong answer without a word missing, and says what to do", async () => {
  const page = await begin("Léa");
  const all = await questions(page);
  assert.ok(all.length >= 25, `${all.length} questions`);
  for (const { id, kind, options } of all) {
    const wrong = kind === "choice" ? options[0] : kind === "observed" ? undefined : "je ne sais pas";
    const verdict = await answer(page, id, wrong);
    assert.match(verdict, /right|plausible|kept|near|wrong|unclear|waiting/, id);
    const said = await page.locator(`#q-${id} .judgement`).textContent();
    assert.ok(said.length > 12, `${id}: ${said}`);
    assert.doesNotMatch(said, /undefined|\[object|\$\{|lesson-/, id);
  }
  await page.screenshot({ path: path.join(pictures, "lecon-wrong.png"), fullPage: true });
});

test("numbers are judged as numbers, and progress outlives a reload and a killed server", async () => {
  const page = await begin("Tom", { expected: [/ERR_CONNECTION|ERR_EMPTY|WebSocket|Failed to load/] });
  const all = await questions(page);
  const number = await page.evaluate(() => [...document.querySelectorAll(".question")].find((card) => card.querySelector("input[type=text]")).id.slice(2));
  assert.equal(all[0].id, number, "the first question counts addresses");
  for (const right of ["2^32", "4 294 967 296", "4,3 milliards", "256⁴"]) assert.equal(await answer(page, number, right), "right", right);
  assert.notEqual(await answer(page, number, "65536"), "right");
  assert.equal(await answer(page, number, "2**32"), "right");
  const progress = await page.textContent("#progress");
  await server.killAndRestart();
  await page.reload();
  await page.waitForFunction((text) => document.querySelector("#progress").textContent === text, progress);
});

test("the practice port: the pupil's own client is seen as it is, and its conversation is right", async () => {
  const page = await begin("Zoé");
  /** Opens the practice port of a question, and returns its number. */
  const open = async (id) => {
    await goTo(page, id);
    await page.locator(`#q-${id} [data-practice] button`).click();
    await page.waitForSelector(`#q-${id} .chip`);
    return (await page.locator(`#q-${id} .chip`).textContent()).match(/\d+/)[0];
  };
  const id = "bon-port";
  const port = await open(id);
  // The lesson's client: one recv, one send, in turns, without newlines.
  const client = `
import socket
c = socket.create_connection(("127.0.0.1", ${port}))
for word in ("bonjour", "FIN"):
    c.recv(1024)
    c.sendall(word.encode())
c.close()
`;
  const ended = new Promise((resolve) => spawn("python3", ["-c", client], { stdio: "inherit" }).on("exit", resolve));
  assert.equal(await ended, 0);
  await page.waitForFunction(() => [...document.querySelectorAll(".seen")].some((list) => /bonjour.*7/s.test(list.textContent)));
  const verdicts = [];
  for (const question of [id, ...(await questions(page)).filter(({ kind }) => kind === "observed").map((one) => one.id)]) verdicts.push(await answer(page, question));
  assert.ok(verdicts.includes("right"), `the conversation: ${verdicts}`);
  // Two clients of a chat at once; the port that speaks turns is no longer there.
  const chat = await open("chat-essai");
  assert.equal(await page.locator("#q-bon-port .chip").count(), 0);
  assert.equal(await python(`
import socket
one, other = (socket.create_connection(("127.0.0.1", ${chat})) for _ in "ab")
for author, reader, word in ((one, other, b"salut"), (other, one, b"bonjour")):
    heard = b""
    while word not in heard:
        author.sendall(word)
        reader.settimeout(1)
        try: heard += reader.recv(1024)
        except TimeoutError: pass
one.sendall(b"FIN")
while one.recv(1024): pass
`), "");
  await page.waitForFunction(() => /salut.*1 autre client/s.test(document.querySelector("#q-chat-essai .seen").textContent));
  assert.equal(await answer(page, "chat-essai"), "right");
  await page.screenshot({ path: path.join(pictures, "lecon-chat.png") });
});

test("free texts reach the teacher, who marks them, and the pupil reads the mark", async () => {
  const page = await begin("Inès");
  const text = (await questions(page)).find(({ kind }) => kind === "text").id;
  assert.equal(await answer(page, text, "Le web : mon navigateur demande, le serveur répond."), "kept");
  const prof = await browser.open(server.link, { viewport: { width: 1366, height: 768 } });
  await prof.click("#rooms button:has-text('CLASSE')");
  await prof.click("#actions button:has-text('La leçon')");
  await prof.locator("#class tr", { hasText: "Inès" }).locator("button").first().click();
  assert.match(await prof.textContent("#player-content"), /mon navigateur demande/);
  await prof.click("#player button:has-text('très bien')");
  await prof.waitForSelector("#class button[aria-label*='très bien']");
  await prof.screenshot({ path: path.join(pictures, "prof-lecon.png"), fullPage: true });
  await page.reload();
  await page.waitForFunction(() => /très bien/.test(document.querySelector("#chapters").textContent));
  const stranger = await fetch(`${server.base}/prof/lesson/CLASSE`);
  assert.equal(stranger.status, 401);
  const wrong = await fetch(`${server.base}/lesson/state`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ code: "CLASSE-AAAAAAAAAAAAAAAA" }) });
  assert.equal(wrong.status, 404);
});

/** Right answers, by question. What is not here is a text to be kept, or is seen by the server. */
const RIGHT = {
  "combien-ipv4": "256⁴", "combien-ipv6": "2^128", prefixe: "/8", "ping-voisin": "reponses", "nom-local": "127.0.0.1",
  "nom-google": "8.8.8.8", "serveur-adresse": "127.0.0.1", "serveur-port": "50000", "serveur-envoi": "sendall", fin: "FIN",
  "client-destination": "127.0.0.1, 50000", "client-connexion": "connect", "client-attente": "recv", "qui-commence": "serveur",
  essais: "7", "plusieurs-attente": "attend", "plusieurs-thread": "Thread", "plusieurs-parentheses": "un-seul",
  "echo-client": "attendent", fenetre: "fige",
};
/** These depend on the network that the test runs in: a verdict is enough. */
const ANYHOW = ["mon-adresse", "adresse-voisin", "partie-commune", "prefixe"];
/** This needs two clients at once: see the test of the practice port. */
const ELSEWHERE = ["chat-essai"];

/** What a program of Python's prints, or its error's last line. */
const python = (code) => new Promise((resolve) => {
  const child = spawn("python3", ["-c", code]);
  let said = "";
  child.stdout.on("data", (text) => { said += text; });
  child.stderr.on("data", (text) => { said += text; });
  child.on("close", () => resolve(said.trim().split("\n").at(-1)));
});

for (const locale of ["fr-FR", "en-GB"]) {
  test(`the whole lesson is answered right, ${locale}, with a local name, a wrong port and a program of one's own`, async () => {
    const school = await Server.start(["--room", "CM2=solo", "--local-name", "localhost"]);
    let page;
    try {
      page = await browser.open(`${school.base}/lecon#CM2`, { viewport: { width: 1000, height: 800 }, locale });
      await page.fill("#nickname", "Léa");
      await page.click("#join-form button[type=submit]");
      await page.waitForSelector("#lesson:not([hidden]) .chapter:not([hidden])");
      assert.match(await page.textContent("#q-nom-local"), /localhost/, "the name that the teacher gave");
      for (const { id, kind, options } of await questions(page)) {
        if (kind === "observed" || id === "mauvais-port") continue;
        const right = RIGHT[id] ?? (kind === "choice" ? options[0] : "Le client demande, le serveur répond.");
        const verdict = await answer(page, id, right);
        if (!ANYHOW.includes(id)) assert.match(verdict, /^(right|plausible|kept)$/, `${id}: ${await page.textContent(`#q-${id} .judgement`)}`);
      }
      assert.match(await page.textContent("#q-nom-local .judgement"), /127\.0\.0\.1.*\/etc\/hosts/, "how it was found");
      assert.match(await page.textContent("#q-fin .listing .shown"), /FIN/, "the line of the program that says so");
      // The wrong port, with a real program: its refusal is the answer, and is explained.
      await goTo(page, "mauvais-port");
      await page.locator("#q-mauvais-port [data-practice] button").click();
      await page.waitForSelector("#q-mauvais-port .chip");
      const told = await page.textContent("#q-mauvais-port");
      const open = (await page.textContent("#q-mauvais-port .chip")).match(/\d+/)[0];
      // Port 50000 is named too, as the one to replace: somebody's own server may listen there.
      const closed = told.match(/\d{4,5}/g).find((port) => port !== open && port !== "50000");
      const refusal = await python(`import socket; socket.create_connection(("127.0.0.1", ${closed}))`);
      assert.match(refusal, /ConnectionRefusedError/);
      assert.equal(await answer(page, "mauvais-port", "SyntaxError: invalid syntax"), "near");
      assert.equal(await answer(page, "mauvais-port", refusal), "right");
      assert.match(await page.textContent("#q-mauvais-port .judgement"), /Connection refused/);
      assert.equal(await python(`
import socket
c = socket.create_connection(("127.0.0.1", ${open}))
for word in ("bonjour", "FIN"):
    c.recv(1024)
    c.sendall(word.encode())
`), "");
      await page.waitForFunction(() => /bonjour.*7/s.test(document.querySelector("#q-bon-port .seen")?.textContent ?? ""));
      assert.equal(await answer(page, "bon-port"), "right");
      // An echo server, with a client of one's own.
      await goTo(page, "echo-essai");
      await page.locator("#q-echo-essai [data-practice] button").click();
      await page.waitForSelector("#q-echo-essai .chip");
      const echo = (await page.textContent("#q-echo-essai .chip")).match(/\d+/)[0];
      assert.equal(await python(`
import socket
c = socket.create_connection(("127.0.0.1", ${echo}))
c.sendall(b"salut")
while b"salut" not in c.recv(1024): pass
c.sendall(b"FIN")
`), "");
      await page.waitForFunction(() => /salut/.test(document.querySelector("#q-echo-essai .seen")?.textContent ?? ""));
      assert.equal(await answer(page, "echo-essai"), "right");
      // A round won in the game, in this very seat.
      await page.click("#to-game");
      await page.waitForSelector("#game:not([hidden])");
      await bisect(page, [1, 100], locale === "fr-FR" ? undefined : { low: /small/, high: /big/, won: /Found/ });
      await page.goto(`${school.base}/lecon#CM2`);
      await page.waitForSelector("#lesson:not([hidden]) .chapter:not([hidden])");
      assert.equal(await answer(page, "jouer"), "right");
      const [done, all] = (await page.textContent("#progress")).match(/\d+/g).map(Number);
      assert.ok(done >= all - ANYHOW.length - ELSEWHERE.length, `${done} of ${all}`);
      await page.screenshot({ path: path.join(pictures, `lecon-right-${locale}.png`), fullPage: true });
    } finally {
      // Else it would look for its server for ever, and complain.
      await page?.close();
      await school.stop();
    }
  });
}

test("near misses have explanations of their own, and twice the size cuts nothing off", async () => {
  const page = await begin("Presque", { viewport: { width: 320, height: 480 } });
  const seen = new Set();
  for (const near of ["2^128", "340 sextillions", "65536", "2^31", "255^4"]) {
    assert.notEqual(await answer(page, "combien-ipv4", near), "right", near);
    seen.add(await page.textContent("#q-combien-ipv4 .judgement"));
  }
  assert.ok(seen.size >= 4, [...seen].join("\n"));
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
});

test("chapter by chapter, by links and by keys; on a phone one question at a time; the code to go on at the end", async () => {
  const page = await begin("Ève", { viewport: { width: 1366, height: 768 } });
  const shown = () => page.locator(".chapter:not([hidden])").evaluateAll((all) => all.map(({ id }) => id));
  const at = (id) => page.waitForFunction((it) => document.querySelector("#pager").dataset.at === it, id);
  assert.deepEqual(await shown(), ["c-adresses"]);
  const requests = [];
  page.on("request", (request) => { if (request.method() === "POST") requests.push(new URL(request.url()).pathname); });
  assert.equal(await answer(page, "combien-ipv4", "256⁴"), "right");
  assert.equal(requests.filter((path) => path === "/lesson/answer").length, 1);
  assert.match(await page.textContent("#contents [aria-current]"), /1\/\d+/, "what is done is counted in the outline at once");
  await page.click("#pager [rel=next]");
  await at("c-noms");
  assert.deepEqual(await shown(), ["c-noms"]);
  await page.keyboard.press("ArrowRight");
  await at("c-client-serveur");
  await page.keyboard.press("ArrowLeft");
  await at("c-noms");
  await page.locator("#a-nom-google").focus();
  await page.keyboard.press("ArrowRight");
  assert.deepEqual(await shown(), ["c-noms"], "in a field the keys move the cursor");
  await page.reload();
  await at("c-noms");
  await page.setViewportSize(PHONE);
  const cards = () => page.locator(".chapter:not([hidden]) .question:not([hidden])").count();
  assert.equal(await cards(), 0, "on a phone the chapter's text is a page of its own");
  await page.click("#pager [rel=next]");
  await at("q-nom-local");
  assert.equal(await cards(), 1);
  await page.click("#outline-at");
  await page.click("#contents a[href='#la-fin']");
  await at("la-fin");
  await page.waitForSelector("#end-qr svg");
  const code = await page.textContent("#end-code");
  assert.match(code, /^CLASSE-[A-Z2-7]{16}$/);
  assert.match(await page.textContent("#end-content"), /Il te reste/);
  assert.deepEqual(await violations(page), []);
  await page.screenshot({ path: path.join(pictures, "lecon-end-phone.png"), fullPage: true });
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.screenshot({ path: path.join(pictures, "lecon-end-laptop.png") });
  // Another machine opens what the QR code says.
  const other = await browser.open(`${server.base}/lecon#${code}`);
  assert.equal(await other.evaluate(() => location.hash), "", "the code does not stay in the address");
  await other.click("#join-form button[type=submit]");
  await other.waitForFunction(() => document.querySelector("#pager").dataset.at?.startsWith("q-"));
  assert.equal(await other.textContent("#me"), "Ève");
  await other.waitForSelector("#q-combien-ipv6");
  await other.screenshot({ path: path.join(pictures, "lecon-question-phone.png"), fullPage: true });
  const card = (body) => fetch(`${server.base}/card`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const { rows } = await (await card({ code, to: "lesson" })).json();
  assert.ok(rows.every((row) => row.length === rows.length && /^[01]+$/.test(row)), "a square of dots");
  assert.equal((await card({ code: "CLASSE-AAAAAAAAAAAAAAAA", to: "lesson" })).status, 404, "nothing but a seat's code is drawn");
});

for (const [size, viewport] of Object.entries({ phone: PHONE, projector: PROJECTOR })) {
  for (const colorScheme of ["light", "dark"]) {
    test(`the lesson can be read by all, ${size}, ${colorScheme}`, async () => {
      const page = await begin(`Lou ${size} ${colorScheme}`, { viewport, colorScheme });
      assert.deepEqual(await violations(page), []);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${wide} px wider than the screen`);
      await page.screenshot({ path: path.join(pictures, `lecon-${size}-${colorScheme}.png`), fullPage: size === "phone" });
    });
  }
}
