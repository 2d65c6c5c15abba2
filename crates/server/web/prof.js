// The teacher's screen: rooms, the class at a glance, and what to do about it.
import { byId, fill, h, put } from "./dom.js";
import { lang, say, shell } from "./speech.js";
import { Refused, request, signIn } from "./desk.js";
import { makeTile, moodOf } from "./tiles.js";
import { openPlayer } from "./player-dialog.js";
import { drawClass } from "./class.js";
import { drawRoomTest } from "./room-test.js";
import { drawChecks, startChecks } from "./checks.js";

const EVERY = 1000;
/** From so many players on one is looked for by name rather than by eye. */
const MANY = 40;
const names = new Intl.Collator();

const desk = { rooms: [], chosen: null, survey: null, find: "", looking: null, signedIn: false, lesson: false, pupils: null, testing: false, test: null };

/** Looks again; what is asked for meanwhile is looked at afterwards, once. */
async function refresh() {
  if (desk.looking) {
    desk.again = true;
    return desk.looking;
  }
  desk.looking = lookAll();
  try {
    await desk.looking;
  } finally {
    desk.looking = null;
  }
}

async function lookAll() {
  do {
    desk.again = false;
    await look();
  } while (desk.again);
}

async function look() {
  const { chosen, find, lesson, testing } = desk;
  const room = `/prof/rooms/${chosen}`;
  const seen = {};
  try {
    seen.rooms = await request("/prof/rooms");
    if (chosen) seen.survey = await request(find ? `${room}?find=${encodeURIComponent(find)}` : room);
    if (lesson && seen.survey?.room) seen.pupils = await request(`/prof/lesson/${chosen}?lang=${lang}`);
    if (testing) seen.test = await request(`${room}/trial`);
    await health();
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return stranger();
    if (error instanceof Refused && error.status === 404) seen.chosen = seen.survey = null;
    else state("server-silent", "warn");
  }
  // What was chosen meanwhile is looked at next; until then its place stays empty.
  if (desk.chosen === chosen && desk.find === find) Object.assign(desk, seen);
  draw();
}

/** Whether the server can answer its players. */
async function health() {
  const { status } = await fetch("/healthz", { cache: "no-store" });
  if (status === 503) state("desk-away", "warn");
  else state("line-open", "good");
}

function state(name, kind) {
  desk.state = { name, kind };
  drawState();
}

function drawState() {
  if (!desk.state) return;
  put(byId("state"), say(desk.state.name));
  byId("state").className = `chip ${desk.state.kind}`;
}

function stranger(error) {
  byId("desk").hidden = true;
  byId("stranger").hidden = false;
  byId("stranger-error").hidden = !error;
  byId("stranger-error").textContent = error ?? "";
  desk.signedIn = false;
}

function draw() {
  if (!desk.signedIn) return;
  drawState();
  byId("stranger").hidden = true;
  byId("desk").hidden = false;
  const entry = (code, label, count) => h("li", {}, h("button", {
    type: "button", "aria-pressed": String(desk.chosen === code), onclick: () => choose(code),
  }, h("span", {}, label), h("span", { class: "quiet" }, count === null ? "" : String(count))));
  const rooms = desk.rooms.map(({ code, players }) => [code, players]);
  part("rooms", [rooms, desk.chosen], () => [entry("HALL", say("hall"), null),
    rooms.map(([code, players]) => entry(code, code, players))]);
  drawChecks(desk.chosen);
  drawRoom();
}

const parts = new Map();

/** Draws a part anew only where what it shows has changed: the rest costs nothing, and a button stays
    under the hand that is about to press it. */
function part(id, shows, make) {
  const now = JSON.stringify([lang, shows]);
  if (parts.get(id) === now) return;
  parts.set(id, now);
  fill(byId(id), ...make());
}

/** Writes a text where it has changed. */
function write(id, text) {
  part(id, text, () => [text]);
}

async function choose(code) {
  desk.chosen = code;
  desk.survey = desk.pupils = desk.test = null;
  desk.testing = false;
  byId("find").value = desk.find = "";
  history.replaceState(null, "", code ? `#${code}` : location.pathname);
  await refresh();
}

function drawRoom() {
  const { survey } = desk;
  byId("room").hidden = !survey;
  if (!survey) return;
  const hall = survey.room === null;
  write("room-name", hall ? say("hall") : say("in-room", { room: survey.room }));
  const { mode, range, limit } = survey.rules;
  write("room-rules", hall ? say("hall-text") : say("rules", { mode: say(`mode-${mode}`), min: range[0], max: range[1], limit }));
  const seconds = survey.closes_in === null ? null : Math.ceil(survey.closes_in / 1000);
  const { round, paused, locked, barred, ended } = survey;
  part("room-state", [round, seconds, paused, locked, barred, ended], () => chipsOf(survey, seconds));
  part("actions", [survey.room, round, paused, locked, mode, desk.lesson], () => [hall ? [] : actions(survey), testButton()]);
  write("count", say("players-count", { count: survey.players }));
  drawCrowd(survey);
  drawTiles(survey);
  drawRoomTest(desk.testing ? desk.test : null, () => { desk.testing = false; draw(); });
  byId("class").hidden = !desk.lesson || hall;
  if (desk.lesson && desk.pupils && !hall) drawClass(desk.pupils, survey.room, act);
}

