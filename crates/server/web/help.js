// Who needs help now: the three pupils who are stuck longest, by what their programs in the workshop wait
// for or have failed with, by their checks, and by their conversations with the game.
import { h } from "./dom.js";
import { say } from "./speech.js";
import { moodOf } from "./tiles.js";

const SHOWN = 3;
/** Milliseconds after which each is worth a look. What stands in none of these lists never is. */
const AFTER = {
  // Nothing moves any more before somebody does something.
  stuck: { error: 20e3, check: 20e3, mutual: 20e3, board: 10e3 },
  // It may well be as it should.
  slow: { check: 60e3, recv: 60e3, send: 60e3, connect: 20e3, select: 120e3, input: 120e3, accept: 180e3, board: 30e3 },
};

/** What a program is stuck in: whether nothing moves, and under which name it is in `AFTER`. */
function kindOf(stuck) {
  if (stuck.cause === "error") return ["stuck", "error"];
  if (stuck.cause === "check") return [stuck.check?.essential ? "stuck" : "slow", "check"];
  if (stuck.cause === "board") return [stuck.mood.kind === "stuck" ? "stuck" : "slow", "board"];
  return stuck.mutual ? ["stuck", "mutual"] : ["slow", stuck.call];
}

/** The conversation of a program with the game, if it does not go on. */
function board(tile) {
  if (!tile.line || tile.line.door.startsWith("page")) return [];
  const mood = moodOf(tile);
  return mood.rank >= 4 ? [{ cause: "board", ms: tile.line.silent_ms, mood }] : [];
}

/** The three who are stuck longest, those first whose programs do not move at all. */
export function needHelp(tiles, pupils) {
  const all = new Map();
  const add = (player, name, stuck) => {
    const [rank, kind] = kindOf(stuck);
    if (!(stuck.ms >= AFTER[rank][kind])) return;
    const one = { player, name, rank, stuck };
    const known = all.get(player);
    if (!known || before(one, known) < 0) all.set(player, one);
  };
  for (const { player, name, stuck } of pupils) for (const one of stuck) add(player, name, one);
  for (const tile of tiles) for (const one of board(tile)) add(tile.player ?? tile.line.id, tile.name, one);
  return [...all.values()].sort(before).slice(0, SHOWN);
}

const before = (one, other) => (one.rank !== other.rank ? (one.rank === "stuck" ? -1 : 1) : other.stuck.ms - one.stuck.ms);

/** So rough that the list is drawn anew once in a while only. */
const sinceOf = ({ stuck: { ms } }) => (ms < 60e3 ? say("help-seconds", { seconds: 10 * Math.floor(ms / 10e3) }) : say("help-minutes", { minutes: Math.floor(ms / 60e3) }));

function causeOf(stuck) {
  const { cause, error, call, peer, who, mutual, side, check, mood } = stuck;
  if (cause === "error") return say("help-error", { error });
  if (cause === "board") return mood.text;
  if (cause === "check") return `${say("help-check", { side, title: check.title })} ${check.sentence}`;
  return say(mutual ? "help-mutual" : `help-${call}`, { peer: who ?? peer ?? "" });
}

/** What the list shows: the same as long as nothing but seconds has changed. */
export const helpShows = (list) => list.map((one) => [one.player, one.name, sinceOf(one), { ...one.stuck, ms: 0 }]);

/** The list; `open` shows the pupil, if they are among the tiles. */
export function helpView(list, tileOf, open) {
  if (list.length === 0) return [];
  const place = ({ file, at }) => (at ? say("help-line", { file, line: at[0] }) : null);
  return [h("h2", { id: "help-title" }, say("help")), h("ol", {}, list.map((one) => {
    const { stuck, name } = one;
    const tile = tileOf(one.player);
    const label = name || say("nobody-yet");
    return h("li", {},
      h("p", {}, tile ? h("button", { type: "button", class: "plain", onclick: () => open(tile) }, label) : h("b", {}, label), ` ${sinceOf(one)} `),
      h("p", {}, causeOf(stuck)),
      stuck.at ? h("p", { class: "place small" }, place(stuck), stuck.at[1] ? [" ", h("code", {}, stuck.at[1])] : null) : null,
      stuck.check?.place ? h("p", { class: "place small" }, stuck.check.place) : null);
  }))];
}
