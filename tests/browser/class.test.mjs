// A class's hour: an empty screen says what to do, names arrive, the agenda leads on, the projector
// follows, and the bell shows each pupil the card to come back by.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, afterEach, before, test } from "node:test";
import { Browser, PHONE, PROJECTOR, Server, TextPlayer, bisect, enter, pictures, violations } from "./world.mjs";

const LAPTOP = { width: 1366, height: 768 };
let server;
let browser;
before(async () => {
  fs.mkdirSync(pictures, { recursive: true });
  server = await Server.start();
  browser = await Browser.start();
});
afterEach(() => browser.leave());
after(async () => {
  await browser?.close();
  await server?.stop();
  assert.deepEqual(browser?.complaints, [], "what the pages complained about, CSP violations included");
});

/** No violation and nothing wider than the screen, light and in French, dark and in English. */
async function check(page, name) {
  for (const [language, theme] of [["fr", "light"], ["en", "dark"]]) {
    await page.evaluate((wanted) => { document.documentElement.dataset.theme = wanted; }, theme);
    await page.waitForFunction(() => document.getAnimations().every((one) => one.playState === "finished"));
    assert.deepEqual(await violations(page), [], `${name}, ${language}, ${theme}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${name} is ${wide} px wider than the screen`);
    await page.screenshot({ path: path.join(pictures, `${name}-${language}-${theme}.png`), fullPage: true });
    await page.click("#language");
  }
}

const says = (page, place, pattern) => page.waitForFunction(({ place, pattern }) => new RegExp(pattern).test(document.querySelector(place)?.textContent ?? ""), { place, pattern });

