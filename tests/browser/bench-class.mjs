// The figures of scripts/bench-class, as shares of a core: the server's processor time with a
// teacher's screen and without, and that of the browser's processes, as Chromium tells it.
import { spawn } from "node:child_process";
import fs from "node:fs";
import { Browser, Server, program } from "./world.mjs";

const at = process.argv.indexOf("--seconds");
const SECONDS = at < 0 ? 20 : Number(process.argv[at + 1]);
const DESKTOP = { width: 1366, height: 768 };
/** Milliseconds that a pupil thinks; with 10,000 that is 1,000 guesses a second. */
const CLASSES = [{ players: 35, pause: 3000 }, { players: 10000, pause: 10000 }];

const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Seconds that a process has run, in the system and outside. */
function used(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").pop().split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Seconds that the browser's processes have run: the page's own, and all of them, drawing included. */
async function browserUsed(session) {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const sum = (wanted) => processInfo.filter(wanted).reduce((all, { cpuTime }) => all + cpuTime, 0);
  return { page: sum(({ type }) => type === "renderer"), browser: sum(() => true) };
}

/** Percent of a core that each counter grew by in the time. */
async function percent(read) {
  const [before, begin] = [await read(), performance.now()];
  await sleep(SECONDS);
  const [after, seconds] = [await read(), (performance.now() - begin) / 1000];
  return Object.fromEntries(Object.keys(before).map((name) => [name, ((after[name] - before[name]) / seconds) * 100]));
}

async function measure({ players, pause }) {
  const server = await Server.start(["--room", "C=solo"]);
  const crowd = spawn(program, ["load", server.text, "--room", "C", "--connections", String(players),
    "--pause", String(pause), "--seconds", "3600"], { stdio: "ignore" });
  const browser = await Browser.start();
  try {
    const prof = await browser.open(server.link, { viewport: DESKTOP });
    await prof.waitForSelector("#desk:not([hidden])");
    await prof.locator("#rooms button", { hasText: "C" }).last().click();
    await prof.waitForFunction((wanted) => document.querySelector("#count").textContent.replace(/\D/g, "") === String(wanted),
      players, { timeout: 120000 });
    await prof.waitForFunction(() => !/rien/.test(document.querySelector("#moods").textContent), null, { timeout: 120000 });
    const session = await browser.driven.newBrowserCDPSession();
    const all = async () => ({ server: used(server.child.pid), ...(await browserUsed(session)) });
    await sleep(2);
    const seen = await percent(all);
    const tiles = await prof.locator("#tiles li").count();
    const bytes = await prof.evaluate(async () => (await (await fetch("/prof/rooms/C")).text()).length);
    await prof.goto("about:blank");
    await sleep(2);
    const unseen = await percent(all);
    const cell = (value) => `${value.toFixed(1)} %`;
    console.log(`| ${players.toLocaleString("en")} | ${cell(unseen.server)} | ${cell(seen.server - unseen.server)} | ${cell(seen.page)} `
      + `| ${cell(seen.browser)} | ${tiles} | ${(bytes / 1000).toFixed(0)} kB |`);
  } finally {
    crowd.kill();
    await browser.close();
    await server.stop();
  }
}

console.log("| players | the server without the screen | the screen adds | the page's process | the whole browser | tiles | one look |");
console.log("|---:|---:|---:|---:|---:|---:|---:|");
for (const one of CLASSES) await measure(one);
