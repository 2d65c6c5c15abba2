// What the browser's tests share: a server of this build on free ports, pages that must not
// complain, and players by other doors. What a test starts it stops, by process id.
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium, firefox } from "playwright-core";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const program = process.env.JUSTE_PRIX ?? path.join(root, "target/debug/juste-prix");
/** Where the pictures of the pages go. */
export const pictures = path.join(root, "target/pictures");

/** A name of the server that is no secure context, unlike 127.0.0.1. */
export const SCHOOL = "salle12";
export const PHONE = { width: 360, height: 740 };
export const PROJECTOR = { width: 1920, height: 1080 };
/** For what must happen on a busy machine: a test that waits so long has failed. */
export const PATIENCE = 60000;

/** The browser that this process tests in. */
export const BROWSER = process.env.TEST_BROWSER ?? "Chromium";

/** How each browser is started. `names` are this machine's in the browser; `home` is the folder where it looks
    for the person's own certificate authorities. */
const LAUNCH = {
  Chromium: ({ names = [SCHOOL], home, args = [] }) => chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", `--host-resolver-rules=${names.map((name) => `MAP ${name} 127.0.0.1`).join(", ")}`, ...args],
    env: home ? { ...process.env, HOME: home } : process.env,
  }),
  // By WebDriver BiDi. Playwright 1.65 asks for a command that Firefox ESR 153 does not know.
  Firefox: () => firefox.launch({
    channel: "moz-firefox",
    executablePath: "/usr/bin/firefox-esr",
    firefoxUserPrefs: { "network.dns.localDomains": SCHOOL },
  }),
};

/** A test of what browsers differ in: each of them runs it. */
export const inEachBrowser = (name, ...rest) => test(BROWSER === "Chromium" ? name : `${name} (${BROWSER})`, ...rest);

/** A test that rests on no browser: Chromium runs it. */
export const once = (...test_) => { if (BROWSER === "Chromium") test(...test_); };

/** Programs play here as fast as they can. */
const RATES = ["--rate", "none", "--pace", "free", "--pause", "0"];

/** The ports of servers that a test has ended. */
const ended = new Set();
/** What a browser says of a line that broke. */
export const BROKEN = /net::ERR_|WebSocket connection|(can’t establish a connection to the server at|The connection to) wss?:/;
/** What is no complaint of a page: a server closed a quiet connection just as it was used again, and the page
    looks anew; and what Firefox says of a worker that is terminated while it runs. */
const NO_COMPLAINTS = [/ERR_SOCKET_NOT_CONNECTED/, /^uncaught exception: undefined$/];

/** A server with a journal in a folder of its own. */
export class Server {
  static async start(options = [], { text = "127.0.0.1:0", web = "127.0.0.1:0", data, log } = {}) {
    const server = new Server();
    server.options = options;
    server.log = log;
    server.data = data ?? fs.mkdtempSync(path.join(os.tmpdir(), "jp-browser-"));
    await server.run(text, web);
    return server;
  }

  async run(text, web) {
    const kept = this.log ? ["--journal", this.log.url, "--event", "essai"] : ["--data", this.data];
    const args = ["serve", ...kept, "--listen", text, "--web", web, "--json", ...RATES, ...this.options];
    this.child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let errors = "";
    this.child.stderr.on("data", (chunk) => { errors += chunk; });
    this.gone = new Promise((resolve) => this.child.on("exit", resolve));
    const line = await new Promise((resolve, reject) => {
      let seen = "";
      this.child.stdout.on("data", (chunk) => {
        seen += chunk;
        if (seen.includes("\n")) resolve(seen.split("\n")[0]);
      });
      this.child.on("exit", (code) => reject(new Error(`the server ended with ${code}: ${errors}`)));
    });
    const told = JSON.parse(line);
    Object.assign(this, { text: told.text[0], web: told.web[0], link: told.teacher });
    this.base = `http://${this.web}`;
  }

  /** Killed without a word, and started again where it was. */
  async killAndRestart() {
    this.end("SIGKILL");
    await this.gone;
    await this.run(this.text, this.web);
  }

  end(signal) {
    ended.add(new URL(this.base).port);
    this.child.kill(signal);
  }

  async stop() {
    this.end("SIGTERM");
    await this.gone;
    fs.rmSync(this.data, { recursive: true, force: true });
  }
}

