// The hour in words, to be read and printed: a page for the teacher, and one for each pupil, without the
// names of others.
import { byId, fill, h, put } from "./dom.js";
import { lang, say, shell } from "./speech.js";
import { Refused, request } from "./desk.js";

const DONE = ["right", "plausible", "kept"];
/** From so many answers to one question on a pupil was held up there, whatever came of it. */
const MANY = 3;
const MINUTE = 60000;
const names = new Intl.Collator();

const room = decodeURIComponent(location.hash.slice(1)).toUpperCase();
let seen = null;

async function load() {
  const path = encodeURIComponent(room);
  try {
    const [survey, lesson, answers, checks] = await Promise.all([
      request(`/prof/rooms/${path}`), request(`/prof/lesson/${path}?lang=${lang}`),
      request(`/prof/answers.json?room=${path}`), request(`/prof/checks?lang=${lang}`)]);
    seen = { survey, lesson, answers, checks, pupils: pupilsOf(survey, lesson, answers, checks) };
    byId("trouble").hidden = true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    put(byId("trouble"), error.status === 401 ? say("stranger-text") : error.message);
    byId("trouble").hidden = false;
  }
  draw();
}

/** Everybody who has a seat or an answer, with all that is known of them. */
function pupilsOf(survey, { lesson, pupils }, dated, checks) {
  const answers = new Map(pupils.map((pupil) => [pupil.player, pupil]));
  const here = new Set(survey.tiles.map(({ player }) => player));
  const gone = pupils.filter(({ player }) => !here.has(player)).map(({ player, name }) => ({ player, name, wins: 0, best: null, total: 0 }));
  return [...survey.tiles.filter(({ name }) => name), ...gone].map((tile) => {
    const own = answers.get(tile.player)?.answers ?? [];
    const chapters = lesson.chapters.filter(({ questions }) => questions.length > 0).map((chapter) => ({
      ...chapter, done: chapter.questions.filter(({ id }) => own.some(({ question, verdict }) => question === id && DONE.includes(verdict))).length,
    }));
    return { tile, name: tile.name || say("class-gone"), answers: own, chapters, stuck: stuckAt(own, chapters, dated.filter(({ player }) => player === tile.name)), program: programOf(checks, tile.name) };
  }).sort((a, b) => names.compare(a.name, b.name));
}

/** The questions that took many answers, or that several did not settle, with the time between the
    latest answer to another question before and the latest to this one. */
function stuckAt(own, chapters, dated) {
  const times = new Map(dated.map(({ question, date }) => [question, Date.parse(date)]));
  return own.filter(({ verdict, attempts }) => attempts >= MANY || (attempts > 1 && !DONE.includes(verdict))).map((answer) => {
    const until = times.get(answer.question);
    const before = [...times.values()].filter((time) => time < until);
    const minutes = before.length > 0 ? Math.round((until - Math.max(...before)) / MINUTE) : null;
    return { ...answer, minutes, place: labelOf(chapters, answer.question) };
  });
}

function labelOf(chapters, question) {
  const chapter = chapters.find(({ questions }) => questions.some(({ id }) => id === question));
  if (!chapter) return question;
  return say("report-place", { chapter: chapter.title, number: chapter.questions.findIndex(({ id }) => id === question) + 1 });
}

/** What the latest check of the class found of this pupil's server. */
function programOf(checks, name) {
  const row = name && checks?.rows.find((one) => one.name === name && one.verdicts);
  if (!row) return null;
  const count = (verdict) => row.verdicts.filter((one) => one === verdict).length;
  const next = checks.checks.find(({ id }) => id === row.next);
  return { passed: count("passed"), failed: count("failed"), next: next?.title ?? null };
}

const stuckText = ({ place, attempts, minutes, verdict }) => say("report-stuck", { place, attempts, minutes, settled: DONE.includes(verdict) });
const programText = ({ passed, failed, next }) => [say("report-program", { passed, failed }), next ? say("report-next", { next }) : null].filter(Boolean).join(" ");

