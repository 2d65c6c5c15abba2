// The player's page: what the player does, and what the server says of it.
import { loadAhead } from "./ahead.js";
import { byId } from "./dom.js";
import { Link, Lost, WHOLE_CODE } from "./link.js";
import { drawLineState, has, say, shell } from "./speech.js";
import { Refused, request } from "./desk.js";
import { announce, draw } from "./view.js";
import { commitmentOf } from "./proof.js";
import { numberAt } from "./line.js";

const SEAT = "jp.seat";

/** All that the page shows. */
const game = {
  phase: "join",
  room: null, rules: null, name: "", code: null,
  round: 1, tries: [], possible: [1, 100], verdict: null,
  picture: null, news: null, won: null, seen: 0, trouble: null,
  proofs: { now: null, previous: null, kept: {} },
  wire: null, waiting: false, asked: null,
  /** The name of before that is asked for, and how that stands. */
  back: null,
};

const link = new Link({ onOpen: opened, onEvent: happened, onState: (name, values) => {
  game.line = { name, values };
  game.away = false;
  drawLineState(game);
} });

// What survives a reload: this tab's seat, and the tries of its round.

function keep() {
  const { code, room, round, tries, back } = game;
  try {
    if (code) sessionStorage.setItem(SEAT, JSON.stringify({ code, room, round, tries, back }));
    else sessionStorage.removeItem(SEAT);
  } catch { /* A browser that keeps nothing: a reload then begins anew. */ }
}

function kept() {
  try { return JSON.parse(sessionStorage.getItem(SEAT)); } catch { return null; }
}

// The line is there, for the first time or again.

async function opened() {
  const { returning } = game;
  game.returning = null;
  const seat = returning ? { code: returning } : game.code ? { code: game.code, round: game.round, tries: game.tries } : kept();
  try {
    if (seat) return await resume(seat);
    if (game.entering) await enter(game.entering);
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
  }
}

async function resume(seat) {
  game.resuming = true;
  let reply;
  try {
    reply = await link.ask({ type: "resume", code: seat.code });
  } finally {
    game.resuming = false;
  }
  if (reply.type !== "resumed") {
    Object.assign(game, { code: null, back: null, phase: "join", waiting: false });
    keep();
    return fail(reply);
  }
  const same = reply.round === seat.round;
  Object.assign(game, {
    phase: "game", code: reply.code, room: reply.room, rules: reply.rules, name: reply.name,
    round: reply.round, possible: reply.possible,
    tries: same ? seat.tries : [],
  });
  game.back ??= seat.back ?? null;
  if (game.back) claim(game.back.name, game.back.state === "asked");
  const pending = game.asked;
  game.asked = null;
  game.waiting = false;
  const { last } = reply;
  if (same && last && game.tries.length < reply.tries) game.tries.push(last);
  if (!same && last && reply.tries > 0) game.tries.push(last);
  game.verdict = last?.verdict === "held" ? "held" : game.tries[game.tries.length - 1]?.verdict ?? null;
  if (pending !== null) {
    // What was lost is sent again; what was answered is not.
    const answered = last && last.guess === pending.guess && reply.tries > pending.tries;
    const finished = last && last.guess === pending.guess && reply.round > pending.round;
    if (finished) ended({ type: "guess", verdict: last.verdict, guess: last.guess, tries: pending.tries + 1 }, pending.guess, pending.round);
    else if (!answered || last.verdict === "held") return propose(pending.guess);
  }
  if (last?.verdict === "held") return propose(last.guess);
  keep();
  draw(game);
  await askProof();
}

async function enter({ room, name }) {
  const reply = await link.ask({ type: "room", room });
  if (reply.type === "refused") {
    game.entering = null;
    return fail(reply);
  }
  Object.assign(game, {
    phase: "game", room: reply.room, rules: reply.rules, name: reply.name, code: reply.code,
    round: 1, tries: [], possible: reply.rules.range, verdict: null, picture: null, news: null, won: null,
    entering: null, back: null,
  });
  keep();
  draw(game);
  byId("guess").focus();
  if (name) {
    await rename(name);
    if (room) claim(name, false);
  }
  await askProof();
}

/** Whether this player may come back to a name and its score, or has; with `ask` the teacher is asked.
    Asked again, nothing changes. */
