// The check of the pupils' servers on the teacher's screen: from the list to a cell's sentence, by
// hand and by keyboard, in both languages, and found again after a reload.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { Browser, PHONE, Server, enter, pictures, violations } from "./world.mjs";

const LAPTOP = { width: 1280, height: 800 };
/** A server that says its port; with an argument it always draws that number. */
const PUPIL = fileURLToPath(new URL("../python/pupil_server.py", import.meta.url));
const pupils = [];
let server;
let browser;
let prof;
before(async () => {
  fs.mkdirSync(pictures, { recursive: true });
  server = await Server.start(["--room", "B12=course"]);
  browser = await Browser.start();
  prof = await browser.open(server.link, { viewport: LAPTOP, expected: [/400 \(Bad Request\)/] });
  await prof.waitForSelector("#desk:not([hidden])");
});
after(async () => {
  for (const pupil of pupils) pupil.kill("SIGKILL");
  await browser?.close();
  await server?.stop();
  assert.deepEqual(browser?.complaints, [], "what the pages complained about, CSP violations included");
});

/** A pupil's server; its port. */
async function pupil(...more) {
  const child = spawn("python3", [PUPIL, ...more], { stdio: ["ignore", "pipe", "ignore"] });
  pupils.push(child);
  return new Promise((resolve) => child.stdout.once("data", (line) => resolve(Number(line))));
}

const stage = (pattern) => prof.waitForFunction((source) => new RegExp(source).test(document.querySelector("#checks-stage").textContent), pattern.source);
const focused = () => prof.evaluate(() => document.activeElement.closest("td")?.cellIndex);

/** No violation of accessibility, nothing wider than the screen; a picture. */
async function look(name) {
  await prof.waitForFunction(() => document.getAnimations().every((one) => one.playState === "finished"));
  assert.deepEqual(await violations(prof), [], name);
  const wide = await prof.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${name} is ${wide} px wider than the screen`);
  await prof.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
}

test("a list is checked: a table with a sign and a word in each cell, its sentence, its sheet, and a reload", async () => {
  const [sound, faulty] = [await pupil(), await pupil("42")];
  await prof.click("#open-checks");
  await prof.fill("#checks-list", `127.0.0.1:${sound} Ada\n127.0.0.1:${faulty} Max\n127.0.0.1:1 Zoé\n${server.text} moi\n`);
  await prof.click("#checks-begin");
  await stage(/En cours/);
  await prof.reload();
  await stage(/Fini/);
  assert.match(await prof.inputValue("#checks-list"), new RegExp(`^127.0.0.1:${sound} Ada\n127.0.0.1:${faulty} Max`), "the list is there again");
  const row = (name) => prof.locator("#checks-rows tr", { hasText: name });
  const words = await row("Ada").locator(".cell").allTextContents();
  assert.equal(words.length, 28);
  assert.ok(words.every((word) => /^(✓réussi|–non vu)$/.test(word)), `a sound server is accused of nothing: ${words}`);
  const faults = await row("Max").locator(".cell.failed").allTextContents();
  assert.deepEqual(faults, ["✗échoué"], "the fault that it has, and no other");
  assert.match(await row("Max").locator(".first").textContent(), /^Tire un nouveau nombre à chaque partie$/);
  assert.match(await row("moi").textContent(), /porte de ce serveur/);
  assert.doesNotMatch(await prof.textContent("#checks table"), /\b(fresh|starts)\b/, "checks are named in the reader's language");
  await look("checks-laptop-light");

  await row("Max").locator(".cell.failed").click();
  await prof.waitForSelector("#cell[open]");
  assert.match(await prof.textContent("#cell"), /Max · .*✗ échoué.*42.*Où regarder/s);
  await look("checks-cell");
  await prof.keyboard.press("Escape");
  const [download] = await Promise.all([prof.waitForEvent("download"), prof.click("#checks-sheet")]);
  assert.match(fs.readFileSync(await download.path(), "utf8"), /^name,address,next,Démarre [^\n]*\nAda,[^\n]*réussi/);
});

test("by keyboard: one stop of Tab, the arrows from cell to cell, Enter for the sentence", async () => {
  await prof.locator("#checks-rows tr", { hasText: "Ada" }).locator(".cell").first().focus();
  assert.equal(await prof.locator(".cell[tabindex='0']").count(), 1);
  await prof.keyboard.press("ArrowRight");
  await prof.keyboard.press("ArrowDown");
  assert.equal(await focused(), 3);
  await prof.keyboard.press("End");
  assert.equal(await focused(), 29);
  await prof.keyboard.press("Home");
  await prof.keyboard.press("Enter");
  await prof.waitForSelector("#cell[open]");
  assert.match(await prof.textContent("#cell-title"), /^Max · Démarre/);
  await prof.keyboard.press("Escape");
  await prof.waitForSelector("#cell:not([open])", { state: "attached" });
  assert.equal(await focused(), 2, "the focus is where it was");
});

test("in English, in the dark, on a phone, and the faults alone", async () => {
  await prof.emulateMedia({ colorScheme: "dark" });
  await look("checks-laptop-dark");
  await prof.check("#checks-faults");
  await prof.waitForFunction(() => document.querySelectorAll("#checks-head th").length === 3);
  await prof.click("#language");
  await prof.waitForFunction(() => /Done: 4 servers/.test(document.querySelector("#checks-stage").textContent) && /✗failed/.test(document.querySelector("#checks-rows").textContent));
  await prof.setViewportSize(PHONE);
  await look("checks-phone-dark");
  await prof.uncheck("#checks-faults");
  await prof.emulateMedia({ colorScheme: "light" });
  await look("checks-phone-light");
  await prof.setViewportSize(LAPTOP);
  await prof.click("#language");
});

test("the players' addresses fill the list in, mistakes are told, and a run is stopped", async () => {
  const page = await browser.open(`${server.base}/#B12`);
  await enter(page, "B12", "Inès");
  await prof.click("#rooms button:has-text('B12')");
  await prof.waitForFunction(() => /salle B12/.test(document.querySelector("#checks-fill").textContent));
  await prof.fill("#checks-list", "ceci:cela n’est pas une adresse\n");
  await prof.fill("#checks-port", "50001");
  await prof.click("#checks-fill");
  await prof.waitForFunction(() => /127\.0\.0\.1:50001 Inès$/.test(document.querySelector("#checks-list").value));
  await prof.click("#checks-begin");
  await prof.waitForFunction(() => /Ligne 1/.test(document.querySelector("#checks-error").textContent));
  const silent = spawn("python3", ["-c", "import socket, time\ns = socket.create_server(('127.0.0.1', 0))\nprint(s.getsockname()[1], flush=True)\ntime.sleep(600)"], { stdio: ["ignore", "pipe", "ignore"] });
  pupils.push(silent);
  const port = await new Promise((resolve) => silent.stdout.once("data", (line) => resolve(Number(line))));
  await prof.fill("#checks-list", `127.0.0.1:${port} Muet\n`);
  await prof.click("#checks-begin");
  await prof.waitForFunction(() => /contrôle \d+ sur 28/.test(document.querySelector("#checks-rows").textContent));
  await prof.click("#checks-stop");
  await stage(/Arrêté/);
  assert.match(await prof.textContent("#checks-rows"), /Muet.*arrêté/);
});
