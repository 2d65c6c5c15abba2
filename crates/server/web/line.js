// The number line: from MIN to MAX, what is still possible, and what was tried.
import { s, fill } from "./dom.js";

const HEIGHT = 150, MIDDLE = 78, MARGIN = 46;
/** So many tries are drawn: more would hide each other. */
const SHOWN = 20;

/** Drawn in the pixels there are, so that numbers stay large on a phone. */
const widthOf = (svg) => Math.max(280, Math.round(svg.clientWidth || svg.parentElement?.clientWidth || 600));

const scale = (width, [min, max]) => (number) =>
  MARGIN + ((number - min) / Math.max(1, max - min)) * (width - 2 * MARGIN);

/** Draws into an SVG: `range` and `possible` are [low, high], `tries` {guess, verdict}. */
export function drawLine(svg, { range, possible, tries = [], label = "" }) {
  const [min, max] = range;
  svg.setAttribute("class", "line");
  const width = widthOf(svg);
  const at = scale(width, range);
  svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  const [low, high] = possible;
  const parts = [
    s("line", { class: "axis", x1: at(min), x2: at(max), y1: MIDDLE, y2: MIDDLE }),
    s("line", { class: "possible", x1: at(low), x2: Math.max(at(high), at(low) + 0.1), y1: MIDDLE, y2: MIDDLE }),
    s("text", { class: "end", x: at(min), y: 140, "text-anchor": "middle" }, String(min)),
    s("text", { class: "end", x: at(max), y: 140, "text-anchor": "middle" }, String(max)),
  ];
  if (low > min || high < max) {
    const together = at(high) - at(low) < 90;
    const texts = low === high ? [[String(low), at(low)]]
      : together ? [[`${low} – ${high}`, (at(low) + at(high)) / 2]]
        : [[String(low), at(low)], [String(high), at(high)]];
    for (const [text, x] of texts) {
      const inside = Math.min(Math.max(x, 60), width - 60);
      parts.push(s("text", { class: "bound", x: inside, y: 42, "text-anchor": "middle" }, text));
    }
  }
  for (const { guess, verdict } of tries.slice(-SHOWN)) parts.push(mark(at(guess), verdict));
  fill(svg, parts);
}

/** A try is an arrow toward the number, or a disc on it. */
function mark(x, verdict) {
  const y = MIDDLE + 24;
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
  const width = widthOf(svg);
  const x = ((event.clientX - box.left) / box.width) * width;
  const share = Math.min(1, Math.max(0, (x - MARGIN) / (width - 2 * MARGIN)));
  return Math.round(min + share * (max - min));
}