async function claim(name, ask) {
  const { code } = game;
  const told = await request("/back", { code, name, ask }).catch((error) => {
    if (!(error instanceof Refused)) throw error;
    return null;
  });
  if (!told || game.code !== code) return;
  const { state } = told;
  if (state === "back") {
    if (game.back) game.news = { text: () => say("back-done", { name }), kind: "good" };
    game.back = null;
  } else game.back = state === "nobody" ? null : { name, state };
  keep();
  draw(game);
}

async function rename(name) {
  game.renames = true;
  const reply = await link.ask({ type: "name", name }).finally(() => { game.renames = false; });
  if (reply.type === "named") {
    game.name = reply.name;
    game.news = null;
  } else {
    game.news = { text: () => (has(`refused-${reply.reason}`) ? say(`refused-${reply.reason}`) : reply.text), kind: "warn" };
  }
  draw(game);
}

function fail(reply) {
  const room = game.wanted ?? "";
  game.trouble = () => say(`refused-${reply.reason}`, { room });
  draw(game);
}

// A guess, and what comes of it.

async function propose(guess) {
  game.waiting = true;
  game.won = null;
  game.asked = { guess, tries: game.tries.length, round: game.round, seen: game.seen };
  draw(game);
  if (game.resuming) return; // It is sent once the seat is here again.
  link.holds = game.rules.mode === "closest";
  let reply;
  try {
    reply = await link.ask({ type: "guess", value: guess });
  } catch (error) {
    if (error instanceof Lost) return; // It is asked again when the line is back.
    throw error;
  } finally {
    link.holds = false;
  }
  game.wire = { guess, request: { type: "guess", value: guess }, reply, polls: link.polls };
  const { round, seen } = game.asked;
  // That end was on the screen when the player guessed: it was meant for the new round.
  if (reply.verdict === "over" && reply.ended.round <= seen) return propose(guess);
  game.waiting = false;
  game.asked = null;
  if (reply.type === "refused") {
    game.news = { text: () => say(`refused-${reply.reason}`, { room: game.room }), kind: "warn" };
    announce(game.news.text());
  } else if (reply.verdict === "too-small" || reply.verdict === "too-big") {
    judged(guess, reply.verdict);
  } else {
    ended(reply, guess, round);
  }
  keep();
  draw(game);
  byId("guess").select();
}

function judged(guess, verdict) {
  if (isOver()) begin();
  game.tries.push({ guess, verdict });
  game.verdict = verdict;
  game.news = null;
  const [low, high] = game.possible;
  game.possible = verdict === "too-small" ? [Math.max(low, guess + 1), high] : [low, Math.min(high, guess - 1)];
  announce(say(`say-${verdict}`, { guess, low: game.possible[0], high: game.possible[1] }));
}

/** The round is over for this player: won, lost, or ended by others. */
function ended(reply, guess, asked) {
  const { verdict } = reply;
  if (verdict === "over") {
    begin();
    tellRound(reply.ended);
    game.verdict = null;
  } else {
    if (isOver()) begin();
    game.tries.push({ guess, verdict });
    game.verdict = verdict;
    if (verdict === "found") {
      const won = { range: game.rules.range, tries: game.tries, foundIn: reply.tries };
      Object.assign(game, { possible: [guess, guess], foundIn: reply.tries, won });
    }
    if (verdict === "lost") tellRound(reply.ended);
    if (verdict === "won") game.news = { text: () => say("news-won", reply), kind: "good" };
    announce(say(`say-${verdict}`, { guess, tries: reply.tries ?? 1, ...reply.ended }));
  }
  // A picture of the room may have told of it before, or will do so later.
  const over = reply.ended?.round ?? asked;
  game.seen = Math.max(game.seen, over);
  game.round = Math.max(game.round, over + 1);
  askProof();
}

const isOver = () => ["found", "won", "lost", "over"].includes(game.verdict);

/** A new round: nothing was tried. */
function begin() {
  Object.assign(game, { tries: [], possible: game.rules.range, verdict: null, news: null });
}

function tellRound(end) {
  if (!end) return;
  const winner = end.winner;
  const name = !winner ? "news-nobody" : winner.guess === end.number ? "news-found" : "news-nearest";
  game.news = { text: () => say(name, { number: end.number, name: winner?.name, guess: winner?.guess }), kind: "" };
  announce(game.news.text());
}

// What comes out of turn.

function happened(object) {
  if (object.event === "room") return pictured(object);
  if (object.event === "journal") {
    game.away = object.away;
    return drawLineState(game);
  }
  if (object.type === "bye") {
    Object.assign(game, { code: null, back: null, phase: "join", waiting: false, asked: null });
    keep();
    game.trouble = () => say("shown-out");
    draw(game);
  }
}

