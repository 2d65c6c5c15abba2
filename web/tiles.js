// One tile a player: what the server knows of them, in words, and nothing that it can't know.
import { h } from "./dom.js";
import { say } from "./speech.js";
import { testLine } from "./room-test.js";

/** After so long without a message a program whose turn it is may be stuck. */
const LONG = 30000;

/** How a player is: a class, a sign, a sentence, and what is looked at first, as the server chooses
    whom it shows of a room of thousands. */
export function moodOf({ line }) {
  if (!line) return { kind: "gone", sign: "○", text: say("mood-gone"), rank: 0 };
  const seconds = Math.floor(line.silent_ms / 1000);
  switch (line.turn) {
    case "begun": return { kind: "stuck", sign: "!", text: say("mood-begun", { seconds }), rank: 6 };
    case "unread": return { kind: "stuck", sign: "!", text: say("mood-unread"), rank: 6 };
    case "ours": return { kind: "waits", sign: "…", text: say("mood-ours"), rank: 3 };
    case "ending": return { kind: "gone", sign: "○", text: say("mood-ending"), rank: 1 };
    default: break;
  }
  if (line.door === "silent") return { kind: "waits", sign: "?", text: say("mood-silent", { seconds }), rank: 5 };
  if (seconds < 10) return { kind: "plays", sign: "●", text: say("mood-plays"), rank: 2 };
  const long = line.silent_ms > LONG;
  return { kind: long ? "waits" : "plays", sign: "◔", text: say("mood-theirs", { seconds }), rank: long ? 4 : 2 };
}

/** A tile that can be shown again and again: what has not changed stays as it is, under the hand
    that is about to press it. `open` is given the latest. */
export function makeTile(open) {
  const item = h("li", {});
  const button = h("button", { type: "button", onclick: () => open(item.tile) });
  item.append(button);
  item.show = (tile, survey, test) => {
    item.tile = tile;
    const mood = moodOf(tile);
    const parts = partsOf(tile, survey, mood).concat(testLine(tile, test) ?? []);
    const now = JSON.stringify([mood.kind, parts.map((part) => part.textContent)]);
    if (now === item.shown) return;
    item.shown = now;
    button.className = `tile ${mood.kind}`;
    button.replaceChildren(...parts);
  };
  return item;
}

function partsOf(tile, survey, mood) {
  const { best } = tile;
  const optimum = survey.rules?.optimum;
  return [
    h("span", { class: "who" }, tile.name || say("nobody-yet"), tile.hidden ? ` (${say("hidden")})` : ""),
    h("span", { class: "facts" }, h("span", {}, tile.line ? say(`door-${tile.line.door}`) : "—"), h("span", {}, say("tile-tries", { tries: tile.tries }))),
    h("span", { class: "facts" }, h("span", {}, say("tile-wins", { wins: tile.wins })), h("span", {}, best ? say("tile-best", { best, optimum }) : "")),
    h("span", { class: "mood small", "data-sign": mood.sign }, mood.text),
  ];
}
