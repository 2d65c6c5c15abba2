// The room test, at the page that is asked: what this network lets this browser do, told to the
// server. Each try has its time, and all are made side by side.

const PATIENCE = 5000;
/** The answer to a request that waits is asked for so late. */
const MEANWHILE = 1000;
/** A class does not try all at once. */
const SPREAD = 800;

/** Ports to which no browser goes by HTTP, whoever listens there (the Fetch standard, “port
    blocking”). */
export const BANNED = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
  110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531,
  532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060,
  5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

/** Tries all, and reports. A report that can't be sent is missed by the server, which says so. */
export async function runTrial({ ticket, port, machines = [] }) {
  await pause(Math.random() * SPREAD);
  const [websocket, poll, text, reached] = await Promise.all([tryWebSocket(), tryPoll(), tryPort(port, ticket), tryMachines(machines)]);
  const body = JSON.stringify({ ticket, websocket, poll, port: text, machines: reached });
  await fetch("/trial", { method: "POST", headers: { "content-type": "application/json" }, body }).catch(() => {});
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A WebSocket of its own, up to the server's greeting. */
function tryWebSocket() {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
    const end = (outcome) => { resolve(outcome); socket.onclose = null; socket.close(); };
    const timer = setTimeout(() => end("silent"), PATIENCE);
    const over = (outcome) => () => { clearTimeout(timer); end(outcome); };
    socket.onmessage = over("open");
    socket.onerror = socket.onclose = over("refused");
  });
}

/** A request that waits must get an answer that comes later, in one piece and on its own. */
async function tryPoll() {
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), PATIENCE);
  const ask = async (path, options) => {
    const answer = await fetch(path, { cache: "no-store", signal: aborter.signal, ...options });
    if (!answer.ok) throw new Error(`refused: ${answer.status}`);
    return answer;
  };
  let at = null;
  try {
    at = `/json/${(await (await ask("/json", { method: "POST", body: "" })).json()).id}`;
    await ask(at);
    const waits = ask(at);
    await pause(MEANWHILE);
    await ask(at, { method: "POST", body: JSON.stringify({ type: "help" }) });
    const [answer] = await (await waits).json();
    return answer.type === "help" ? "open" : "intercepted";
  } catch {
    return aborter.signal.aborted ? "silent" : "refused";
  } finally {
    clearTimeout(timer);
    if (at) fetch(at, { method: "DELETE" }).catch(() => {});
  }
}

/** A worker's script, which a page with Trusted Types may start from this server only. */
const REACH = "/reach-worker.js";
let policy = null;

function reachUrl() {
  policy ??= globalThis.trustedTypes?.createPolicy("reach", { createScriptURL: () => REACH });
  return policy?.createScriptURL(REACH) ?? REACH;
}

/** The other machines of the network, in their order. A page over TLS may ask them nothing. */
function tryMachines(machines) {
  const untried = machines.map(() => "untried");
  if (machines.length === 0 || location.protocol === "https:") return untried;
  return new Promise((resolve) => {
    const worker = new Worker(reachUrl());
    const end = (outcomes) => { clearTimeout(timer); worker.terminate(); resolve(outcomes); };
    const timer = setTimeout(() => end(untried), 2 * PATIENCE);
    worker.onmessage = ({ data }) => end(data);
    worker.onerror = () => end(untried);
    worker.postMessage(machines);
  });
}

/** The text door speaks no HTTP, so to a browser its answer is an error like any other: the server
    knows by the ticket whether this came to it. What is told from here is how it failed. */
async function tryPort(port, ticket) {
  // No policy can allow an IPv6 address, and an encrypted page may ask for nothing unencrypted.
  if (!port || location.protocol === "https:" || location.hostname.startsWith("[")) return "untried";
  if (BANNED.has(port)) return "banned";
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), PATIENCE);
  try {
    await fetch(`http://${location.hostname}:${port}/trial/${ticket}`, { mode: "no-cors", cache: "no-store", signal: aborter.signal });
    return "intercepted";
  } catch {
    return aborter.signal.aborted ? "silent" : "refused";
  } finally {
    clearTimeout(timer);
  }
}
