// One tile a player: what the server knows of them, in words, and nothing that it can't know.
import { h } from "./dom.js";
import { say } from "./speech.js";
import { testLine } from "./room-test.js";

/** After so long without a message a program whose turn it is may be stuck. */
const LONG = 30000;

/** How a player is: a class, a sign, a sentence, and what is looked at first, as the server chooses
    whom it shows of a room of thousands. */
export function moodOf({ line, elsewhere_ms: elsewhere }) {
  if (!line && elsewhere !== null) return { kind: "gone", sign: "○", text: say("mood-elsewhere", { seconds: Math.floor(elsewhere / 1000) }), rank: 0 };
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

/** A tile that can be shown again and again: only the words that have changed are written anew, so
    it costs little and stays under the hand that is about to press it. `open` is given the latest. */
export function makeTile(open) {
  const names = ["who", "door", "tries", "wins", "best", "mood"];
  const slots = Object.fromEntries(names.map((name) => [name, h("span", {})]));
  slots.who.className = "who";
  slots.mood.className = "mood small";
  const button = h("button", { type: "button", onclick: () => open(item.tile) }, slots.who,
    h("span", { class: "facts" }, slots.door, slots.tries), h("span", { class: "facts" }, slots.wins, slots.best), slots.mood);
  const item = h("li", {}, button);
  const written = {};
  const change = (name, value, write) => {
    if (written[name] === value) return;
    written[name] = value;
    write(value);
  };
  let line = null;
  item.show = (tile, survey, test) => {
    item.tile = tile;
    const mood = moodOf(tile);
    change("kind", mood.kind, (kind) => { button.className = `tile ${kind}`; });
    change("sign", mood.sign, (sign) => { slots.mood.dataset.sign = sign; });
    for (const [name, text] of Object.entries(wordsOf(tile, survey, mood))) {
      change(name, text, () => { slots[name].textContent = text; });
    }
    const tested = testLine(tile, test);
    change("tested", tested?.textContent ?? "", () => {
      line?.remove();
      line = tested;
      if (tested) button.append(tested);
    });
  };
  return item;
}

function wordsOf(tile, survey, mood) {
  const { best, line, tries, wins } = tile;
  return {
    who: `${tile.name || say("nobody-yet")}${tile.hidden ? ` (${say("hidden")})` : ""}`,
    door: line ? say(`door-${line.door}`) : "—",
    tries: say("tile-tries", { tries }),
    wins: say("tile-wins", { wins }),
    best: best ? say("tile-best", { best, optimum: survey.rules?.optimum }) : "",
    mood: mood.text,
  };
}