/** A server of the log that machines share. */
export class Log {
  static async start() {
    const log = new Log();
    log.folder = fs.mkdtempSync(path.join(os.tmpdir(), "jp-log-"));
    const config = path.join(log.folder, "server.conf");
    fs.writeFileSync(config, `listen: 127.0.0.1:-1\nports_file_dir: ${log.folder}\njetstream { store_dir: ${log.folder}, sync_interval: always }\n`);
    log.child = spawn(path.join(root, "target/nats-server/nats-server"), ["--config", config], { stdio: "ignore" });
    log.gone = new Promise((resolve) => log.child.on("exit", resolve));
    const ports = path.join(log.folder, `nats-server_${log.child.pid}.ports`);
    const deadline = Date.now() + PATIENCE;
    while (!log.url) {
      if (Date.now() > deadline) throw new Error("nats-server tells no ports");
      await new Promise((resolve) => setTimeout(resolve, 20));
      try { log.url = JSON.parse(fs.readFileSync(ports, "utf8")).nats[0]; } catch { /* Not yet. */ }
    }
    return log;
  }

  /** Answers nobody. */
  pause() { this.child.kill("SIGSTOP"); }

  goOn() { this.child.kill("SIGCONT"); }

  async stop() {
    this.child.kill("SIGKILL");
    await this.gone;
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A browser, and a list of all that its pages complained about. */
export class Browser {
  static async start(options = {}) {
    const browser = new Browser();
    browser.complaints = [];
    browser.contexts = new Set();
    browser.driven = await LAUNCH[BROWSER](options);
    return browser;
  }

  /** A browser's profile of its own; `expected` are complaints that belong to the test. That a line broke
      is none once the test has ended the server. */
  async open(url, { expected = [], ...options } = {}) {
    const context = await this.driven.newContext({ locale: "fr-FR", viewport: PHONE, ...options });
    context.setDefaultTimeout(PATIENCE);
    this.contexts.add(context);
    const page = await context.newPage();
    const complain = (text) => {
      const isExpected = [...NO_COMPLAINTS, ...expected].some((pattern) => pattern.test(text));
      const isBroken = ended.has(new URL(url).port) && BROKEN.test(text);
      if (!isExpected && !isBroken) this.complaints.push(`${url}: ${text}`);
    };
    page.on("pageerror", ({ name, message }) => complain(`${name}: ${message}`));
    page.on("console", (message) => { if (["error", "warning"].includes(message.type())) complain(message.text()); });
    await page.goto(url);
    return page;
  }

  /** Closes the pages of a test, but those of a context that all tests share: a page that stays looks
      for a server that another test has killed, and complains. */
  async leave(shared) {
    for (const context of this.contexts) {
      if (context === shared) continue;
      this.contexts.delete(context);
      await context.close();
    }
  }

  async close() {
    await this.driven.close();
  }
}

/** In the arguments of a process that shows pages. */
const SHOWS_PAGES = { Chromium: /--type=renderer/, Firefox: / tab\0$/ };

/** The processes that show the pages of this process's browser. */
function pageProcesses() {
  const parents = new Map();
  const read = (pid, file) => { try { return fs.readFileSync(`/proc/${pid}/${file}`, "utf8"); } catch { return ""; /* It has ended. */ } };
  for (const pid of fs.readdirSync("/proc").map(Number)) if (pid) parents.set(pid, Number(read(pid, "stat").split(") ")[1]?.split(" ")[1]));
  const isOurs = (pid) => pid === process.pid || (parents.has(pid) && isOurs(parents.get(pid)));
  return [...parents.keys()].filter((pid) => SHOWS_PAGES[BROWSER].test(read(pid, "cmdline")) && isOurs(pid));
}

/** Puts all pages to sleep, as a tablet does when its screen goes off; returns what wakes them. */
export function putToSleep() {
  const processes = pageProcesses();
  const tell = (signal) => processes.forEach((pid) => { try { process.kill(pid, signal); } catch { /* It has ended. */ } });
  tell("SIGSTOP");
  return () => tell("SIGCONT");
}

/** Takes a picture of a whole page for people to look at, in one browser. Firefox would complain of the style
    by which Playwright hides the cursor. */
export async function picture(page, name) {
  if (BROWSER === "Chromium") await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
}

/** What axe finds wrong in a page, or in a part of it: each rule with the elements that break it. Its legacy
    mode looks into no frames of other origins, which our pages do not have, and takes half the time. */
export async function violations(page, part = "html") {
  const found = await new AxeBuilder({ page }).setLegacyMode(true).include(part).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** From now on each sentence about the page's line is kept: what lasts a moment is not missed. */
export async function watchLine(page) {
  await page.evaluate(() => {
    globalThis.lineStates = [];
    const chip = document.querySelector("#line-state");
    new MutationObserver(() => lineStates.push(chip.textContent)).observe(chip, { childList: true, characterData: true, subtree: true });
  });
}

/** Waits until the line broke, was there again, and the page has its seat back. */
export async function cameBack(page) {
  await page.waitForFunction(() => {
    const broken = lineStates.findIndex((text) => /coupée/.test(text));
    return broken >= 0 && lineStates.slice(broken).some((text) => /✓ Connecté/.test(text)) && !document.querySelector("#send").disabled;
  });
}

/** A network that lets no WebSocket of this page through. */
export const blockWebSockets = (page) => page.addInitScript(() => {
  globalThis.WebSocket = class {
    constructor() { setTimeout(() => this.onclose?.()); }
    close() {}
  };
});

/** A page that has entered a room. */
export async function enter(page, room, name) {
  await page.fill("#room", room);
  await page.fill("#nickname", name);
  await page.click("#join-form button[type=submit]");
  await page.waitForFunction(() => !document.querySelector("#game").hidden || !document.querySelector("#join-error").hidden);
  if (await page.isHidden("#game")) throw new Error(`${name} could not enter ${room}: ${await page.textContent("#join-error")}`);
  await page.waitForFunction((wanted) => document.querySelector("#me").textContent === wanted, name);
}

/** How a verdict is said on the page. */
const FRENCH = { low: /petit/, high: /grand/, won: /Gagné/ };

/** Proposes a number, and waits for its verdict. */
export async function propose(page, number, { won } = FRENCH) {
  const before = await page.locator("#tries li").count();
  await page.fill("#guess", String(number));
  await page.click("#send");
  await page.waitForFunction(([tries, won]) => {
    const over = new RegExp(`${won}|Perdu`).test(document.querySelector("#verdict").textContent);
    const count = document.querySelectorAll("#tries li").length;
    return (count > tries || over || count === 1) && !document.querySelector("#send").disabled;
  }, [before, won.source]);
  return page.textContent("#verdict");
}

/** Proposes 1 and 100 until neither is the number: what is possible is then narrower on either side. */
export async function narrow(page) {
  for (;;) {
    const [one, hundred] = [await propose(page, 1), await propose(page, 100)];
    if (/petit/.test(one) && /grand/.test(hundred)) return;
    await bisect(page);
  }
}

/** Finds the number by bisection; returns it with the tries that it took. */
export async function bisect(page, [low, high] = [1, 100], words = FRENCH) {
  for (let tries = 1; ; tries += 1) {
    const guess = Math.floor((low + high) / 2);
    const verdict = await propose(page, guess, words);
    if (words.low.test(verdict)) low = guess + 1;
    else if (words.high.test(verdict)) high = guess - 1;
    else if (words.won.test(verdict)) return { number: guess, tries };
    else throw new Error(`${guess} was answered ${verdict}`);
    if (low > high) throw new Error(`no number is left after ${guess}`);
  }
}

/** A text player: lines like nc, or the bare bytes of the lesson's program. */
export class TextPlayer {
  constructor(address, { lines = true } = {}) {
    const at = address.lastIndexOf(":");
    this.newline = lines ? "\n" : "";
    this.socket = net.connect(Number(address.slice(at + 1)), address.slice(0, at));
    this.socket.setEncoding("utf8");
    this.heard = [];
    this.wanted = [];
    this.socket.on("data", (text) => {
      const waiting = this.wanted.shift();
      if (waiting) waiting(text.trim());
      else this.heard.push(text.trim());
    });
    this.socket.on("error", () => {});
    this.closed = new Promise((resolve) => this.socket.on("close", resolve));
  }

  next() {
    const told = this.heard.shift();
    return told === undefined ? new Promise((resolve) => this.wanted.push(resolve)) : Promise.resolve(told);
  }

  ask(text) {
    this.socket.write(text + this.newline);
    return this.next();
  }

  async enter(room, name) {
    await this.next();
    await this.ask(`SALLE ${room}`);
    if (name) await this.ask(`NOM ${name}`);
  }

  close() {
    this.socket.destroy();
  }
}
