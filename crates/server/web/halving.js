// How the possible numbers became fewer, try by try: the player's way beside the best possible.
import { h, s } from "./dom.js";
import { say } from "./speech.js";

const WIDTH = 320, ROW = 22, MARGIN = 20;
/** More tries than these would not fit a screen: the last ones are drawn. */
const MOST = 12;
const SIGNS = { "too-small": "▲", "too-big": "▼", found: "★" };

/** The tries by which halving finds a number. */
export function halving([low, high], number) {
  const tries = [];
  for (;;) {
    const guess = Math.floor((low + high) / 2);
    if (guess === number) return [...tries, { guess, verdict: "found" }];
    tries.push({ guess, verdict: guess < number ? "too-small" : "too-big" });
    if (guess < number) low = guess + 1;
    else high = guess - 1;
  }
}

function picture([min, max], tries) {
  let [low, high] = [min, max];
  const rows = tries.map(({ guess, verdict }) => {
    const row = { guess, verdict, low, high };
    if (verdict === "too-small") low = Math.max(low, guess + 1);
    if (verdict === "too-big") high = Math.min(high, guess - 1);
    return row;
  }).slice(-MOST);
  const at = (number) => MARGIN + ((number - min) / Math.max(1, max - min)) * (WIDTH - 2 * MARGIN);
  const parts = rows.flatMap(({ guess, verdict, low: from, high: to }, index) => {
    const y = index * ROW + ROW / 2;
    const left = at(guess) > WIDTH / 2;
    return [
      s("line", { class: "possible", x1: at(from), x2: at(to) + 1, y1: y, y2: y }),
      s("circle", { class: verdict, cx: at(guess), cy: y, r: 6 }),
      s("text", { x: at(guess) + (left ? -10 : 10), y: y + 5, "text-anchor": left ? "end" : "start" }, `${guess} ${SIGNS[verdict] ?? ""}`),
    ];
  });
  const label = rows.map(({ guess, verdict }) => `${guess} ${say(`short-${verdict}`)}`).join(", ");
  return s("svg", { class: "halving", viewBox: `0 0 ${WIDTH} ${rows.length * ROW}`, role: "img", "aria-label": label }, ...parts);
}

/** The round that was won, and how it could have been won. */
export function wonView({ range, tries, foundIn }, goOn) {
  const number = tries.at(-1).guess;
  const best = halving(range, number);
  const column = (title, shown) => h("figure", {}, h("figcaption", {}, title), picture(range, shown));
  return [
    h("h2", {}, say("won-title", { number })),
    h("div", { class: "ways" }, column(say("won-yours", { tries: foundIn }), tries), column(say("won-best", { tries: best.length }), best)),
    h("p", {}, h("button", { type: "button", id: "go-on", class: "main", onclick: goOn }, say("go-on"))),
  ];
}
