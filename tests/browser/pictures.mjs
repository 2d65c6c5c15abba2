// The pictures of the READMEs and of docs/class.md, for scripts/pictures: a class that plays, at a
// server of this build. The addresses on them are those of an ordinary network.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Browser, PROJECTOR, Server, TextPlayer, bisect, enter, pictures } from "./world.mjs";

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../docs/pictures");
const server = await Server.start();
const browser = await Browser.start();
const take = (page, name, options = {}) => page.screenshot({ path: path.join(folder, `${name}.png`), ...options });
const here = async (page) => page.route("**/here", async (route) => {
  const told = await (await route.fetch()).json();
  await route.fulfill({ json: { ...told, page: "http://192.168.1.10:8080/", text: ["192.168.1.10:50000"] } });
});

/** What a test has taken a picture of already. */
const copy = (from, name) => fs.copyFileSync(path.join(pictures, `${from}.png`), path.join(folder, `${name}.png`));

try {
  const prof = await browser.open("about:blank", { viewport: { width: 1366, height: 1180 } });
  await here(prof);
  await prof.goto(server.link);
  await prof.waitForSelector("#desk:not([hidden])");
  await prof.click("#new-room");
  await prof.selectOption("#f-mode", "course");
  await prof.fill("#f-code", "4821");
  await prof.click("#room-form button[type=submit]");
  await prof.waitForSelector("#lobby:not([hidden])");
  await prof.click("#next-step");

  const pupils = {};
  for (const name of ["Léa", "Aya", "Lou", "Max"]) {
    pupils[name] = await browser.open(`${server.base}/#4821`, { viewport: { width: 1280, height: 900 } });
    await enter(pupils[name], "4821", name);
  }
  const programs = ["Tom", "Inès", "Noé", "Zoé"].map((name) => ({ name, player: new TextPlayer(server.text, { lines: ["Tom", "Zoé"].includes(name) }) }));
  for (const { name, player } of programs) await player.enter("4821", name);
  await prof.click("#next-step");
  await bisect(pupils["Léa"]);
  for (const { player } of programs) await player.ask("1");
  for (const [page, number] of [[pupils.Aya, 50], [pupils.Max, 20]]) {
    await page.fill("#guess", String(number));
    await page.click("#send");
  }
  // Zoé has begun a line and does not end it.
  programs[3].player.socket.write("5");
  await prof.waitForFunction(() => /bloqué/.test(document.querySelector("#moods").textContent));
  await take(prof, "prof", { fullPage: true });

  await pupils.Aya.click("#wire summary");
  await take(pupils.Aya, "game", { fullPage: true });

  const screen = await prof.context().newPage();
  await here(screen);
  await screen.setViewportSize(PROJECTOR);
  await screen.goto(`${server.base}/ecran#4821`);
  await screen.waitForSelector("#wall:not([hidden]) #board tr:nth-child(5)");
  await take(screen, "ecran");
  copy("checks-laptop-light", "checks");
  copy("atelier-chat", "workshop");
} finally {
  await browser.close();
  await server.stop();
}
