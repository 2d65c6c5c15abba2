// The lesson: a pupil's answers, judged by what is true here and now.
import { loadAhead } from "./ahead.js";
import { byId, fill, h, put } from "./dom.js";
import { Refused, request } from "./desk.js";
import { Link, Lost, WHOLE_CODE } from "./link.js";
import { drawLineState, lang, say, shell } from "./speech.js";
import { listing, show } from "./text.js";
import { drawOutline, lead, leftOver } from "./outline.js";
import { drawQr } from "./card.js";

const SEAT = "jp.seat";
const EVERY = 2000;
const DONE = ["right", "plausible", "kept"];
const SIGNS = { right: "✓", plausible: "✓", kept: "✓", near: "≈", wrong: "✕", unclear: "?", waiting: "…" };

const school = { phase: "join", lesson: null, told: null, state: null, code: null, name: "", here: null, judgements: {}, drafts: {} };

const link = new Link({
  onOpen: () => opened().catch(unlessLost),
  onEvent: (object) => {
    if (object.event === "journal") { school.away = object.away; drawLineState(school); }
    if (object.event === "room") {
      school.name = object.you ?? school.name;
      byId("card").hidden = !(object.paused && object.locked);
      byId("card-code").textContent = school.code ?? "";
      if (school.code && !byId("card").hidden) drawQr(byId("card-qr"), school.code, "lesson");
      header();
    }
    if (object.type === "bye") sentOut("shown-out");
  },
  onState: (name, values) => { Object.assign(school, { line: { name, values }, away: false }); drawLineState(school); },
});

/** What the line or the server could not do now is done when it is there again. */
function unlessLost(error) {
  if (error instanceof Refused) alertOf(error);
  else if (!(error instanceof Lost)) throw error;
}

function kept() {
  try { return JSON.parse(sessionStorage.getItem(SEAT)); } catch { return null; }
}

function keep(seat) {
  try { sessionStorage.setItem(SEAT, JSON.stringify({ round: 1, tries: [], ...seat })); } catch { /* Asked again after a reload. */ }
}

async function opened() {
  const code = school.code ?? kept()?.code;
  if (code) {
    const reply = await link.ask({ type: "resume", code });
    if (reply.type === "resumed") {
      // The page of the game keeps more of the same seat.
      if (kept()?.code !== reply.code) keep({ code: reply.code, room: reply.room });
      return seated(reply);
    }
    sentOut(`refused-${reply.reason}`);
  }
  if (school.entering) await enter(school.entering);
}

/** There is no seat any more: back to the door, where it is said why. */
function sentOut(why) {
  Object.assign(school, { code: null, phase: "join", trouble: () => say(why) });
  try { sessionStorage.removeItem(SEAT); } catch { /* Nothing was kept. */ }
  draw();
}

async function enter({ room, name }) {
  const reply = await link.ask({ type: "room", room });
  if (reply.type === "refused") {
    school.entering = null;
    school.trouble = () => say(`refused-${reply.reason}`, { room });
    return draw();
  }
  if (name) {
    const named = await link.ask({ type: "name", name });
    if (named.type === "named") reply.name = named.name;
  }
  keep(reply);
  await seated(reply);
}

async function seated({ code, name }) {
  Object.assign(school, { code, name, phase: "lesson", entering: null });
  await load();
}

async function load() {
  if (school.phase !== "lesson") return;
  school.here ??= await request("/here");
  school.told = await request(`/lesson?lang=${lang}`);
  school.lesson = school.told.lesson;
  school.state = await ask("/lesson/state");
  school.opened = JSON.stringify(Object.keys(school.state.models));
  draw();
}

const ask = (path, more = {}) => request(path, { code: school.code, lang, ...more });

/** What is known only here and now. */
function places(question) {
  const { told, state, here } = school;
  const pair = state?.pairs?.[question] ?? [];
  return {
    server: here ? new URL(here.page).hostname.replace(/[[\]]/g, "") : undefined,
    "local-name": told.local_name,
    "game-port": told.game_port,
    "practice-port": practiceOf(questionAt(question)?.server)?.port ?? say("port-not-open"),
    "closed-port": practiceOf(questionAt(question)?.server)?.closed_port ?? say("port-not-open"),
    neighbour: state?.neighbour ?? say("no-neighbour"),
    mine: pair[0], theirs: pair[1],
    console: h("a", { href: "/atelier#console" }, say("console-of-atelier")),
  };
}

const questionAt = (id) => school.lesson.chapters.flatMap((chapter) => chapter.questions).find((question) => question.id === id);
/** The pupil's practice port, if it speaks what is wanted; a text that is no question's wants turns. */
const practiceOf = (server) => school.state?.practice?.server === (server ?? "turns") ? school.state.practice : null;
const answered = (id) => school.state.answers.find((answer) => answer.question === id);
const isDone = (id) => DONE.includes(answered(id)?.verdict);

