// The projector: how to join, who plays, and how many tries it took.
import { byId, fill, h, put } from "./dom.js";
import { lang, say, shell } from "./speech.js";
import { Refused, request } from "./desk.js";
import { aliasOf } from "./aliases.js";
import { causesOf, matrixView } from "./matrix.js";
import { drawPicture } from "./picture.js";
import { qrOf } from "./lobby.js";
import { rulesView } from "./protocol.js";
import { SCENES, leave, mayShowWire, onScene, sceneOf, show, volunteer } from "./scenes.js";

const EVERY = 1000;
/** Messages, and rows, that can be read from the last one, on one screen; fewer rows beside the picture. */
const MESSAGES = 7;
const ROWS = 12, ROWS_WITH_PICTURE = 5;

const room = decodeURIComponent(location.hash.slice(1)).toUpperCase();
let here = null;
let survey = null;
let pupils = null;
let programs = null;
let test = null;
let protocol = null;
const wire = { player: null, messages: [] };

async function refresh() {
  try {
    here = await request("/here");
    survey = await request(`/prof/rooms/${room}`);
    pupils = sceneOf(room) === "lesson" ? await request(`/prof/lesson/${room}?lang=${lang}`) : null;
    programs = sceneOf(room) === "programs" ? await request(`/prof/rooms/${room}/tournament/wall`) : null;
    test = sceneOf(room) === "matrix" ? await request(`/prof/rooms/${room}/trial`) : null;
    protocol = sceneOf(room) === "protocol" ? await request(`/prof/rooms/${room}/protocol/wall`) : null;
    byId("stranger").hidden = true;
    put(byId("state"), say("line-open"));
    byId("state").className = "chip good";
  } catch (error) {
    if (error instanceof Refused && error.status === 401) byId("stranger").hidden = false;
    put(byId("state"), error instanceof Refused ? error.message : say("server-silent"));
    byId("state").className = "chip warn";
  }
  draw();
}

