// The figures of scripts/bench-class: the server's processor time with a teacher's screen and
// without, and that of the page's thread, told by Chromium (Performance.getMetrics).
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

async function percent(read) {
  const [before, begin] = [await read(), performance.now()];
  await sleep(SECONDS);
  return ((await read()) - before) / (performance.now() - begin) * 100000;
}

/** The page's seconds on its main thread, and of them scripts and layout. */
async function work(session) {
  const { metrics } = await session.send("Performance.getMetrics");
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
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
    const session = await prof.context().newCDPSession(prof);
    await session.send("Performance.enable");
    await sleep(2);
    const before = await work(session);
    const withScreen = await percent(() => used(server.child.pid));
    const after = await work(session);
    const share = (name) => ((after[name] - before[name]) / (after.Timestamp - before.Timestamp)) * 100;
    const tiles = await prof.locator("#tiles li").count();
    const bytes = await prof.evaluate(async () => (await (await fetch("/prof/rooms/C")).text()).length);
    await prof.close();
    await sleep(2);
    const without = await percent(() => used(server.child.pid));
    const cell = (value) => value.toFixed(1).padStart(5);
    console.log(`| ${players} | ${cell(without)} % | ${cell(withScreen)} % | ${cell(withScreen - without)} % | ${cell(share("TaskDuration"))} % `
      + `| ${cell(share("ScriptDuration"))} % | ${tiles} | ${(bytes / 1000).toFixed(0)} kB |`);
  } finally {
    crowd.kill();
    await browser.close();
    await server.stop();
  }
}

console.log("| players | server, no screen | server, with it | the screen costs the server | the page | of it scripts | tiles | one look |");
console.log("|---:|---:|---:|---:|---:|---:|---:|---:|");
for (const one of CLASSES) await measure(one);
