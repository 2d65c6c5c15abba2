// Python, in a worker of its own: each blocking call of the program is one synchronous request to the
// server, so nothing else happens here meanwhile. Once a program has started a thread, its calls go by the
// page's line, and its threads take turns. What the pupil types goes to the server by the page.
let python;
let run;
let stop;
let program;

const tell = (message) => postMessage(message);
const encoder = new TextEncoder();

/** Sleeping needs memory to wait on; it is shared without any isolation of the page. */
const bed = (() => {
  try { return new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer); } catch { return null; }
})();

function sleep(seconds) {
  if (bed) {
    Atomics.wait(bed, 0, 0, seconds * 1000);
    return;
  }
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) { /* There is no other way to wait here. */ }
}

/** Half a second apart: as long as the server keeps a page's programs without its line. */
const TRIES = 20;

/** Asks the server, again with the same number if the line breaks: it answers a number once. */
function ask(line, data) {
  const head = encoder.encode(`${line}\n`);
  const body = new Uint8Array(head.length + (data?.length ?? 0));
  body.set(head);
  if (data) body.set(data, head.length);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const request = new XMLHttpRequest();
    request.open("POST", `/workshop/call/${program}`, false);
    request.responseType = "arraybuffer";
    try {
      request.send(body);
      if (request.status === 200) return new Uint8Array(request.response);
      if (request.status >= 400 && request.status < 500) break;
    } catch { /* The line is broken. */ }
    sleep(0.5);
  }
  return encoder.encode("#");
}

/** Whether this browser can switch stacks (JSPI): then a program may have threads. */
const switches = "Suspending" in WebAssembly;
/** Calls of threads, which wait for their answers from the page's line; by thread and number. */
const asked = new Map();

/** Asks by the page's line, so that any number of threads can wait. */
function askLater(lane, seq, line, data) {
  const head = encoder.encode(`${program}\n${line}\n`);
  const frame = new Uint8Array(head.length + (data?.length ?? 0));
  frame.set(head);
  if (data) frame.set(data, head.length);
  return new Promise((resolve) => {
    asked.set(`${lane} ${seq}`, resolve);
    tell({ is: "ask", call: `${program} ${lane} ${seq}`, frame });
  });
}

/** What threads wait for that another thread brings about. */
let waiting = [];
function change(ms) {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (ms >= 0) setTimeout(resolve, ms);
  });
}

function changed() {
  const all = waiting;
  waiting = [];
  all.forEach((resolve) => resolve());
}

function spawn(begin) {
  const kept = begin.copy();
  setTimeout(() => kept.callPromising().finally(() => kept.destroy()));
}

const FILES = { "pyodide.asm.wasm": 9.6e6, "python_stdlib.zip": 7.5e6 };

/** Fetches what is large, so that the wait can be shown; Python then finds it in the browser's cache. */
async function fetchAll(base) {
  const whole = Object.values(FILES).reduce((sum, size) => sum + size, 0);
  let loaded = 0;
  let told = 0;
  for (const name of Object.keys(FILES)) {
    const answer = await fetch(base + name);
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      loaded += value.length;
      if (loaded - told > whole / 50) {
        told = loaded;
        tell({ is: "loading", part: Math.min(loaded / whole, 1) });
      }
    }
  }
}

async function load(version) {
  const base = `/python/${version}/`;
  await fetchAll(base);
  const [{ loadPyodide }, shim] = await Promise.all([
    import(`${base}pyodide.mjs`),
    fetch("/atelier-shim.py").then((answer) => answer.text()),
  ]);
  python = await loadPyodide({ indexURL: base });
  python.registerJsModule("_atelier", {
    ask, sleep, change, changed, spawn,
    ask_later: askLater,
    nap: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    bytes: (piece) => piece.toJs(),
    show: (kind, text) => tell({ is: kind, text }),
  });
  const scope = python.globals.get("dict")();
  python.runPython(shim, { globals: scope, filename: "<atelier>" });
  run = scope.get("run");
  stop = scope.get("stop");
  tell({ is: "ready", switches });
}

onmessage = ({ data }) => {
  if (data.do === "load") {
    load(data.version).catch((error) => tell({ is: "broken", text: String(error?.message ?? error) }));
  } else if (data.do === "run") {
    program = data.program;
    const call = [data.name, data.source, JSON.stringify(data.machine), JSON.stringify(data.says)];
    const ended = (json) => {
      asked.clear();
      waiting = [];
      tell({ is: "ended", program: data.program, ...JSON.parse(json) });
    };
    if (switches) run.callPromising(...call).then(ended);
    else ended(run(...call));
  } else if (data.do === "answer") {
    asked.get(data.call)?.(data.bytes);
    asked.delete(data.call);
  } else if (data.do === "stop" && asked.size + waiting.length > 0) {
    stop();
  }
};
