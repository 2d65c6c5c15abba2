// The teacher's screen: rooms, the class at a glance, and what to do about it.
import { byId, fill, h, put } from "./dom.js";
import { lang, recalled, remember, say, shell } from "./speech.js";
import { Refused, request, signIn } from "./desk.js";
import { makeTile, moodOf } from "./tiles.js";
import { openPlayer } from "./player-dialog.js";
import { drawClass } from "./class.js";
import { drawRoomTest } from "./room-test.js";
import { drawChecks, startChecks } from "./checks.js";
import { helpShows, helpView, needHelp } from "./help.js";
import { programsView } from "./programs.js";
import { serversView, tournamentView } from "./tournament.js";
import { drawProtocol } from "./protocol.js";
import { openTalk } from "./talk.js";
import { STEPS, agendaShows, agendaView, begin, agendaOf, nextStep } from "./agenda.js";
import { expectedIn, lobbyView, welcomeView } from "./lobby.js";
import { project, show as showScene } from "./scenes.js";
import { backsOf, backsView } from "./backs.js";
import { classOf, groupsOf, halfGroup, roomsOfClass, roomsView } from "./rooms.js";

const EVERY = 1000;
/** From so many players on one is looked for by name rather than by eye. */
const MANY = 40;
const names = new Intl.Collator();

const desk = { rooms: [], chosen: null, survey: null, find: "", looking: null, signedIn: false, lesson: false, pupils: null, testing: false, test: null, here: null, servers: [], programs: [], tournament: null, protocol: null };

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
    // A laptop that changes its network has another address.
    seen.here = await request("/here");
    seen.rooms = await request("/prof/rooms");
    seen.workshop = await request("/prof/workshop");
    if (chosen) seen.survey = await request(find ? `${room}?find=${encodeURIComponent(find)}` : room);
    if (lesson && seen.survey?.room) seen.pupils = await request(`/prof/lesson/${chosen}?lang=${lang}`);
    seen.servers = seen.survey?.room ? await request(`${room}/servers`) : [];
    seen.programs = seen.survey?.room ? await request(`${room}/programs?lang=${lang}`) : [];
    seen.tournament = seen.survey?.room ? await request(`${room}/tournament?lang=${lang}`) : null;
    seen.protocol = seen.tournament && usesPrograms(seen) ? await request(`${room}/protocol`) : null;
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

/** Whether programs of the class have met, or can: then they need a protocol. */
const usesPrograms = ({ servers, tournament }) => servers.length > 0 || tournament.servers + tournament.clients > 0 || Boolean(tournament.held);

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
  drawWorkshop();
  if (!desk.signedIn) return;
  drawState();
  byId("stranger").hidden = true;
  byId("desk").hidden = false;
  const entry = (code, label, count) => h("li", {}, h("button", {
    type: "button", "aria-pressed": String(desk.chosen === code), onclick: () => choose(code),
  }, h("span", {}, label), h("span", { class: "quiet" }, count === null ? "" : String(count))));
  const rooms = groupsOf(desk.rooms, desk.chosen);
  part("rooms", [rooms, desk.chosen], () => roomsView(rooms, entry));
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
  remember("jp.room", code);
  desk.survey = desk.pupils = desk.test = null;
  desk.testing = false;
  byId("find").value = desk.find = "";
  history.replaceState(null, "", code ? `#${code}` : location.pathname);
  await refresh();
}

function drawRoom() {
  const { survey } = desk;
  byId("room").hidden = !survey;
  // A screen that shows no class says what to do next.
  byId("welcome").hidden = survey ? survey.room !== null || survey.tiles.some(({ name }) => name) : desk.chosen !== null;
  part("welcome", desk.rooms.length > 0, () => welcomeView(desk.rooms.length > 0, openClass));
  if (!survey) return;
  const hall = survey.room === null;
  byId("lobby").hidden = byId("agenda").hidden = hall;
  if (!hall) drawHour(survey);
  write("room-name", hall ? say("hall") : say("in-room", { room: survey.room }));
  const { mode, range, limit } = survey.rules;
  write("room-rules", hall ? say("hall-text") : say("rules", { mode: say(`mode-${mode}`), min: range[0], max: range[1], limit }));
  const seconds = survey.closes_in === null ? null : Math.ceil(survey.closes_in / 1000);
  const { round, paused, locked, barred, ended } = survey;
  part("room-state", [round, seconds, paused, locked, barred, ended, survey.disk], () => chipsOf(survey, seconds));
  part("actions", [survey.room, round, paused, locked, survey.pace, survey.intermission, survey.returns, mode, desk.lesson, hall ? 0 : roomsOfClass(desk.rooms, survey.room)], () => [hall ? [] : actions(survey), testButton()]);
  const backs = backsOf(survey);
  byId("backs").hidden = backs.asking.length + backs.back.length === 0;
  part("backs", [survey.room, backs], () => backsView(survey.room, backs, act));
  write("count", say("players-count", { count: survey.players }));
  drawCrowd(survey);
  drawTiles(survey);
  const help = needHelp(survey.tiles, desk.programs);
  byId("help").hidden = help.length === 0;
  part("help", helpShows(help), () => helpView(help, (player) => survey.tiles.find((tile) => tile.player === player), (tile) => openPlayer(tile, desk.survey, act)));
  byId("pupils-programs").hidden = desk.programs.length === 0;
  const shown = desk.programs.map((pupil) => ({ ...pupil, stuck: null }));
  part("pupils-programs", [survey.room, shown], () => programsView(survey.room, desk.programs, act));
  byId("class-programs").hidden = desk.servers.length === 0;
  part("class-programs", [survey.room, desk.servers], () => serversView(survey.room, desk.servers, act));
  const { tournament } = desk;
  byId("tournament").hidden = !tournament || !(tournament.servers || tournament.clients || tournament.held);
  if (tournament) part("tournament", [survey.room, tournament], () => tournamentView(survey.room, tournament, act, () => project(survey.room, "programs")));
  const { protocol } = desk;
  byId("protocol").hidden = !protocol;
  if (protocol) drawProtocol(byId("protocol"), survey.room, protocol, act, () => project(survey.room, "protocol"));
  drawRoomTest(desk.testing ? desk.test : null, () => { desk.testing = false; draw(); }, () => project(desk.chosen, "matrix"));
  byId("class").hidden = !desk.lesson || hall;
  if (desk.lesson && desk.pupils && !hall) drawClass(desk.pupils, survey.room, act);
}