test("an hour: the room opens by one button, names arrive, the agenda leads on, and the bell shows the card", async () => {
  const prof = await browser.open(server.link, { viewport: LAPTOP });
  await prof.waitForSelector("#welcome:not([hidden])");
  await check(prof, "class-welcome");
  await prof.click("#open-class");
  await prof.waitForSelector("#lobby:not([hidden])");
  const code = await prof.textContent("#lobby .code");
  assert.match(code, /^\d{4}$/);
  assert.doesNotMatch(await prof.textContent("main"), new RegExp(server.link.split("#")[1]), "the private link is not on the screen");

  const pupil = await browser.open(`${server.base}/#${code}`);
  await enter(pupil, code, "Léa");
  const program = new TextPlayer(server.text);
  await program.enter(code, "Robot");
  await says(prof, "#lobby .names", "Léa");
  await says(prof, "#lobby [role=status]", "^2/35$");
  await prof.fill("#expected", "18");
  await prof.keyboard.press("Tab");
  await says(prof, "#lobby [role=status]", "^2/18$");

  // The projector follows the agenda; the green button begins the next step.
  const [screen] = await Promise.all([prof.waitForEvent("popup"), prof.click("#lobby button:has-text('projecteur')")]);
  await screen.setViewportSize(PROJECTOR);
  await says(screen, "#scene-content", code);
  await check(screen, "scene-join");
  await prof.click("#next-step");
  await says(prof, "#agenda .now", "Entrer dans la salle");
  await says(prof, "#next-step", "La course");
  assert.match(await pupil.textContent("#verdict"), /pause/);
  await prof.click("#next-step");
  await screen.waitForSelector("#wall:not([hidden])");
  await pupil.waitForFunction(() => !document.querySelector("#send").disabled);
  const { number, tries } = await bisect(pupil);
  await pupil.waitForSelector("#won:not([hidden])");
  assert.match(await pupil.textContent("#won"), new RegExp(`trouvé ${number}.*Toi.*${tries} essai.*en deux`));
  await check(pupil, "game-won");
  await pupil.click("#go-on");
  await pupil.waitForSelector("#won", { state: "hidden" });

  await prof.click("#agenda button[aria-label='Reculer\u00a0: Adresses et noms']");
  await says(prof, "#next-step", "Parler avec son voisin");
  await prof.click("#agenda button[aria-label='Lancer\u00a0: Bilan de la première heure']");
  await says(screen, "#scene-title", "podium");
  await says(screen, "#scene-content", "Léa");
  await check(screen, "scene-podium");
  await screen.click("#scenes button:has-text('Leçon')");
  await says(screen, "#scene-title", "leçon");
  await check(screen, "scene-lesson");

  await prof.click("#ring");
  await program.closed;
  await pupil.waitForSelector("#card:not([hidden])");
  const card = await pupil.textContent("#card-code");
  assert.match(card, new RegExp(`^${code}-[A-Z2-7]{16}$`));
  await says(screen, "#scene-title", "sonne");
  await check(screen, "scene-bell");
  await check(pupil, "game-bell");
  await check(prof, "class-lobby");
  await prof.setViewportSize(PHONE);
  await check(prof, "class-lobby-phone");
  await prof.setViewportSize(PROJECTOR);
  await check(prof, "class-lobby-projector");

  await pupil.waitForSelector("#card-qr svg");
  await says(prof, "#workshop", "fermé");

  // The hour in words: a page for the teacher, and one for each pupil without others' names.
  const [report] = await Promise.all([prof.waitForEvent("popup"), prof.click("#actions a:has-text('Bilan')")]);
  await report.setViewportSize(LAPTOP);
  await says(report, "#report", "2.élèves.*1.a.joué.*Léa.*1 victoire.*Robot.*pas joué".replaceAll(".", "[^]"));
  assert.equal(await report.locator("#pages section").count(), 2);
  const own = await report.locator("#pages section", { hasText: "La page de Léa" }).textContent();
  assert.match(own, /Tu as gagné 1 partie.*I\. Les adresses.*0 sur 7/s);
  assert.doesNotMatch(own, /Robot/);
  await check(report, "report");
  await report.setViewportSize(PHONE);
  await check(report, "report-phone");
  await report.emulateMedia({ media: "print" });
  await report.evaluate(() => { document.body.className = "for-pupils"; });
  assert.equal(await report.isVisible("#report"), false);
  await report.close();

  // The next hour: the card leads back, and the teacher's screen is where it was.
  await prof.reload();
  await prof.waitForSelector("#lobby:not([hidden])");
  await prof.click("#agenda button[aria-label='Lancer\u00a0: Reprendre']");
  await says(prof, "#workshop", "Atelier.*prêt");
  // The other half of the class has a room of its own, beside the first.
  await prof.click("#half-group");
  await says(prof, "#lobby .code", `^${code}_2$`);
  await says(prof, "#rooms", `Classe ${code}`);
  prof.on("dialog", (dialog) => dialog.accept());
  const back = await browser.open(server.base);
  await back.fill("#room", card);
  await back.click("#join-form button[type=submit]");
  await back.waitForSelector("#game:not([hidden])");
  assert.equal(await back.textContent("#me"), "Léa");

  // Tomorrow both rooms are folded away by date; the public hall says what to do next.
  const tomorrow = await prof.context().newPage();
  await tomorrow.clock.setFixedTime(Date.now() + 30 * 3600 * 1000);
  await tomorrow.goto(`${server.base}/prof#HALL`);
  await tomorrow.click("#rooms > li:first-child button");
  await says(tomorrow, "#rooms .earlier summary", "2 salles d’avant");
  await tomorrow.waitForSelector("#welcome:not([hidden])");
  await says(tomorrow, "#welcome", "Choisissez la salle");
  await tomorrow.setViewportSize(LAPTOP);
  await check(tomorrow, "class-tomorrow");
  await tomorrow.close();
  const bare = await prof.context().newPage();
  await bare.setViewportSize(PROJECTOR);
  await bare.goto(`${server.base}/ecran`);
  await says(bare, "#no-room", "ouvrez-le depuis votre écran");
  assert.equal(await bare.textContent("#state"), "");
  await check(bare, "ecran-no-room");
  await bare.close();

  // The class is erased with its rooms.
  await prof.click("#forget-class");
  await prof.waitForFunction((it) => !document.querySelector("#rooms").textContent.includes(it), code);
  await back.waitForSelector("#join:not([hidden])");
});

test("the start page plays by itself, stands still for those who want it, and one click plays alone", async () => {
  const page = await browser.open(server.base);
  const before = await page.textContent("#demo-says");
  await page.waitForFunction((text) => document.querySelector("#demo-says").textContent !== text, before);
  const calm = await browser.open(server.base, { reducedMotion: "reduce" });
  assert.match(await calm.textContent("#demo-says"), /68.: trouvé/);
  await check(calm, "start");
  await calm.click("#alone");
  await calm.waitForSelector("#game:not([hidden])");
});

