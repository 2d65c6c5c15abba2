// The start page's number line plays by itself. Who wants no motion sees the end of a game.
import { byId } from "./dom.js";
import { halving } from "./halving.js";
import { drawLine } from "./line.js";
import { say } from "./speech.js";

const RANGE = [1, 100];
const EVERY = 1600;
/** Steps for which the end of a game is shown. */
const REST = 3;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

let tries = [];
let step = 0;

export function drawDemo() {
  if (calm.matches || tries.length === 0) {
    tries = halving(RANGE, 68);
    if (calm.matches) step = tries.length;
  }
  const shown = tries.slice(0, Math.min(step, tries.length));
  let [low, high] = RANGE;
  for (const { guess, verdict } of shown) {
    if (verdict === "too-small") low = guess + 1;
    else if (verdict === "too-big") high = guess - 1;
    else [low, high] = [guess, guess];
  }
  drawLine(byId("demo"), { range: RANGE, possible: [low, high], tries: shown, label: say("demo") });
  const last = shown.at(-1);
  byId("demo-says").textContent = last ? `${last.guess} : ${say(`short-${last.verdict}`)}` : "…";
}

setInterval(() => {
  if (document.hidden || calm.matches || byId("join").hidden) return;
  step += 1;
  if (step > tries.length + REST) {
    step = 0;
    tries = halving(RANGE, 1 + Math.floor(Math.random() * 100));
  }
  drawDemo();
}, EVERY);
