// The figures of scripts/bench-workshop: what the workshop costs a page, in a real Chromium, and the
// server, with 30 programs at once in simulated pages.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import { Calls } from "./programs.mjs";
import { Browser, PHONE, SCHOOL, Server } from "./world.mjs";

const at = process.argv.indexOf("--seconds");
const SECONDS = at < 0 ? 10 : Number(process.argv[at + 1]);
const TRIPS = 300;
const PAIRS = 15;
/** Round trips a second of each pair: faster than anybody types. */
const RATE = 10;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const cell = (name, value) => console.log(`| ${name} | ${value} |`);
const python = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../crates/server/python");

/** Seconds that a process has run, in the system and outside. */
function used(pid) {
  const fields = fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").pop().split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** MB that a process holds; what it shares counts in parts. */
const held = (pid) => Number(fs.readFileSync(`/proc/${pid}/smaps_rollup`, "utf8").match(/^Pss: +(\d+)/m)[1]) / 1024;

async function pagesHold(browser) {
  const session = await browser.driven.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  return processInfo.filter(({ type }) => type === "renderer").reduce((sum, { id }) => sum + held(id), 0);
}

/** Milliseconds until a page of the workshop can run a program. */
async function start(page, base) {
  const began = performance.now();
  await page.goto(`${base}/atelier`);
  await page.locator(".pane").first().locator("button.main:enabled").waitFor();
  return performance.now() - began;
}

const ECHO = 'import socket\nc, _ = socket.create_server(("", 50020)).accept()\nwhile heard := c.recv(100):\n    c.send(heard)\n';
const CLIENT = (address) => `
import socket, time
c, times = socket.create_connection(("${address}", 50020)), []
for n in range(${TRIPS}):
    began = time.perf_counter()
    c.send(b"bonjour")
    c.recv(100)
    times.append(time.perf_counter() - began)
print("median", sorted(times)[${TRIPS / 2}] * 1000)
`;

async function inBrowser() {
  const server = await Server.start();
  const browser = await Browser.start();
  try {
    const base = `http://${SCHOOL}:${server.web.split(":")[1]}`;
    const open = () => browser.open(`${base}/`, { viewport: PHONE, expected: [/./] });
    const [one, other] = [await open(), await open()];
    const before = await pagesHold(browser);
    const cold = await start(one, base);
    await sleep(1000);
    const after = await pagesHold(browser);
    const warm = await start(one, base);
    await start(other, base);
    const bytes = fs.readdirSync(python).reduce((sum, name) => sum + fs.statSync(path.join(python, name)).size, 0);
    cell("Python ready in a page, nothing in the browser's cache", `${(cold / 1000).toFixed(1)} s`);
    cell("the same with the cache", `${(warm / 1000).toFixed(1)} s`);
    cell("bytes to load, compressed", `${(bytes / 1e6).toFixed(1)} MB`);
    cell("memory of a page with one Python more than without", `${(after - before).toFixed(0)} MB`);
    const [, address] = (await one.textContent("#machine")).match(/(198\.18\.\d+\.\d+)/);
    const run = async (page, source) => {
      await page.fill("#code-0", source);
      await page.locator(".pane").first().locator("button.main").click();
    };
    await run(one, ECHO);
    await one.waitForFunction(() => /accept\(\)/.test(document.querySelector(".says").textContent));
    const begun = used(server.child.pid);
    await run(other, CLIENT(address));
    await other.waitForFunction(() => /median/.test(document.querySelector(".console").textContent));
    const spent = used(server.child.pid) - begun;
    const [, median] = (await other.textContent(".console")).match(/median ([\d.]+)/);
    cell(`a round trip from page to page, median of ${TRIPS}`, `${Number(median).toFixed(1)} ms`);
    cell("the server's CPU time of one", `${((spent / TRIPS) * 1e6).toFixed(0)} µs`);
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** A page of a browser of its own, with one program. */
async function simulated(server) {
  const shown = await fetch(`${server.base}/atelier`);
  await shown.arrayBuffer();
  const cookie = shown.headers.get("set-cookie").split(";")[0];
  const socket = new WebSocket(`${server.base.replace("http", "ws")}/workshop/socket`, { headers: { cookie } });
  const told = (event) => new Promise((resolve) => {
    const hear = (data) => {
      const object = JSON.parse(data);
      if (object.event === event) { socket.off("message", hear); resolve(object); }
    };
    socket.on("message", hear);
  });
  const { address } = await told("hello");
  const started = told("started");
  socket.send(JSON.stringify({ do: "start", pane: 0 }));
  return { socket, address, calls: new Calls(server.base, (await started).program) };
}

async function pair(server) {
  const [here, there] = [await simulated(server), await simulated(server)];
  await here.calls.ask({ call: "bind", fd: 3, ip: "0.0.0.0", port: 50000 });
  await here.calls.ask({ call: "listen", fd: 3, backlog: 5 });
  const accepted = here.calls.ask({ call: "accept", fd: 3, new: 4 });
  await there.calls.ask({ call: "connect", fd: 3, ip: here.address, port: 50000 });
  await accepted;
  return { here, there };
}

async function manyPrograms() {
  const server = await Server.start();
  const { pid } = server.child;
  try {
    await (await fetch(`${server.base}/atelier`)).arrayBuffer();
    const before = held(pid);
    const pairs = [];
    for (let number = 0; number < PAIRS; number += 1) pairs.push(await pair(server));
    let isOver = false;
    const percent = async () => {
      const [begun, began] = [used(pid), performance.now()];
      await sleep(SECONDS * 1000);
      return ((used(pid) - begun) / (performance.now() - began)) * 1e5;
    };
    const echo = async ({ calls }) => { for (let text; (text = await calls.recv(4)) !== "";) await calls.send(4, text); };
    const serving = pairs.map(({ here }) => echo(here));
    const idle = await percent();
    let trips = 0;
    const talk = async ({ calls }) => {
      while (!isOver) {
        const next = sleep(1000 / RATE);
        await calls.send(3, "Bonjour, ça va ?");
        await calls.recv(3);
        trips += 1;
        await next;
      }
      await calls.close(3);
    };
    const talking = pairs.map(({ there }) => talk(there));
    const busy = await percent();
    const after = held(pid);
    isOver = true;
    await Promise.all([...talking, ...serving]);
    cell(`the server with ${2 * PAIRS} programs, all waiting`, `${idle.toFixed(1)} % of a core`);
    cell(`the server with ${2 * PAIRS} programs, ${Math.round(trips / SECONDS)} round trips a second in all`, `${busy.toFixed(1)} % of a core`);
    cell("memory of the server for them", `${(after - before).toFixed(1)} MB`);
    pairs.forEach(({ here, there }) => [here, there].forEach(({ socket }) => socket.terminate()));
  } finally {
    await server.stop();
  }
}

console.log("| what | |");
console.log("|---|---:|");
await inBrowser();
await manyPrograms();