function pictured(picture) {
  const before = game.picture;
  game.picture = picture;
  const you = picture.you ?? game.name;
  // The teacher, or who has the card of this name, has changed it.
  if (before && you !== game.name && !game.renames) game.news = { text: () => say("renamed-to", { name: you }), kind: "" };
  game.name = you;
  game.closesAt = picture.closes_in === null ? null : performance.now() + picture.closes_in;
  const end = picture.ended;
  const isNew = end && end.round > game.seen;
  if (isNew) {
    const mine = isOver() && end.winner?.name === game.name;
    game.seen = end.round;
    if (before && !mine && !game.waiting && game.rules.mode === "race") {
      begin();
      tellRound(end);
      askProof();
    }
  }
  if (picture.round !== null) game.round = picture.round;
  draw(game);
}

// The proof of fairness.

async function askProof() {
  let reply;
  try { reply = await link.ask({ type: "proof" }); } catch { return; }
  if (reply.type !== "proof") return;
  const { kept } = game.proofs;
  const key = `${game.room} ${reply.round}`;
  kept[key] ??= reply.commitment;
  const changed = kept[key] !== reply.commitment;
  game.proofs.now = { round: reply.round, commitment: reply.commitment, changed };
  if (reply.previous) {
    const promised = kept[`${game.room} ${reply.previous.round}`] ?? null;
    game.proofs.previous = { ...reply.previous, promised, computed: commitmentOf(reply.previous.opening) };
  }
  draw(game);
}

// What the player does.

byId("join-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const room = byId("room").value.trim().toUpperCase();
  if (WHOLE_CODE.test(room)) comeBack(room);
  else if (room) join(room);
  else byId("room").focus();
});
byId("alone").addEventListener("click", () => join(null));

/** Goes on in a seat that was taken elsewhere. */
function comeBack(code) {
  game.trouble = null;
  game.returning = code;
  draw(game);
  if (link.isOpen) opened();
  else link.hurry();
}

function join(room) {
  game.trouble = null;
  draw(game);
  game.wanted = room;
  game.entering = { room, name: byId("nickname").value.trim() };
  if (link.isOpen) enter(game.entering).catch(() => {});
  else link.hurry();
}

byId("guess-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = byId("guess");
  const text = field.value.trim();
  const guess = Number(text);
  const [min, max] = game.rules.range;
  if (text === "" || !Number.isInteger(guess) || guess < min || guess > max) {
    game.news = { text: () => say("not-a-guess", { min, max }), kind: "warn" };
    announce(game.news.text());
    draw(game);
    field.select();
    return;
  }
  if (!game.waiting) {
    field.value = "";
    propose(guess);
  }
});
byId("number-line").addEventListener("click", (event) => {
  const field = byId("guess");
  field.value = numberAt(byId("number-line"), event, game.rules.range);
  field.focus();
});
byId("back-ask").addEventListener("click", () => {
  if (game.back?.state !== "may") return;
  game.back.state = "asked";
  draw(game);
  claim(game.back.name, true);
});
byId("back-no").addEventListener("click", () => {
  game.back = null;
  keep();
  draw(game);
});
byId("rename").addEventListener("click", () => {
  const form = byId("rename-form");
  form.hidden = !form.hidden;
  if (!form.hidden) byId("new-name").focus();
});
byId("rename-form").addEventListener("submit", (event) => {
  event.preventDefault();
  byId("rename-form").hidden = true;
  const name = byId("new-name").value.trim();
  if (name) rename(name).catch(() => {});
});
byId("leave").addEventListener("click", async () => {
  Object.assign(game, { code: null, back: null, phase: "join", entering: null, waiting: false, asked: null });
  keep();
  draw(game);
  try { await link.ask({ type: "quit" }); } catch { /* It has left anyway. */ }
});

const room = decodeURIComponent(location.hash.slice(1)) || new URLSearchParams(location.search).get("salle");
if (room) byId("room").value = room.toUpperCase();
// A seat's code is not left where others can read it.
if (WHOLE_CODE.test(byId("room").value)) history.replaceState(null, "", location.pathname);
shell(() => { draw(game); drawLineState(game); });
link.start();
setInterval(() => { if (game.back?.state === "asked" && link.isOpen) claim(game.back.name, true); }, 2000);
setInterval(() => { if (game.closesAt) draw(game, { clockOnly: true }); }, 500);
// In the lobby, and while the teacher has paused the game.
loadAhead(() => game.phase === "game" && Boolean(game.picture?.paused));