test("who has lost the card comes back by name and one click of the teacher, and the card takes the name back", async () => {
  const prof = await browser.open(server.link, { viewport: LAPTOP });
  await prof.waitForSelector("#desk:not([hidden])");
  await prof.click("#new-room");
  await prof.selectOption("#f-mode", "solo");
  await prof.fill("#f-code", "RETOUR");
  await prof.click("#room-form button[type=submit]");
  await says(prof, "#room-name", "RETOUR");
  const tile = (name, text) => prof.locator("#tiles .tile").filter({ has: prof.locator(".who", { hasText: new RegExp(`^${name}$`) }), hasText: text }).waitFor();
  const leave = async (page, name) => {
    browser.contexts.delete(page.context());
    await page.context().close();
    await tile(name, "parti");
  };
  const asLea = async () => {
    const page = await browser.open(`${server.base}/#RETOUR`);
    await page.fill("#nickname", "Léa");
    await page.click("#join-form button[type=submit]");
    await page.waitForSelector("#back:not([hidden])");
    return page;
  };

  const first = await browser.open(`${server.base}/#RETOUR`);
  await enter(first, "RETOUR", "Léa");
  await bisect(first);
  const card = await first.textContent("#code");
  const other = await asLea();
  assert.match(await other.textContent("#back-text"), /joue en ce moment sous le nom Léa.*Léa 2/);
  // Of two who are called Léa, the second puts the notice away for good.
  assert.equal(await other.isVisible("#back-ask"), false);
  await other.screenshot({ path: path.join(pictures, "game-back-playing.png"), fullPage: true });
  await other.click("#back-no");
  await other.waitForSelector("#back", { state: "hidden" });
  await other.reload();
  await says(other, "#me", "^Léa 2$");
  assert.equal(await other.isVisible("#back"), false);
  await leave(other, "Léa 2");
  await leave(first, "Léa");

  const second = await asLea();
  assert.match(await second.textContent("#back-text"), /C’était toi/);
  await check(second, "game-back");
  // Three clicks and two refreshes are one request.
  await second.click("#back-ask", { clickCount: 3 });
  for (let times = 0; times < 2; times += 1) {
    await second.reload();
    await says(second, "#back-text", "a ta demande");
  }
  await says(prof, "#backs", "Léa 3 dit être Léa");
  assert.equal(await prof.locator("#backs li").count(), 1);
  await check(prof, "class-backs");
  await prof.click("#backs button:has-text('Laisser revenir')");
  await says(second, "#news", "Te revoilà, Léa");
  await says(second, "#me", "^Léa$");
  await tile("Léa", "1 victoire");
  await second.reload();
  await says(second, "#me", "^Léa$");

  const owner = await browser.open(server.base);
  await owner.fill("#room", card);
  await owner.click("#join-form button[type=submit]");
  await says(owner, "#me", "^Léa$");
  await says(second, "#news", "Tu t’appelles maintenant Léa 3");
  await tile("Léa", "1 victoire");

  // A volunteer's program, on the wire.
  const program = new TextPlayer(server.text);
  await program.enter("RETOUR", "Robot");
  await program.ask("50");
  await prof.locator("#tiles .tile", { hasText: "Robot" }).click();
  const [screen] = await Promise.all([prof.waitForEvent("popup"), prof.click("#player-content button:has-text('Montrer ses messages')")]);
  await screen.setViewportSize(PROJECTOR);
  await says(screen, "#scene-title", "sur le fil");
  await program.ask("51");
  await says(screen, "#scene-content", "Robot.*→ 51⏎?← (Trop|Gagné)");
  await check(screen, "scene-wire");
  // A volunteer is one for this time only.
  await screen.click("#scenes button:has-text('Leçon')");
  await says(screen, "#scene-title", "leçon");
  await screen.click("#scenes button:has-text('Sur le fil')");
  await says(screen, "#scene-content", "Choisissez un programme connecté");
  await screen.close();
  program.close();

  // « Toujours »: nobody is asked.
  await leave(owner, "Léa");
  await prof.locator("#actions label", { hasText: "Revenir" }).locator("select").selectOption("always");
  await prof.waitForFunction(() => [...document.querySelectorAll("#actions select")].some(({ value }) => value === "always"));
  const third = await asLea();
  await third.click("#back-ask");
  await says(third, "#me", "^Léa$");
  await tile("Léa", "1 victoire");
});
