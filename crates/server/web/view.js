// What the player's page shows of the game.
import { byId, fill, h, put } from "./dom.js";
import { drawQr } from "./card.js";
import { drawLine } from "./line.js";
import { proofView } from "./proof.js";
import { drawDemo } from "./demo.js";
import { wonView } from "./halving.js";
import { has, lang, say } from "./speech.js";
import { wireView } from "./wire.js";

const SIGNS = { "too-small": "▲", "too-big": "▼", found: "★", won: "★", lost: "✕", over: "✕", held: "…" };
const CLASSES = { "too-small": "low", "too-big": "high", found: "found", won: "found" };

/** Says something to those who listen rather than look. */
export function announce(text) {
  const place = byId("announce");
  // The same words again are no change, and would not be read.
  place.textContent = place.textContent === text ? `${text}\u00a0` : text;
}

export function draw(game, { clockOnly = false } = {}) {
  drawClock(game);
  if (clockOnly) return;
  byId("join").hidden = game.phase !== "join";
  byId("join-error").hidden = !game.trouble;
  put(byId("join-error"), game.trouble?.() ?? "");
  byId("game").hidden = game.phase !== "game";
  if (game.phase !== "game") return drawDemo();
  const { rules } = game;
  const hall = game.room === "HALL";
  byId("where").textContent = hall ? say("in-hall") : say("in-room", { room: game.room });
  byId("me").textContent = game.name;
  byId("code").textContent = game.code;
  byId("round").textContent = say(`round-${rules.mode}`, {
    round: game.round, min: rules.range[0], max: rules.range[1], optimum: rules.optimum,
  });
  byId("card").hidden = !(game.picture?.paused && game.picture.locked);
  put(byId("card-code"), game.code ?? "");
  if (game.code && !byId("card").hidden) drawQr(byId("card-qr"), game.code, "game");
  drawVerdict(game);
  drawWon(game);
  const { back } = game;
  byId("back").hidden = !back;
  if (back) put(byId("back-text"), say(`back-${back.state}`, { name: back.name, now: game.name }));
  byId("back-choice").hidden = back?.state === "asked";
  byId("back-ask").hidden = back?.state !== "may";
  put(byId("back-no"), say(back?.state === "may" ? "back-no" : "ok"));
  const news = byId("news");
  news.hidden = !game.news;
  news.className = `notice ${game.news?.kind ?? ""}`;
  news.textContent = game.news?.text() ?? "";
  const [low, high] = game.possible;
  const possible = low === high ? say("possible-one", { low }) : say("possible", { low, high, left: high - low + 1 });
  byId("possible").textContent = possible;
  drawLine(byId("number-line"), { range: rules.range, possible: game.possible, tries: game.tries, label: possible });
  fill(byId("tries"), game.tries.map(({ guess, verdict }) =>
    h("li", { class: `chip ${CLASSES[verdict] ?? ""}` }, `${guess} ${SIGNS[verdict] ?? ""} `, h("span", {}, say(`short-${verdict}`)))));
  byId("send").disabled = game.waiting || game.picture?.paused === true;
  byId("guess").setAttribute("aria-invalid", game.news?.kind === "warn" ? "true" : "false");
  byId("others").hidden = hall;
  fill(byId("players"), players(game));
  fill(byId("wire-content"), wireView(game.wire));
  fill(byId("proof-content"), proofView(game.proofs));
}

let shown = null;

/** The won round stays until the player goes on; it is drawn once. */
function drawWon(game) {
  const { won } = game;
  byId("won").hidden = !won;
  if (!won || (shown?.won === won && shown.lang === lang)) return;
  shown = { won, lang };
  fill(byId("won"), wonView(won, () => { game.won = null; draw(game); byId("guess").focus(); }));
}

function drawVerdict(game) {
  const line = byId("verdict");
  const { verdict } = game;
  line.className = `verdict ${CLASSES[verdict] ?? ""}`;
  if (game.picture?.paused) line.textContent = `‖ ${say("paused")}`;
  else if (game.waiting) line.textContent = say(game.rules.mode === "closest" ? "waiting-others" : "waiting");
  else if (verdict && has(`verdict-${verdict}`)) {
    line.textContent = `${SIGNS[verdict]} ${say(`verdict-${verdict}`, { tries: verdict === "found" ? game.foundIn ?? game.tries.length : game.tries.length, optimum: game.rules.optimum })}`;
  } else line.textContent = say("your-turn");
}

function drawClock({ closesAt, picture }) {
  const clock = byId("clock");
  clock.hidden = !closesAt || picture?.paused;
  if (closesAt) clock.textContent = say("closes-in", { seconds: Math.max(0, Math.ceil((closesAt - performance.now()) / 1000)) });
}

function players({ picture, rules, name }) {
  if (!picture) return [];
  const closest = rules.mode === "closest";
  const row = (player) => h("tr", { class: player.name === name ? "me" : "" },
    h("td", {}, player.name, player.here ? "" : h("span", { class: "quiet small" }, ` ${say("away")}`)),
    h("td", { class: "number" }, closest ? (player.guessed ? say("has-guessed") : "—") : String(player.tries)),
    h("td", { class: "number" }, String(player.wins)));
  const hidden = picture.count - picture.players.length;
  return [
    h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("name")), h("th", { scope: "col", class: "number" }, say(closest ? "guessed" : "tries-count")), h("th", { scope: "col", class: "number" }, say("wins")))),
      h("tbody", {}, picture.players.map(row))),
    hidden > 0 ? h("p", { class: "quiet small" }, say("and-others", { count: hidden })) : null,
  ];
}
