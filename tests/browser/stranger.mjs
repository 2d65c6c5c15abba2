// The stranger's minute, for scripts/stranger: with a built program and what the README says, three
// browsers, an `nc` and the README's Python program play one race. Prints the seconds since the program
// was started, and what had to be clicked and typed.
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Browser, PATIENCE, program } from "./world.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const begun = performance.now();
const done = { clicks: 0, typed: 0 };

/** A program with lines in and out. */
function start(command, args) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const heard = { text: "" };
  child.stdout.on("data", (chunk) => { heard.text += chunk; });
  const says = async (pattern) => {
    const deadline = performance.now() + PATIENCE;
    for (;;) {
      const found = pattern.exec(heard.text);
      if (found) return found;
      if (performance.now() > deadline) throw new Error(`${command} did not say ${pattern}: ${heard.text}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const type = (line) => { child.stdin.write(`${line}\n`); done.typed += 1; };
  return { child, heard, says, type };
}

const click = async (page, place) => {
  await page.click(place);
  done.clicks += 1;
};

// “1. Start the server”, on free ports of this machine, and with a journal in memory.
const server = start(program, ["serve", "--lang", "en", "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0", "--data", "memory", "--no-browser", "--no-mdns"]);
done.typed += 1;
const [, page] = await server.says(/Page +(http:\S+)/);
const [, teacher] = await server.says(/Teacher +(http:\S+)/);
const [, host, port] = await server.says(/nc +nc (\S+) (\d+)/);
const browser = await Browser.start();
const programs = [];
let failed = null;
try {
  // The teacher's screen opens by itself at a desktop; here the link is followed.
  const prof = await browser.open(teacher, { locale: "en-US", viewport: { width: 1366, height: 768 } });
  await click(prof, "#open-class");
  await prof.waitForSelector("#lobby:not([hidden])");
  const code = await prof.textContent("#lobby .code");
  await click(prof, "#next-step");

  // “2. Let the class play”.
  const pupils = await Promise.all([1, 2, 3].map(() => browser.open(page, { locale: "en-US" })));
  for (const pupil of pupils) {
    await pupil.fill("#room", code);
    done.typed += 1;
    await click(pupil, "#join-form button[type=submit]");
    await pupil.waitForSelector("#game:not([hidden])");
  }
  const nc = start("nc", [host, port]);
  done.typed += 1;
  const readme = fs.readFileSync(path.join(root, "README.md"), "utf8");
  const [, source] = /```python\n([^`]*connect\(\([^`]*)```/.exec(readme);
  const python = start("python3", ["-u", "-c", source.replace(/connect\(\(.*\)\)/, `connect(("${host}", ${port}))`)]);
  done.typed += 1;
  programs.push(nc, python);
  for (const one of programs) {
    await one.says(/Hello/);
    one.type(`ROOM ${code}`);
    await one.says(new RegExp(`${code}`));
  }
  await prof.waitForFunction(() => document.querySelectorAll("#tiles .tile").length === 5);

  // The race: the programs and two browsers try once, the first one halves what is left.
  await click(prof, "#next-step");
  await pupils[0].waitForFunction(() => !document.querySelector("#send").disabled);
  const judged = /Too small|Too big|Found|has found|found it/;
  for (const one of programs) {
    one.heard.text = "";
    one.type("1");
    await one.says(judged);
  }
  const guess = async (pupil, number) => {
    await pupil.fill("#guess", String(number));
    done.typed += 1;
    await pupil.press("#guess", "Enter");
    await pupil.waitForFunction(() => /Too small|Too big|Found/i.test(document.querySelector("#verdict").textContent) && !document.querySelector("#send").disabled);
    return pupil.textContent("#verdict");
  };
  for (const pupil of pupils.slice(1)) await guess(pupil, 1);
  let [low, high, said] = [1, 100, ""];
  while (!/Found/i.test(said)) {
    const middle = Math.floor((low + high) / 2);
    said = await guess(pupils[0], middle);
    if (/small/i.test(said)) low = middle + 1;
    else high = middle - 1;
  }
  await prof.waitForFunction(() => /Round before/.test(document.querySelector("#room-state").textContent));
  // Everybody hears of it: the programs with their next message.
  for (const one of programs) {
    one.heard.text = "";
    one.type("1");
    await one.says(/ found /);
  }
  const seconds = (performance.now() - begun) / 1000;
  console.log(`| ${seconds.toFixed(1)} s | ${done.clicks} | ${done.typed} |`);
  if (seconds > 60) failed = new Error("more than a minute");
} catch (error) {
  failed = error;
} finally {
  for (const { child } of programs) child.kill();
  await browser.close();
  server.child.kill("SIGTERM");
}
if (failed) throw failed;
