// The console: what a terminal tells of the network, for pupils without one. Each answer says who has
// measured: the server, which asks the DNS and sends the pings, or this page.
import { byId, h, put } from "./dom.js";
import { Refused, request } from "./desk.js";
import { lang, say } from "./speech.js";

/** What may be typed, in both languages, and as in a terminal. */
const COMMANDS = {
  adresse: "address", address: "address", ip: "address", ipconfig: "address", ifconfig: "address",
  ping: "ping",
  nom: "name", name: "name", nslookup: "name", host: "name",
};
/** Round trips that a ping measures. */
const TRIPS = 4;
const PATIENCE = 2000;
const ROWS = 300;

let desk;
let isBusy = false;
/** The latest command in the log. */
let asked = null;
/** The sign of life that is waited for: its number, and what it ends. */
let awaited = null;

/** `desk` has the page's line. */
export function startConsole(given) {
  desk = given;
  byId("net").open ||= location.hash === "#console";
  if (location.hash === "#console") byId("net").scrollIntoView();
}

function print(text, kind) {
  const log = byId("net-log");
  const row = h("span", { class: kind }, `${text}\n`);
  if (kind === "typed") asked = row;
  log.append(row);
  while (log.childNodes.length > ROWS) log.firstChild.remove();
  // A long answer is read from its beginning.
  log.scrollTop = Math.min(log.scrollHeight, asked ? asked.offsetTop - log.offsetTop : Infinity);
}

const decimals = (ms) => new Intl.NumberFormat(lang, { maximumFractionDigits: ms < 10 ? 1 : 0 }).format(ms);
const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];

/** Whoever measures the way to this page is answered. */
export function consoleHeard(told) {
  if (told.event === "probe") desk.send({ do: "probed", from: told.from, number: told.number });
  else if (told.number === awaited?.number) awaited.done();
}

/** The milliseconds of a round trip over the page's line; `to` is another page's machine. */
function trip(to) {
  return new Promise((resolve) => {
    const [number, began] = [crypto.getRandomValues(new Uint32Array(1))[0], performance.now()];
    const timer = setTimeout(() => resolve(null), PATIENCE);
    awaited = { number, done: () => { clearTimeout(timer); resolve(performance.now() - began); } };
    desk.send({ do: "probe", to, number });
  });
}

async function trips(to) {
  const times = [];
  for (let count = 0; count < TRIPS; count += 1) times.push(await trip(to));
  awaited = null;
  return times.filter((time) => time !== null);
}

/** How many answers came, and the times. */
function measured(name, times, sent, values) {
  const ms = times.map(decimals).join(" · ");
  return say(times.length ? name : `${name}-none`, { count: times.length, sent, ms, median: times.length ? decimals(median(times)) : "", ...values });
}

function named({ name, addresses, by, dns, ms, failed }) {
  if (failed) {
    print(say("net-name-none", { name, failed }));
    print(say("net-no-internet"), "note");
    return;
  }
  print(say("net-name", { name, addresses: addresses.join(", ") }));
  print(say(`net-by-${by}`, { dns, ms: ms === undefined ? "" : decimals(ms) }), "note");
}

const tell = {
  address: ({ seen, relayed, here, server }) => {
    print(say(here ? "net-address-here" : relayed ? "net-address-relayed" : "net-address", { seen, server }));
    const own = desk.machine()?.address;
    if (own && own !== seen) print(say("net-address-invented", { own }), "note");
    print(say("net-mask"), "note");
  },
  name: named,
  ping: async ({ address, named: name, place, times, page, server }) => {
    if (name) named(name);
    if (!place) return;
    if (place === "measured") print(measured("net-echo", times.filter((time) => time !== null), times.length, { address, server }));
    else print(say(`net-ping-${place}`, { address }));
    if (place === "measured" && times.every((time) => time === null)) print(say("net-echo-why"), "note");
    if (place === "server") print(measured("net-trip-server", await trips(null), TRIPS));
    else if (page && place !== "own") print(measured("net-trip", await trips(address), TRIPS));
    else if (place !== "own" && !name) print(say("net-no-page", { address }), "note");
  },
};

async function run(typed) {
  const [word, ...rest] = typed.split(/\s+/);
  const command = COMMANDS[word.toLowerCase()];
  const [target] = rest.filter((one) => !one.startsWith("-"));
  if (!command || (command !== "address" && !target)) return print(say("net-how"), "err");
  const what = command === "address" ? "address" : { [command]: target };
  try {
    await tell[command](await request("/workshop/console", { key: desk.key(), lang, command: what }));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    print(error.status === 400 ? say("net-no-name", { target }) : error.message, "err");
  }
}

byId("net-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const typed = byId("net-line").value.trim();
  if (!typed || isBusy || !desk.machine()) return;
  byId("net-line").value = "";
  print(`> ${typed}`, "typed");
  isBusy = true;
  drawConsole();
  try { await run(typed); } finally {
    isBusy = false;
    drawConsole();
  }
});

export function drawConsole() {
  put(byId("net-wait"), isBusy ? say("net-wait") : "");
  byId("net-send").disabled = isBusy || !desk?.machine();
}