function draw() {
  byId("title").textContent = seen ? say("report-of", { room, date: new Date().toLocaleDateString(lang, { dateStyle: "long" }) }) : say("report-title");
  for (const id of ["print-class", "print-pupils"]) byId(id).disabled = !seen;
  fill(byId("report"), seen ? reportView(seen) : null);
  fill(byId("pages"), seen ? seen.pupils.filter(({ tile }) => tile.name).map(pageView) : null);
}

function reportView({ pupils, checks }) {
  if (pupils.length === 0) return [h("p", {}, say("report-nobody"))];
  const { chapters } = pupils[0];
  const played = pupils.filter(({ tile }) => tile.total > 0 || tile.tries > 0).length;
  const answered = pupils.filter(({ answers }) => answers.length > 0).length;
  const column = (text, kind = "") => h("th", { scope: "col", class: kind }, text);
  const row = ({ tile, name, chapters: own, stuck, program, answers }) => h("tr", {}, h("th", { scope: "row" }, name),
    h("td", {}, tile.total || tile.tries ? say("report-wins", tile) : say("report-not-played")),
    own.map(({ done, questions }) => h("td", { class: "number" }, answers.length === 0 ? "·" : done === questions.length ? "✓" : `${done}/${questions.length}`)),
    h("td", { class: "words" }, program ? programText(program) : "·"),
    h("td", { class: "words" }, stuck.length ? h("ul", {}, stuck.map((one) => h("li", {}, stuckText(one)))) : "·"));
  return [
    h("p", {}, say("report-summary", { count: pupils.length, played, answered })),
    h("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": say("report-title") }, h("table", {},
      h("thead", {}, h("tr", {}, column(say("name")), column(say("report-game")), chapters.map((_, index) => column(String(index + 1), "number")), column(say("programs")), column(say("report-stuck-at")))),
      h("tbody", {}, pupils.map(row)))),
    h("h2", {}, say("report-chapters")),
    h("ol", {}, chapters.map(({ title }) => h("li", {}, unnumbered(title)))),
    h("p", { class: "small quiet" }, [say("report-legend"), checks ? null : ` ${say("report-no-checks")}`]),
  ];
}

/** A pupil's own page. */
function pageView({ tile, name, answers, chapters, stuck, program }, index) {
  const id = `page-${index}`;
  const told = answers.filter(({ text, mark }) => text || mark);
  return h("section", { "aria-labelledby": id },
    h("h2", { id }, say("report-page", { name, room })),
    h("p", {}, tile.total || tile.tries ? say("report-you-played", tile) : say("report-you-not-played")),
    h("h3", {}, say("lesson")),
    h("ul", {}, chapters.map(({ title, done, questions }) => h("li", {}, say("report-chapter", { title, done, all: questions.length })))),
    program ? [h("h3", {}, say("report-your-program")), h("p", {}, programText(program))] : null,
    stuck.length ? [h("h3", {}, say("report-again")), h("ul", {}, stuck.map((one) => h("li", {}, stuckText(one))))] : null,
    told.length ? [h("h3", {}, say("report-your-answers")), h("ul", {}, told.map(({ question, text, mark }) => h("li", {}, h("strong", {}, labelOf(chapters, question)),
      mark ? ` (${say("teacher-says")} ${say(`mark-${mark}`)})` : "", text ? h("div", { class: "own-words" }, text) : null)))] : null);
}

/** A chapter's title without the numeral that it may begin with: the list has its own. */
const unnumbered = (title) => title.replace(/^(?:[IVX]+|\d+)\s*[.):–-]\s+/, "");

function printAs(kind) {
  document.body.className = kind;
  print();
}

byId("print-class").addEventListener("click", () => printAs("for-class"));
byId("print-pupils").addEventListener("click", () => printAs("for-pupils"));
let spoken = lang;
shell(() => {
  if (spoken !== lang) {
    spoken = lang;
    load();
  } else draw();
});
await load();
