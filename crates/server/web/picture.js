// The dichotomy picture: how many tries each win took, people and programs apart, against the best
// possible.
import { h, s } from "./dom.js";
import { say } from "./speech.js";

const KINDS = [
  { by: "page", kind: "people", sign: "●" },
  { by: "program", kind: "programs", sign: "▲" },
  { by: "unknown", kind: "unknown", sign: "◆" },
];
/** More tries than that are drawn together. */
const MOST = 30;
const WIDTH = 900, HEIGHT = 260, BOTTOM = 215, TOP = 30, LEFT = 20;

/** What a survey's wins look like; a sentence where there are none. */
export function drawPicture({ finishes, rules }) {
  if (rules.mode === "closest") return [];
  if (finishes.length === 0) return [h("p", { class: "quiet" }, say("screen-nothing"))];
  const most = Math.max(rules.optimum + 3, ...finishes.map(({ tries }) => Math.min(tries, MOST)));
  const count = (tries, by) => finishes.filter((one) => Math.min(one.tries, MOST) === tries && one.by === by).reduce((sum, one) => sum + one.count, 0);
  // After a restart the server does not know any more by which door the earlier winners had come.
  const kinds = KINDS.filter(({ by }) => by !== "unknown" || finishes.some((one) => one.by === by));
  const columns = Array.from({ length: most }, (_, index) => ({ tries: index + 1, counts: kinds.map(({ by }) => count(index + 1, by)) }));
  const highest = Math.max(1, ...columns.flatMap(({ counts }) => counts));
  const step = (WIDTH - 2 * LEFT) / most;
  const width = (step * 0.78) / kinds.length;
  const bar = ({ kind, sign }, x, value) => {
    const height = (value / highest) * (BOTTOM - TOP);
    return value === 0 ? [] : [
      s("rect", { class: kind, x, y: BOTTOM - height, width: width * 0.92, height, rx: 3 }),
      s("text", { x: x + width * 0.46, y: BOTTOM - height - 6, "text-anchor": "middle" }, `${sign}${value}`),
    ];
  };
  const at = (tries) => LEFT + (tries - 1) * step;
  const best = at(rules.optimum) + step * 0.9;
  const games = finishes.reduce((sum, one) => sum + one.count, 0);
  const mean = finishes.reduce((sum, one) => sum + one.count * one.tries, 0) / games;
  const text = say("screen-picture-text", { games, mean: mean.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 }), optimum: rules.optimum });
  const svg = s("svg", { class: "picture", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": text },
    s("line", { class: "axis", x1: LEFT, x2: WIDTH - LEFT, y1: BOTTOM, y2: BOTTOM }),
    ...columns.flatMap(({ tries, counts }) => [
      ...kinds.flatMap((kind, index) => bar(kind, at(tries) + step * 0.08 + index * width, counts[index])),
      s("text", { x: at(tries) + step * 0.46, y: BOTTOM + 22, "text-anchor": "middle" }, tries === MOST ? `${MOST}+` : String(tries)),
    ]),
    s("line", { class: "best", x1: best, x2: best, y1: 12, y2: BOTTOM }));
  return [
    h("h2", {}, say("screen-picture")), svg,
    h("p", { class: "small" }, [...kinds.map(({ kind, sign }) => `${sign} ${say(`screen-${kind}`)}`), `┆ ${say("screen-best", rules)}`].join(" · ")),
    h("p", { class: "small" }, text),
  ];
}