/** The lobby and the agenda. */
function drawHour(survey) {
  const { room } = survey;
  const next = nextStep(agendaOf(room));
  const label = () => say("lobby-next", { step: say(`step-${next}`), minutes: STEPS[next].minutes });
  const who = survey.tiles.map(({ name, hidden }) => [name, hidden]);
  part("lobby", [room, survey.players, expectedIn(room), who, next, desk.here], () => lobbyView({
    room, here: desk.here, survey, next: next && { label: label(), run: () => run(room, next) },
    project: () => project(room, "join"), redraw: draw,
  }));
  part("agenda", [room, agendaShows(room)], () => agendaView(room, { run: (id) => run(room, id), ring: () => ring(survey), redraw: draw }));
}

const give = (room, order) => request(`/prof/rooms/${room}`, order);

/** What a step of the agenda does besides the projector's scene. */
const WORK = {
  join: (room) => give(room, { order: "lock", on: false }),
  race: (room) => give(room, { order: "pause", on: false }),
  names: () => { desk.lesson = true; },
  chat: () => { desk.lesson = true; },
  recap: (room) => give(room, { order: "pause", on: true }),
  resume: (room) => give(room, { order: "lock", on: false }),
  server: () => { desk.lesson = true; },
  check: () => { if (byId("checks").hidden) byId("open-checks").click(); },
  tournament: async (room) => {
    await give(room, { order: "pace", pace: "programs" });
    await give(room, { order: "pause", on: false });
  },
  end: (room) => give(room, { order: "pause", on: true }),
};

function run(room, id) {
  return act(async () => {
    // The bell has closed the workshop; a teacher who has closed it keeps it closed.
    if (recalled(RUNG)) {
      await request("/prof/workshop", { open: true });
      remember(RUNG, "");
    }
    await WORK[id](room);
    begin(room, id);
    showScene(room, STEPS[id].scene);
  });
}

/** Whether the bell has closed the workshop. */
const RUNG = "jp.rung";

/** The hour is over: nobody plays on or comes in, programs are told to end, those of the workshop are
    ended, and every page shows the card to come back. All that was answered is in the journal already. */
function ring({ room, tiles }) {
  return act(async () => {
    await give(room, { order: "pause", on: true });
    await give(room, { order: "lock", on: true });
    showScene(room, "bell");
    if (desk.workshop?.open) {
      await request("/prof/workshop", { open: false });
      remember(RUNG, "yes");
    }
    const programs = tiles.filter(({ line }) => line && !line.door.startsWith("page"));
    await Promise.all(programs.map(({ line }) => request("/prof/free", { line: line.id, at_once: false })));
  });
}

/** Another room of the class, with the same rules: the other half of the pupils. */
async function openHalf(room, rules) {
  const [min, max] = rules.range;
  const wanted = { code: halfGroup(desk.rooms, room), mode: MODES[rules.mode], min, max, limit: rules.limit ?? null, pack: null, paused: true };
  const { code } = await request("/prof/rooms", wanted);
  await choose(code);
}

/** The modes as they are asked for. */
const MODES = { solo: "solo", race: "course", closest: "sans-depasser" };

function forgetClass(room) {
  const codes = roomsOfClass(desk.rooms, room);
  if (!confirm(say("forget-class-sure", { name: classOf(room), rooms: codes.join(", ") }))) return;
  act(async () => {
    for (const code of codes) await request(`/prof/rooms/${code}/forget`, {});
  });
}

