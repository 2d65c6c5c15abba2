// The lesson: every question answered, wrong and right; the practice port with a real program; and
// what the teacher sees of it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import path from "node:path";
import { after, before, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { Browser, PHONE, PROJECTOR, Server, TextPlayer, pictures } from "./world.mjs";

let server;
let browser;
before(async () => {
  server = await Server.start(["--room", "CLASSE=course"]);
  browser = await Browser.start();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  assert.deepEqual(browser?.complaints, [], "what the pages complained about, CSP violations included");
});

async function begin(name, options = {}) {
  const page = await browser.open(`${server.base}/lecon#CLASSE`, { viewport: { width: 1000, height: 800 }, ...options });
  await page.fill("#nickname", name);
  await page.click("#join-form button[type=submit]");
  await page.waitForSelector("#lesson:not([hidden]) .question");
  return page;
}

const questions = (page) => page.evaluate(() => [...document.querySelectorAll(".question")].map((card) => ({
  id: card.id.slice(2),
  kind: card.querySelector("textarea") ? "text" : card.querySelector("input[type=radio]") ? "choice" : card.querySelector("input[type=text]") ? "word" : "observed",
  options: [...card.querySelectorAll("input[type=radio]")].map((option) => option.value),
})));

/** Answers a question, and returns the verdict's class. */
async function answer(page, id, text) {
  const card = page.locator(`#q-${id}`);
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
  const page = await begin("Tom");
  const all = await questions(page);
  const number = await page.evaluate(() => [...document.querySelectorAll(".question")].find((card) => card.querySelector("input[type=text]")).id.slice(2));
  assert.equal(all[0].id, number, "the first question counts addresses");
  for (const right of ["2^32", "4 294 967 296", "4,3 milliards", "256⁴"]) assert.equal(await answer(page, number, right), "right", right);
  assert.notEqual(await answer(page, number, "65536"), "right");
  assert.equal(await answer(page, number, "2**32"), "right");
  const progress = await page.textContent("#progress");
  browser.complaints.length = 0;
  await server.killAndRestart();
  await page.reload();
  await page.waitForFunction((text) => document.querySelector("#progress").textContent === text, progress);
  browser.complaints = browser.complaints.filter((text) => !/ERR_CONNECTION|WebSocket|Failed to load|Failed to fetch/.test(text));
});

test("the practice port: the pupil's own client is seen as it is, and its conversation is right", async () => {
  const page = await begin("Zoé");
  const card = page.locator(".question:has([data-practice])").last();
  const id = (await card.getAttribute("id")).slice(2);
  await page.locator("[data-practice] button").last().click();
  await page.waitForSelector("[data-practice] .chip");
  const port = (await page.locator("[data-practice] .chip").last().textContent()).match(/\d+/)[0];
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

for (const [size, viewport] of Object.entries({ phone: PHONE, projector: PROJECTOR })) {
  for (const colorScheme of ["light", "dark"]) {
    test(`the lesson can be read by all, ${size}, ${colorScheme}`, async () => {
      const page = await begin(`Lou ${size} ${colorScheme}`, { viewport, colorScheme });
      const { violations } = await new AxeBuilder({ page }).analyze();
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html).join(" ")}`), []);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${wide} px wider than the screen`);
      await page.screenshot({ path: path.join(pictures, `lecon-${size}-${colorScheme}.png`), fullPage: size === "phone" });
    });
  }
}
