// The way through the lesson: one chapter on the screen, on a phone one question; what is done and what
// is left; back and on by links and by the arrow keys. The place is the address's fragment, so that a
// reload and the browser's own keys find it again.
import { byId, fill, h } from "./dom.js";
import { say } from "./speech.js";

const END = "la-fin";
const narrow = matchMedia("(max-width: 40rem)");
const wide = matchMedia("(min-width: 64rem)");
const way = { classAt: null, lesson: null, at: null, isDone: () => false, drawEnd: () => {} };

/** The places of the lesson, in order: chapters, on a phone each question as well, and the end. */
function stops() {
  const chapters = way.lesson.chapters.flatMap((chapter) => [
    { id: `c-${chapter.id}`, chapter },
    ...(narrow.matches ? chapter.questions.map(({ id }) => ({ id: `q-${id}`, chapter })) : []),
  ]);
  return [...chapters, { id: END, chapter: null }];
}

const chapterWith = (question) => way.lesson.chapters.find(({ questions }) => questions.some(({ id }) => id === question));
const countOf = ({ questions }) => ({ done: questions.filter(({ id }) => way.isDone(id)).length, all: questions.length });

/** The place that a fragment names; nothing if it is not one of the lesson's. */
function placeOf(id) {
  const found = stops().find((stop) => stop.id === id);
  if (found || !id.startsWith("q-")) return found;
  const chapter = chapterWith(id.slice(2));
  return chapter && { id: `c-${chapter.id}`, chapter, question: id };
}

/** Where a pupil goes on: the first chapter with something left, on a phone its first such question; one
    who has done nothing begins where the class is. */
function firstLeft() {
  const begun = way.lesson.chapters.some((chapter) => countOf(chapter).done > 0);
  const left = begun && way.lesson.chapters.flatMap(({ questions }) => questions).find(({ id }) => !way.isDone(id));
  if (begun && !left) return placeOf(END);
  return left ? placeOf(`q-${left.id}`) : placeOf(`c-${way.classAt}`) ?? stops()[0];
}

/** A lesson that is drawn anew; `isDone(question)` says what is done, `drawEnd(element)` draws what
    stands at the end, and `classAt` is the chapter where the class is, for one who begins. */
export function lead(lesson, isDone, drawEnd, classAt) {
  Object.assign(way, { lesson, isDone, drawEnd, classAt });
  go(placeOf(fragment()) ?? placeOf(way.at?.id ?? "") ?? firstLeft());
}

const fragment = () => decodeURIComponent(location.hash.slice(1));

function go(stop, moved) {
  way.at = stop;
  for (const section of document.querySelectorAll(".chapter")) {
    section.hidden = section.id !== (stop.chapter ? `c-${stop.chapter.id}` : END);
    const one = narrow.matches && stop.id.startsWith("q-") ? stop.id : null;
    section.classList.toggle("one-question", one !== null);
    for (const card of section.querySelectorAll(".question")) card.hidden = narrow.matches && card.id !== one;
  }
  drawOutline();
  if (!moved) return;
  const target = stop.question ? byId(stop.question) : byId(stop.id.startsWith("q-") ? stop.id : `title-${stop.id}`);
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
  if (stop.question) target.scrollIntoView({ block: "start" });
  else scrollTo(0, 0);
}

/** The outline and the way on, as they are now. */
export function drawOutline() {
  if (!way.at) return;
  const all = stops();
  const index = all.findIndex(({ id }) => id === way.at.id);
  const { chapters } = way.lesson;
  const number = way.at.chapter ? chapters.indexOf(way.at.chapter) + 1 : null;
  const here = number ? say("outline-at", { number, all: chapters.length }) : say("end-title");
  byId("outline-at").textContent = way.at.id.startsWith("q-") ? `${here} · ${titleOf(way.at)}` : here;
  fill(byId("contents"), chapters.map(entryOf), h("li", {}, entry(END, say("end-title"), "", !way.at.chapter)));
  const step = (stop, sign) => stop && h("a", { class: sign === "→" ? "button on" : "button", href: `#${stop.id}`, rel: sign === "→" ? "next" : "prev" },
    sign === "→" ? [h("span", {}, titleOf(stop)), sign] : [sign, h("span", {}, titleOf(stop))]);
  fill(byId("pager"), step(all[index - 1], "←"), step(all[index + 1], "→"));
  byId("pager").dataset.at = way.at.id;
  if (!way.at.chapter) way.drawEnd(byId("end-content"));
}

function entryOf(chapter) {
  const { done, all } = countOf(chapter);
  const isHere = way.at.chapter === chapter;
  const sign = all > 0 && done === all ? "✓" : `${done}/${all}`;
  return h("li", {}, entry(`c-${chapter.id}`, chapter.title, sign, isHere), isHere && all > 0 ? h("ol", { class: "steps" }, chapter.questions.map((question, index) => {
    const word = say(way.isDone(question.id) ? "outline-done" : "outline-left");
    const label = say("outline-question", { number: index + 1, word });
    return h("li", {}, h("a", { href: `#q-${question.id}`, class: way.isDone(question.id) ? "done" : "", "aria-label": label, title: label }, way.isDone(question.id) ? "✓" : String(index + 1)));
  })) : null);
}

const entry = (id, title, sign, isHere) => h("a", { href: `#${id}`, "aria-current": isHere ? "step" : undefined }, h("span", {}, title), h("span", { class: "count" }, sign));

function titleOf({ id, chapter }) {
  if (!chapter) return say("end-title");
  if (id.startsWith("c-")) return chapter.title;
  const index = chapter.questions.findIndex((question) => `q-${question.id}` === id);
  return say("outline-step", { number: index + 1, all: chapter.questions.length });
}

/** What is left, chapter by chapter, as links. */
export function leftOver() {
  const left = way.lesson.chapters.filter((chapter) => countOf(chapter).done < countOf(chapter).all);
  if (left.length === 0) return h("p", {}, say("end-all"));
  return [h("p", {}, say("end-left")), h("ul", {}, left.map((chapter) => {
    const first = chapter.questions.find(({ id }) => !way.isDone(id));
    const { done, all } = countOf(chapter);
    return h("li", {}, h("a", { href: `#q-${first.id}` }, chapter.title), ` (${say("end-count", { count: all - done })})`);
  }))];
}

addEventListener("hashchange", () => {
  const stop = way.lesson && placeOf(fragment());
  if (stop) go(stop, true);
});
narrow.addEventListener("change", () => { if (way.at) go(placeOf(way.at.id) ?? placeOf(`c-${way.at.chapter.id}`)); });
const unfold = () => { byId("outline").open = wide.matches; };
wide.addEventListener("change", unfold);
unfold();

/** The arrow keys go back and on, except where they have a use of their own. */
addEventListener("keydown", (event) => {
  if (!way.at || byId("lesson").hidden || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const step = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  if (!step || event.target.closest("input, textarea, select, pre, .bits")) return;
  const link = byId("pager").querySelector(`[rel=${step}]`);
  if (!link) return;
  event.preventDefault();
  location.hash = link.hash;
});