function chipsOf(survey, seconds) {
  const chips = [];
  if (survey.round) chips.push(h("span", { class: "chip" }, say("round", survey)));
  if (seconds !== null) chips.push(h("span", { class: "chip" }, say("closes-in", { seconds })));
  if (survey.paused) chips.push(h("span", { class: "chip warn" }, `‖ ${say("is-paused")}`));
  if (survey.locked) chips.push(h("span", { class: "chip warn" }, `✕ ${say("is-locked")}`));
  if (survey.barred) chips.push(h("span", { class: "chip" }, say("barred", survey)));
  if (survey.ended) chips.push(h("span", { class: "chip good" }, say(survey.ended.winner ? "last-won" : "last-nobody", { number: survey.ended.number, name: survey.ended.winner?.name })));
  return chips;
}

/** How many are how, in words; and where not all are shown, how the others are found. */
function drawCrowd({ players, found, tiles, moods }) {
  const kinds = ["stuck", "silent", "long", "waits", "plays", "ending", "elsewhere", "gone"].filter((kind) => moods[kind]);
  write("moods", kinds.map((kind) => say(`moods-${kind}`, { count: moods[kind] })).join(", "));
  const searching = desk.find !== "";
  const thinned = found > tiles.length;
  byId("search").hidden = !(thinned || searching || players > MANY);
  const told = [searching ? say("found-count", { count: found }) : "", thinned ? say("thinned", { count: tiles.length }) : ""];
  write("shown", told.filter(Boolean).join(" "));
}

function drawTiles(survey) {
  const list = byId("tiles");
  const known = new Map([...list.children].map((item) => [item.dataset.id, item]));
  const sorted = [...survey.tiles].sort((a, b) => moodOf(b).rank - moodOf(a).rank || names.compare(a.name, b.name));
  const items = sorted.map((tile) => {
    const id = tile.player ?? tile.line?.id ?? "";
    const item = known.get(id) ?? makeTile((latest) => openPlayer(latest, desk.survey, act));
    item.dataset.id = id;
    item.show(tile, survey, desk.testing ? desk.test : null);
    return item;
  });
  const moved = items.length !== list.children.length || items.some((item, index) => list.children[index] !== item);
  if (!moved) return;
  const focused = document.activeElement;
  list.replaceChildren(...items);
  if (list.contains(focused)) focused.focus();
}

function actions({ room, paused, locked, round, rules }) {
  const button = (label, order, kind) => h("button", { type: "button", class: kind, onclick: () => act(() => request(`/prof/rooms/${room}`, order)) }, label);
  return [
    button(paused ? `▶ ${say("start")}` : `‖ ${say("pause")}`, { order: "pause", on: !paused }, paused ? "main" : ""),
    rules.mode === "solo" ? null : button(say("next-round"), { order: "next", round }),
    button(say(locked ? "unlock" : "lock"), { order: "lock", on: !locked }),
    h("button", { type: "button", "aria-pressed": String(desk.lesson), onclick: () => { desk.lesson = !desk.lesson; refresh(); } }, say("lesson")),
    h("a", { class: "button", href: `/ecran#${room}`, target: "_blank" }, say("projector")),
    h("button", { type: "button", class: "danger", onclick: () => confirm(say("close-sure", { room })) && act(() => request(`/prof/rooms/${room}`, { order: "close" })) }, say("close-room")),
  ];
}

function testButton() {
  const begin = async () => {
    await request(`/prof/rooms/${desk.chosen}/trial`, {});
    desk.testing = true;
  };
  return h("button", { type: "button", id: "test-room", onclick: () => act(begin) }, say("room-test"));
}

/** Does something, tells why it could not, and looks again. */
async function act(work) {
  const error = byId("room-error");
  error.hidden = true;
  try {
    await work();
  } catch (problem) {
    error.textContent = problem instanceof Refused ? problem.message : say("server-silent");
    error.hidden = false;
  }
  await refresh();
}

byId("find").addEventListener("input", () => {
  desk.find = byId("find").value.trim();
  refresh();
});
byId("new-room").addEventListener("click", () => {
  byId("room-form").hidden = false;
  byId("f-mode").focus();
});
byId("cancel").addEventListener("click", emptyForm);
byId("f-mode").addEventListener("change", () => {
  const mode = byId("f-mode").value;
  byId("f-limit").disabled = mode === "solo";
  if (mode === "solo") byId("f-limit").value = "";
  byId("f-limit").required = mode === "sans-depasser";
  if (mode === "sans-depasser" && !byId("f-limit").value) byId("f-limit").value = "60";
});
byId("room-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const limit = byId("f-limit").value;
  const wanted = {
    code: byId("f-code").value.trim().toUpperCase(), mode: byId("f-mode").value,
    min: Number(byId("f-min").value), max: Number(byId("f-max").value),
    limit: limit === "" ? null : Number(limit), pack: byId("f-pack").value || null,
    paused: byId("f-paused").checked,
  };
  const error = byId("form-error");
  error.hidden = true;
  try {
    const { code } = await request("/prof/rooms", wanted);
    emptyForm();
    await choose(code);
  } catch (problem) {
    error.textContent = problem instanceof Refused ? problem.message : say("server-silent");
    error.hidden = false;
  }
});

function emptyForm() {
  byId("room-form").reset();
  byId("room-form").hidden = true;
  byId("form-error").hidden = true;
  byId("f-limit").disabled = true;
}

emptyForm();
shell(draw);
const { signedIn, error, room } = await signIn();
desk.signedIn = signedIn;
if (signedIn) {
  desk.chosen = room || "HALL";
  await refresh();
  await startChecks();
  setInterval(() => { if (desk.signedIn && !document.hidden && !desk.looking) refresh(); }, EVERY);
} else stranger(error);
