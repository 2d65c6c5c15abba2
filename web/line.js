// The number line: from MIN to MAX, what is still possible, and what was tried.
import { s, fill } from "./dom.js";

const WIDTH = 1000, LEFT = 60, RIGHT = 940, MIDDLE = 78;
/** So many tries are drawn: more would hide each other. */
const SHOWN = 20;

/** Draws into an SVG: `range` and `possible` are [low, high], `tries` {guess, verdict}. */
export function drawLine(svg, { range, possible, tries = [], label = "" }) {
  const [min, max] = range;
  const at = (number) => LEFT + ((number - min) / Math.max(1, max - min)) * (RIGHT - LEFT);
  svg.setAttribute("viewBox", `0 0 ${WIDTH} 150`);
  svg.setAttribute("class", "line");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  const [low, high] = possible;
  const wide = Math.max(at(high) - at(low), 0.1);
  const parts = [
    s("line", { class: "axis", x1: LEFT, x2: RIGHT, y1: MIDDLE, y2: MIDDLE }),
    s("line", { class: "possible", x1: at(low), x2: at(low) + wide, y1: MIDDLE, y2: MIDDLE }),
    s("text", { class: "end", x: LEFT, y: 140, "text-anchor": "middle" }, String(min)),
    s("text", { class: "end", x: RIGHT, y: 140, "text-anchor": "middle" }, String(max)),
  ];
  if (low > min || high < max) {
    const together = at(high) - at(low) < 90;
    const texts = low === high ? [[String(low), at(low), "middle"]]
      : together ? [[`${low} – ${high}`, (at(low) + at(high)) / 2, "middle"]]
        : [[String(low), at(low), "middle"], [String(high), at(high), "middle"]];
    for (const [text, x, anchor] of texts) {
      parts.push(s("text", { class: "bound", x: Math.min(Math.max(x, 70), WIDTH - 70), y: 42, "text-anchor": anchor }, text));
    }
  }
  for (const { guess, verdict } of tries.slice(-SHOWN)) parts.push(mark(at(guess), verdict));
  fill(svg, parts);
}

/** A try is an arrow toward the number, or a star on it. */
function mark(x, verdict) {
  const y = MIDDLE + 22;
  switch (verdict) {
    case "too-small": return s("path", { class: "try low", d: `M${x - 9} ${y - 10} L${x + 11} ${y} L${x - 9} ${y + 10} Z` });
    case "too-big": return s("path", { class: "try high", d: `M${x + 9} ${y - 10} L${x - 11} ${y} L${x + 9} ${y + 10} Z` });
    case "found": case "won": return s("circle", { class: "try found", cx: x, cy: MIDDLE, r: 15 });
    default: return s("rect", { class: "try other", x: x - 7, y: y - 7, width: 14, height: 14 });
  }
}

/** The number under a tap. */
export function numberAt(svg, event, [min, max]) {
  const box = svg.getBoundingClientRect();
  const x = ((event.clientX - box.left) / box.width) * WIDTH;
  const share = Math.min(1, Math.max(0, (x - LEFT) / (RIGHT - LEFT)));
  return Math.round(min + share * (max - min));
}