function draw() {
  const scene = sceneOf(room);
  byId("wall").hidden = !survey || !here || scene !== "wall";
  byId("scene").hidden = !survey || !here || scene === "wall";
  if (scene !== "wire") wire.player = null;
  if (!survey || !here) return;
  drawScenes(scene);
  if (scene !== "wall") return drawScene(scene);
  byId("page-address").textContent = here.page.replace(/^http:\/\//, "").replace(/\/$/, "");
  const qr = qrOf(room, here);
  if (byId("qr").getAttribute("src") !== qr) byId("qr").src = qr;
  byId("qr").alt = here.page;
  byId("code").textContent = room;
  const [host, port] = split(here.text[0] ?? "");
  byId("program").textContent = `nc ${host} ${port}`;
  const { rules, round, closes_in: closes } = survey;
  const parts = [say("rules", { mode: say(`mode-${rules.mode}`), min: rules.range[0], max: rules.range[1], limit: rules.limit }), say("screen-players", { count: survey.players })];
  if (round) parts.push(say("round", { round }));
  if (closes !== null) parts.push(say("closes-in", { seconds: Math.ceil(closes / 1000) }));
  byId("now").textContent = parts.join(" · ");
  put(byId("last"), survey.paused ? `‖ ${say("paused")}` : last(survey));
  fill(byId("board"), board());
  fill(byId("picture"), drawPicture(survey));
}

let drawn = "";

/** Draws something other than the race; anew only where it has changed. */
function drawScene(scene) {
  const now = JSON.stringify([scene, lang, here, survey.players, survey.tiles, survey.finishes, pupils, programs, protocol, test]);
  if (now === drawn) return;
  drawn = now;
  put(byId("scene-title"), say(`scene-${scene}-title`));
  fill(byId("scene-content"), { join: joinView, podium: podiumView, lesson: lessonView, programs: programsView, protocol: protocolView, wire: volunteerView, matrix: networkView, bell: bellView }[scene]());
}

function drawScenes(scene) {
  const now = `${scene} ${lang}`;
  const group = byId("scenes");
  if (group.dataset.shown === now) return;
  group.dataset.shown = now;
  fill(group, SCENES.map((one) => h("button", { type: "button", class: "plain", "aria-pressed": String(one === scene), onclick: () => change(one) }, say(`scene-${one}`))));
}

function change(scene) {
  show(room, scene);
  refresh();
}

function joinView() {
  const address = here.page.replace(/^https?:\/\//, "").replace(/\/$/, "");
  const names = survey.tiles.filter(({ name }) => name).map((tile) => h("li", { class: "chip" }, shownName(tile)));
  return [
    h("div", { class: "where" }, h("img", { class: "qr", src: qrOf(room, here), alt: say("lobby-qr") }),
      h("div", {}, h("p", { class: "huge" }, address), h("p", {}, say("screen-code"), h("br"), h("span", { class: "huge code" }, room)))),
    h("p", { class: "big" }, say("screen-players", { count: survey.players })),
    h("ul", { class: "names" }, names),
  ];
}

/** People and programs apart, the three best of each. */
function podiumView() {
  const won = survey.tiles.filter(({ wins }) => wins > 0).sort(best);
  const isProgram = ({ line }) => line && !line.door.startsWith("page");
  const list = (title, tiles) => h("div", {}, h("h3", { class: "big" }, title), tiles.length === 0 ? h("p", { class: "quiet" }, say("podium-nobody"))
    : h("ol", { class: "podium" }, tiles.slice(0, 3).map((tile) => h("li", {}, h("strong", { class: "big" }, shownName(tile)), h("br"), say("podium-how", tile)))));
  return [
    h("div", { class: "where" }, list(say("podium-people"), won.filter((tile) => !isProgram(tile))), list(say("podium-programs"), won.filter(isProgram))),
    h("div", {}, drawPicture(survey)),
  ];
}

/** How far the class is, chapter by chapter, without names. */
function lessonView() {
  if (!pupils) return [];
  const { lesson, pupils: all } = pupils;
  const done = (questions) => all.reduce((sum, { answers }) => sum + answers.filter(({ question, verdict }) =>
    questions.includes(question) && ["right", "plausible", "kept"].includes(verdict)).length, 0);
  const row = ({ title, questions }) => {
    const ids = questions.map(({ id }) => id);
    const most = Math.max(1, ids.length * Math.max(1, all.length));
    return ids.length === 0 ? null : h("div", { class: "chapter-row" }, h("span", { class: "big" }, title),
      h("progress", { max: most, value: done(ids), "aria-label": title }), h("span", { class: "big" }, `${Math.round((100 * done(ids)) / most)} %`));
  };
  return [h("p", {}, say("scene-lesson-text", { count: all.length })), ...lesson.chapters.map(row)];
}

/** The tournament without names: the class's goal, and the three first of each kind. */
function programsView() {
  if (!programs) return [h("p", { class: "big" }, say("programs-none"))];
  const { met, pairs, understood, over } = programs;
  const list = (title, rows, how) => h("div", {}, h("h3", { class: "big" }, title), rows.length === 0 ? h("p", { class: "quiet" }, say("programs-nobody"))
    : h("ol", { class: "podium" }, rows.map(({ alias, tally }) => h("li", {}, h("strong", { class: "big" }, aliasOf(alias)), h("br"), say(how, tally)))));
  return [
    h("p", { class: "huge" }, say("programs-goal", { understood })),
    h("div", { class: "chapter-row" }, h("span", { class: "big" }, say(over ? "programs-over" : "programs-met", { met, pairs })), h("progress", { max: Math.max(1, pairs), value: met, "aria-label": say("scene-programs") })),
    h("div", { class: "where" }, list(say("tournament-servers"), programs.servers, "tally-server"), list(say("tournament-clients"), programs.clients, "tally-client")),
  ];
}

/** Messages of a volunteer's program, as the server heard and said them: a sample a second, and one row
    for samples that are the same. */
function volunteerView() {
  const tile = survey.tiles.find(({ player }) => player && player === volunteer(room));
  if (!mayShowWire(survey)) return [h("p", { class: "big" }, say("wire-not-here"))];
  if (!tile?.line) return [h("p", { class: "big" }, say("wire-nobody"))];
  if (wire.player !== tile.player) Object.assign(wire, { player: tile.player, messages: [] });
  const { heard, said } = tile.line;
  const last = wire.messages.at(-1);
  if ((heard || said) && (last?.heard !== heard || last?.said !== said)) wire.messages = [...wire.messages, { heard, said }].slice(-MESSAGES);
  return [
    h("p", { class: "big" }, say("wire-of", { name: shownName(tile), door: say(`door-${tile.line.door}`) })),
    h("p", { class: "quiet" }, say("wire-sample")),
    h("ol", { class: "messages" }, wire.messages.map((one) => h("li", {}, h("code", {}, `→ ${textOf(one.heard)}`), h("code", {}, `← ${textOf(one.said)}`)))),
  ];
}

/** A message as text, its end of line shown. */
function textOf(hex) {
  const bytes = (hex.match(/../g) ?? []).map((byte) => parseInt(byte, 16));
  return new TextDecoder().decode(new Uint8Array(bytes)).replaceAll("\n", "⏎").replaceAll("\r", "␍") || "…";
}

/** Who reaches whom, and the causes without what to do: that is the teacher's. */
function networkView() {
  const shown = test && !test.running ? { ...test, pages: test.pages.map((page) => ({ ...page, name: shownNameOf(page) })) } : null;
  const table = shown && matrixView(shown);
  if (!table) return [h("p", { class: "big" }, say(test?.running ? "matrix-running" : "matrix-none"))];
  return [h("ul", { class: "findings" }, causesOf(shown).map(({ sign, text }) => h("li", { class: sign === "✕" ? "attention" : "" }, `${sign} ${text}`))), table];
}

/** A page's name as it is now, unless the teacher hides it; none where no tile tells. */
function shownNameOf({ player }) {
  const tile = player && survey.tiles.find((one) => one.player === player);
  return tile ? shownName(tile) : "";
}

/** What the class has agreed on, as the teacher has written it. */
const protocolView = () => (protocol ? [rulesView(protocol.topics)] : []);

const bellView = () => [h("p", { class: "big" }, say("scene-bell-text")), h("p", { class: "big" }, say("scene-bell-kept"))];

/** Host and port of an address, brackets off. */
function split(address) {
  const at = address.lastIndexOf(":");
  return [address.slice(0, at).replace(/[[\]]/g, ""), address.slice(at + 1)];
}

const shownName = (tile) => (tile.hidden ? say("screen-hidden") : tile.name);

function last({ ended }) {
  if (!ended) return "";
  if (!ended.winner) return say("last-nobody", ended);
  return `★ ${say("last-won", { number: ended.number, name: shownName(ended.winner) })}`;
}

const best = (a, b) => b.wins - a.wins || a.total / (a.wins || 1) - b.total / (b.wins || 1) || b.tries - a.tries;

function board() {
  const tiles = [...survey.tiles].sort(best);
  const rows = survey.finishes.length > 0 && survey.rules.mode !== "closest" ? ROWS_WITH_PICTURE : ROWS;
  const more = survey.players - Math.min(rows, tiles.length);
  const row = (tile) => h("tr", {}, h("td", {}, shownName(tile), tile.line || tile.elsewhere_ms !== null ? "" : h("span", { class: "quiet" }, ` ${say("away")}`)),
    h("td", { class: "number" }, String(tile.tries)), h("td", { class: "number" }, String(tile.wins)), h("td", { class: "number" }, tile.best ? String(tile.best) : "—"));
  return h("table", {},
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("name")), h("th", { scope: "col", class: "number" }, say("tries-count")), h("th", { scope: "col", class: "number" }, say("wins")), h("th", { scope: "col", class: "number" }, say("record")))),
    h("tbody", {}, tiles.slice(0, rows).map(row), more > 0 ? h("tr", {}, h("td", { class: "quiet", colSpan: 4 }, say("and-others", { count: more }))) : null));
}

shell(draw);
if (room) {
  onScene(room, refresh);
  addEventListener("pagehide", () => leave(sceneOf(room), room));
  await refresh();
  setInterval(() => { if (!document.hidden) refresh(); }, EVERY);
} else {
  byId("no-room").hidden = false;
  // A room that is written into the address bar is shown.
  addEventListener("hashchange", () => location.reload());
}