function header() {
  if (!school.state) return;
  if (school.phase !== "lesson" || !school.lesson) return;
  const questions = school.lesson.chapters.flatMap((chapter) => chapter.questions);
  const done = questions.filter(({ id }) => isDone(id)).length;
  byId("me").textContent = school.name;
  byId("progress").textContent = say("progress", { done, all: questions.length });
  drawOutline();
}

/** What is done, what is left, and the code to go on with. */
function drawEnd(place) {
  fill(place, h("p", { class: "verdict" }, byId("progress").textContent), leftOver());
  byId("end-code").textContent = school.code;
  drawQr(byId("end-qr"), school.code, "lesson");
}

function draw() {
  drawLineState(school);
  byId("join").hidden = school.phase !== "join";
  byId("join-error").hidden = !school.trouble;
  put(byId("join-error"), school.trouble?.() ?? "");
  byId("lesson").hidden = school.phase !== "lesson";
  if (school.phase !== "lesson" || !school.lesson) return;
  header();
  const { lesson } = school;
  byId("lesson-title").textContent = lesson.title;
  byId("to-game").href = "/";
  fill(byId("chapters"), lesson.chapters.map(chapterOf));
  lead(lesson, isDone, drawEnd, school.state.class);
}

function chapterOf(chapter) {
  const program = school.lesson.listings.find(({ id }) => id === chapter.listing);
  return h("section", { class: "chapter", id: `c-${chapter.id}`, "aria-labelledby": `title-c-${chapter.id}` },
    h("h2", { id: `title-c-${chapter.id}` }, chapter.title),
    chapter.id === school.state.class ? h("p", { class: "notice" }, say("class-is-here")) : null,
    h("div", { class: "intro" }, show(chapter.text, places()),
    program ? [h("h3", {}, program.title), h("p", { class: "quiet small" }, say("saved-as"), " ", h("code", {}, program.file), " · ", h("a", { href: `/atelier#${encodeURIComponent(program.file)}` }, say("to-atelier"))), listing(program.code)] : null),
    chapter.questions.map(questionOf));
}

function questionOf(question) {
  const before = answered(question.id);
  const card = h("article", { class: `card question ${before?.verdict ?? ""}`, id: `q-${question.id}` });
  card.append(...show(question.text, places(question.id)));
  card.append(h("form", { onsubmit: (event) => { event.preventDefault(); submit(question, card); } },
    field(question, before), question.kind === "program" ? h("p", {}, h("a", { href: `/atelier#?${question.id}` }, say("program-in-atelier"))) : null, question.server ? practiceView(question) : null,
    h("p", { class: "row" }, h("button", { class: "main", type: "submit" }, say(isObserved(question) ? "check-now" : "answer")))));
  card.append(h("div", { class: "verdict-place", "aria-live": "polite" }, judgementView(question, before)));
  return card;
}

const isObserved = ({ kind }) => kind === "practice" || kind === "game";

function field(question, before) {
  const id = `a-${question.id}`;
  const value = school.drafts[question.id] ?? before?.text ?? "";
  const remember = (event) => { school.drafts[question.id] = event.target.value; };
  if (isObserved(question)) return null;
  if (question.kind === "choice") {
    return h("fieldset", { class: "plain" }, h("legend", { class: "unseen" }, say("your-answer")), question.options.map((option) =>
      h("label", { class: "option" }, h("input", { type: "radio", name: id, value: option.id, checked: option.id === value, onchange: remember }), h("span", {}, show(option.text, places(question.id))))));
  }
  const label = h("label", { for: id }, say("your-answer"));
  if (question.kind === "text" || question.kind === "program") {
    return [label, h("textarea", { id, value, rows: question.kind === "program" ? 16 : 5, spellcheck: question.kind === "text", class: question.kind === "program" ? "mono" : "", oninput: remember })];
  }
  return [label, h("input", { id, type: "text", value, autocomplete: "off", spellcheck: false, oninput: remember })];
}

function judgementView(question, before) {
  const judgement = school.judgements[question.id];
  const parts = [];
  if (judgement) {
    parts.push(h("div", { class: `judgement ${judgement.verdict}` },
      h("p", { class: "word" }, `${SIGNS[judgement.verdict]} ${say(`verdict-word-${judgement.verdict}`)}`),
      show(judgement.explanation, places(question.id)), shown(judgement.show)));
  } else if (before) {
    parts.push(h("p", { class: "quiet" }, `${SIGNS[before.verdict] ?? ""} ${say("answered-before", { word: say(`verdict-word-${before.verdict}`), attempts: before.attempts })}`));
  }
  const model = !judgement && school.state.models[question.id];
  if (model) parts.push(h("div", { class: "judgement kept" }, h("p", { class: "word" }, say("model-answer")), show(model, places(question.id))));
  if (before?.mark) parts.push(h("p", { class: "notice" }, say("teacher-says"), " ", h("strong", {}, say(`mark-${before.mark}`))));
  return parts;
}