function openClass() {
  return act(async () => {
    const { code } = await request("/prof/rooms", { code: "", mode: "course", min: 1, max: 100, limit: null, pack: null, paused: true });
    await choose(code);
  });
}

function chipsOf(survey, seconds) {
  const chips = [];
  if (survey.round) chips.push(h("span", { class: "chip" }, say("round", survey)));
  if (seconds !== null) chips.push(h("span", { class: "chip" }, say("closes-in", { seconds })));
  if (survey.disk) chips.push(h("span", { class: "chip warn" }, `✕ ${say(`disk-${survey.disk}`)}`));
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

function actions({ room, paused, locked, round, rules, pace, intermission, returns }) {
  const button = (label, order, kind) => h("button", { type: "button", class: kind, onclick: () => act(() => request(`/prof/rooms/${room}`, order)) }, label);
  const chooser = (name, values, chosen, order) => h("label", { class: "row" }, `${say(name)} `,
    h("select", { onchange: (event) => act(() => request(`/prof/rooms/${room}`, order(event.target.value))) },
      values.map((value) => h("option", { value: String(value), selected: value === chosen }, say(`${name}-value`, { value })))));
  return [
    button(paused ? `▶ ${say("start")}` : `‖ ${say("pause")}`, { order: "pause", on: !paused }),
    rules.mode === "solo" ? null : button(say("next-round"), { order: "next", round }),
    button(say(locked ? "unlock" : "lock"), { order: "lock", on: !locked }),
    chooser("pace", ["people", "programs", "free"], pace, (value) => ({ order: "pace", pace: value })),
    rules.mode === "solo" ? null : chooser("intermission", [...new Set([0, 3, 5, 10, intermission])].sort((a, b) => a - b), intermission, (value) => ({ order: "intermission", seconds: Number(value) })),
    chooser("returns", ["ask", "always"], returns ? "always" : "ask", (value) => ({ order: "return", on: value === "always" })),
    h("button", { type: "button", "aria-pressed": String(desk.lesson), onclick: () => { desk.lesson = !desk.lesson; refresh(); } }, say("lesson")),
    h("a", { class: "button", href: `/ecran#${room}`, target: "_blank" }, say("projector")),
    h("a", { class: "button", href: `/bilan#${room}`, target: "_blank" }, say("report-open")),
    h("button", { type: "button", id: "half-group", onclick: () => act(() => openHalf(room, rules)) }, say("half-group")),
    h("button", { type: "button", class: "danger", onclick: () => confirm(say("close-sure", { room })) && act(() => request(`/prof/rooms/${room}`, { order: "close" })) }, say("close-room")),
    h("button", { type: "button", class: "danger", onclick: () => confirm(say("forget-sure", { room })) && act(() => request(`/prof/rooms/${room}/forget`, {})) }, say("forget-room")),
    roomsOfClass(desk.rooms, room).length > 1 ? h("button", { type: "button", class: "danger", id: "forget-class", onclick: () => forgetClass(room) }, say("forget-class", { name: classOf(room) })) : null,
  ].filter(Boolean);
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

/** How the pupils' workshop is used, and the button that closes it. */
function drawWorkshop() {
  if (!desk.workshop) return;
  const { open } = desk.workshop;
  put(byId("workshop"), say(open ? "workshop-usage" : "workshop-is-closed", desk.workshop));
  put(byId("workshop-switch"), say(open ? "workshop-close" : "workshop-open"));
  put(byId("workshop-quiet"), say(desk.workshop.quiet ? "workshop-loud" : "workshop-quiet"));
  put(byId("workshop-outside"), say(desk.workshop.outside ? "workshop-inside" : "workshop-outside"));
  put(byId("workshop-talk"), say("workshop-talk", desk.workshop));
  byId("workshop-talk").classList.toggle("main", desk.workshop.reports > 0);
}

byId("workshop-quiet").addEventListener("click", () => act(() => request("/prof/workshop", { quiet: !desk.workshop.quiet })));
byId("workshop-outside").addEventListener("click", () => act(() => request("/prof/workshop", { outside: !desk.workshop.outside })));
byId("workshop-talk").addEventListener("click", () => act(() => openTalk(act)));

byId("workshop-switch").addEventListener("click", () => act(() => request("/prof/workshop", { open: !desk.workshop.open })));

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

/** The room of before; without one the only room there is, or else the public hall. */
async function lastRoom() {
  const rooms = await request("/prof/rooms").catch(() => []);
  const codes = rooms.map(({ code }) => code);
  const before = recalled("jp.room");
  if (codes.includes(before)) return before;
  return codes.length === 1 ? codes[0] : "HALL";
}

emptyForm();
shell(draw);
const { signedIn, error, room } = await signIn();
desk.signedIn = signedIn;
if (signedIn) {
  desk.chosen = room || await lastRoom();
  await refresh();
  await startChecks();
  setInterval(() => { if (desk.signedIn && !document.hidden && !desk.looking) refresh(); }, EVERY);
} else stranger(error);
