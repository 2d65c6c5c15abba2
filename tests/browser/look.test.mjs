// How the pages look and read: accessible in light and dark, on a phone and on a projector, at
// twice the size; pictures for people to look at are kept in target/pictures.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { sha256 } from "../../crates/server/web/sha256.js";
import { fr } from "../../crates/server/web/phrases/fr.js";
import { en } from "../../crates/server/web/phrases/en.js";
import { prof as profFr } from "../../crates/server/web/phrases/prof-fr.js";
import { prof as profEn } from "../../crates/server/web/phrases/prof-en.js";
import { lecon as leconFr } from "../../crates/server/web/phrases/lecon-fr.js";
import { atelier as atelierFr } from "../../crates/server/web/phrases/atelier-fr.js";
import { atelier as atelierEn } from "../../crates/server/web/phrases/atelier-en.js";
import { classe as classeFr } from "../../crates/server/web/phrases/class-fr.js";
import { classe as classeEn } from "../../crates/server/web/phrases/class-en.js";
import { Browser, PHONE, PROJECTOR, Server, TextPlayer, bisect, enter, pictures, violations } from "./world.mjs";

let server;
let browser;
before(async () => {
  fs.mkdirSync(pictures, { recursive: true });
  server = await Server.start(["--room", "4821=course"]);
  browser = await Browser.start();
});
after(async () => {
  await browser?.close();
  await server?.stop();
  assert.deepEqual(browser?.complaints, [], "what the pages complained about, CSP violations included");
});

/** No violation, nothing wider than the screen; a picture of it. */
async function check(page, name) {
  // A colour that is still on its way to another is nobody's.
  await page.waitForFunction(() => document.getAnimations().every((one) => one.playState === "finished"));
  assert.deepEqual(await violations(page), [], name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${name} is ${wide} px wider than the screen`);
  await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
}

for (const [size, viewport] of Object.entries({ phone: PHONE, projector: PROJECTOR })) {
  for (const colorScheme of ["light", "dark"]) {
    test(`the player's page, ${size}, ${colorScheme}`, async () => {
      const page = await browser.open(`${server.base}/#4821`, { viewport, colorScheme });
      await page.waitForFunction(() => /Connecté/.test(document.querySelector("#line-state").textContent));
      await check(page, `join-${size}-${colorScheme}`);
      await enter(page, "4821", `Léa ${size} ${colorScheme}`);
      await bisect(page);
      for (const id of ["wire", "proof"]) await page.click(`#${id} summary`);
      await page.waitForSelector("#proof-verdict.good");
      await check(page, `game-${size}-${colorScheme}`);
    });

    test(`the teacher's screen and the projector, ${size}, ${colorScheme}`, async () => {
      const text = new TextPlayer(server.text);
      await text.enter("4821", `Tom ${size} ${colorScheme}`);
      const page = await browser.open(server.link, { viewport, colorScheme });
      await page.click("#rooms button:has-text('4821')");
      await page.waitForSelector("#tiles .tile:has-text('Tom')");
      await page.click("#new-room");
      await check(page, `prof-${size}-${colorScheme}`);
      await page.goto(`${server.base}/ecran#4821`);
      await page.waitForSelector("#board td:has-text('Tom')");
      await check(page, `ecran-${size}-${colorScheme}`);
      text.close();
    });
  }
}

test("at twice the size nothing is cut off", async () => {
  // 200 % of a small window is the same as half its width.
  const page = await browser.open(`${server.base}/#4821`, { viewport: { width: 320, height: 480 } });
  await enter(page, "4821", "Zoom");
  await check(page, "game-zoomed");
});

test("the page's own SHA-256 has the digests of the standard's examples", () => {
  const vectors = {
    "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    abc: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  };
  for (const [text, digest] of Object.entries(vectors)) assert.equal(sha256(text), digest, text);
  assert.equal(sha256("a".repeat(1_000_000)), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
});

test("both languages have the same phrases, and French its no-break spaces", () => {
  for (const [french, english] of [[fr, en], [profFr, profEn], [atelierFr, atelierEn], [classeFr, classeEn]]) {
    assert.deepEqual(Object.keys(french).sort(), Object.keys(english).sort());
    for (const [name, phrase] of Object.entries(french)) {
      if (typeof phrase === "string") assert.doesNotMatch(phrase, / [:;!?»]|« |'/, name);
    }
  }
  // The catalogues are one: a second phrase of the same name would stand in for the first.
  const names = [fr, profFr, leconFr, atelierFr, classeFr].flatMap(Object.keys);
  assert.deepEqual(names.filter((name, place) => names.indexOf(name) !== place), []);
});
