// Python, loaded into the browser's cache before the workshop is opened: quietly, in the class's turns, and
// never while something else needs the network.
import { Refused, request } from "./desk.js";

const FILES = ["pyodide.mjs", "pyodide.asm.mjs", "python_stdlib.zip", "pyodide.asm.wasm"];
const KEY = "jp.python";
const FIRST = 2000;
const EVERY = 8000;
const LOOK = 200;

const kept = () => { try { return sessionStorage.getItem(KEY); } catch { return null; } };
const keep = (version) => { try { sessionStorage.setItem(KEY, version); } catch { /* It is asked for again. */ } };

/** Loads one file, and lets go of what it reads. */
async function load(url, signal) {
  const answer = await fetch(url, { signal, priority: "low" });
  const reader = answer.body.getReader();
  while (!(await reader.read()).done) { /* The browser's cache has it. */ }
}

/** Loads Python while `may` says so. */
export function loadAhead(may) {
  let isBusy = false;
  const mayNow = () => !document.hidden && !navigator.connection?.saveData && may();
  const turn = async () => {
    if (isBusy || kept() || !mayNow()) return;
    isBusy = true;
    const abort = new AbortController();
    const watch = setInterval(() => mayNow() || abort.abort(), LOOK);
    try {
      const { version, turn: isGiven } = await request("/workshop/ahead", {});
      if (version === null) keep("none");
      else if (isGiven) {
        for (const name of FILES) await load(`/python/${version}/${name}`, abort.signal);
        keep(version);
      }
    } catch (error) {
      if (!(error instanceof Refused || error instanceof TypeError || error.name === "AbortError")) throw error;
    } finally {
      clearInterval(watch);
      isBusy = false;
    }
  };
  // A class does not ask in one moment.
  setTimeout(() => { turn(); setInterval(turn, EVERY); }, Math.random() * FIRST);
}