/** What stands beside a judgement: a line of the program, or two addresses as bits. */
function shown(what) {
  if (!what) return null;
  if (what.line) {
    const program = school.lesson.listings.find(({ id }) => id === what.line.listing);
    return program ? listing(program.code, what.line.line) : null;
  }
  const { rows, common } = what.bits;
  return h("div", { class: "bits mono", tabIndex: 0, role: "group", "aria-label": say("bits") }, rows.map(({ address, bits }) =>
    h("div", {}, `${address} `, h("br"), common === null ? bits : [h("span", { class: "same" }, bits.slice(0, common)), bits.slice(common)])));
}

function practiceView(question) {
  const practice = practiceOf(question.server);
  return h("div", { "data-practice": question.id },
    h("p", { class: "row" }, h("button", { type: "button", onclick: () => openPractice(question) }, say(practice ? "practice-again" : "practice-open")),
      practice ? h("span", { class: "chip good" }, say("practice-port", practice)) : null),
    practice ? h("ol", { class: "seen", "aria-live": "polite" }, practice.seen.length ? practice.seen.map((one) => h("li", {}, one)) : h("li", { class: "quiet" }, say("nothing-seen"))) : null);
}

async function openPractice({ server }) {
  try {
    await ask("/lesson/practice", { server, offset: new Date().getTimezoneOffset() });
    school.state = await ask("/lesson/state");
  } catch (error) { alertOf(error); }
  draw();
}

/** What the practice port sees comes by itself; the rest of the page stays as it is. */
async function watch() {
  if (school.phase !== "lesson" || document.hidden || !link.isOpen) return;
  if (!school.state) return load().catch(unlessLost);
  try { school.state = await ask("/lesson/state"); } catch { return; }
  header();
  // A model answer appears when the teacher opens it.
  const opened = JSON.stringify(Object.keys(school.state.models));
  if (opened !== school.opened) {
    school.opened = opened;
    for (const question of school.lesson.chapters.flatMap((chapter) => chapter.questions).filter(({ kind }) => kind === "program")) {
      delete school.judgements[question.id];
      fill(document.querySelector(`#q-${question.id} .verdict-place`), judgementView(question, answered(question.id)));
    }
  }
  for (const place of document.querySelectorAll("[data-practice]")) {
    const now = practiceView(questionAt(place.dataset.practice));
    if (now.textContent !== place.textContent) place.replaceWith(now);
  }
}

async function submit(question, card) {
  const chosen = card.querySelector(`[name="a-${question.id}"]:checked`);
  const answer = isObserved(question) ? "" : question.kind === "choice" ? chosen?.value ?? "" : byId(`a-${question.id}`).value;
  const button = card.querySelector("button[type=submit]");
  button.disabled = true;
  try {
    const { judgement, state } = await ask("/lesson/answer", { question: question.id, answer });
    school.judgements[question.id] = judgement;
    school.state = state;
    const before = answered(question.id);
    card.className = `card question ${before?.verdict ?? ""}`;
    fill(card.querySelector(".verdict-place"), judgementView(question, before));
    header();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    fill(card.querySelector(".verdict-place"), h("p", { class: "notice warn", role: "alert" }, error.message));
  } finally {
    button.disabled = false;
  }
}

function alertOf(error) {
  if (!(error instanceof Refused)) throw error;
  byId("announce").textContent = error.message;
}

byId("join-form").addEventListener("submit", (event) => {
  event.preventDefault();
  school.trouble = null;
  draw();
  const code = byId("room").value.trim().toUpperCase();
  if (WHOLE_CODE.test(code)) {
    school.code = code;
    if (link.isOpen) opened().catch(unlessLost);
    else link.hurry();
    return;
  }
  school.entering = { room: byId("room").value.trim().toUpperCase() || null, name: byId("nickname").value.trim() };
  if (link.isOpen) enter(school.entering).catch(unlessLost);
  else link.hurry();
});

const word = decodeURIComponent(location.hash.slice(1)).toUpperCase();
if (/^[A-Z0-9_]{1,12}$/.test(word) || WHOLE_CODE.test(word)) byId("room").value = word;
// A seat's code is not left where others can read it.
if (WHOLE_CODE.test(word)) history.replaceState(null, "", location.pathname);
let spoken = lang;
shell(() => {
  if (spoken !== lang) {
    spoken = lang;
    school.judgements = {};
    load().catch(unlessLost);
  } else draw();
});
link.start();
setInterval(watch, EVERY);
loadAhead(() => school.phase === "lesson");
