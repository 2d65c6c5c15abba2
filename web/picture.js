// The dichotomy picture: how many tries each win took, people and programs apart, against the best
// possible.
import { h, s } from "./dom.js";
import { say } from "./speech.js";

const WIDTH = 900, HEIGHT = 260, BOTTOM = 215, TOP = 30, LEFT = 20;

/** What a survey's wins look like; a sentence where there are none. */
export function drawPicture({ finishes, rules }) {
  if (rules.mode === "closest") return [];
  if (finishes.length === 0) return [h("p", { class: "quiet" }, say("screen-nothing"))];
  const most = Math.max(rules.optimum + 3, ...finishes.map(({ tries }) => Math.min(tries, 30)));
  const count = (tries, by) => finishes.filter((one) => Math.min(one.tries, 30) === tries && (by === "program") === (one.by === "program")).reduce((sum, one) => sum + one.count, 0);
  const columns = Array.from({ length: most }, (_, index) => ({ tries: index + 1, people: count(index + 1, "page"), programs: count(index + 1, "program") }));
  const highest = Math.max(1, ...columns.map(({ people, programs }) => Math.max(people, programs)));
  const step = (WIDTH - 2 * LEFT) / most;
  const bar = (kind, x, value) => {
    const height = (value / highest) * (BOTTOM - TOP);
    return value === 0 ? [] : [
      s("rect", { class: kind, x, y: BOTTOM - height, width: step * 0.36, height, rx: 3 }),
      s("text", { x: x + step * 0.18, y: BOTTOM - height - 6, "text-anchor": "middle" }, `${kind === "people" ? "●" : "▲"}${value}`),
    ];
  };
  const at = (tries) => LEFT + (tries - 1) * step;
  const best = at(rules.optimum) + step * 0.9;
  const games = finishes.reduce((sum, one) => sum + one.count, 0);
  const mean = finishes.reduce((sum, one) => sum + one.count * one.tries, 0) / games;
  const text = say("screen-picture-text", { games, mean: mean.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 }), optimum: rules.optimum });
  const svg = s("svg", { class: "picture", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": text },
    s("line", { class: "axis", x1: LEFT, x2: WIDTH - LEFT, y1: BOTTOM, y2: BOTTOM }),
    ...columns.flatMap(({ tries, people, programs }) => [
      ...bar("people", at(tries) + step * 0.08, people),
      ...bar("programs", at(tries) + step * 0.48, programs),
      s("text", { x: at(tries) + step * 0.46, y: BOTTOM + 22, "text-anchor": "middle" }, String(tries)),
    ]),
    s("line", { class: "best", x1: best, x2: best, y1: 12, y2: BOTTOM }));
  return [
    h("h2", {}, say("screen-picture")), svg,
    h("p", { class: "small" }, `● ${say("screen-people")} · ▲ ${say("screen-programs")} · ┆ ${say("screen-best", rules)}`),
    h("p", { class: "small" }, text),
  ];
}
