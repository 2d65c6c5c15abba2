// The class at its lesson: pupils and questions, and answers to be marked.
import { byId, fill, h } from "./dom.js";
import { say } from "./speech.js";
import { request } from "./desk.js";
import { show } from "./text.js";

const SIGNS = { right: "✓", plausible: "✓", near: "≈", wrong: "✕" };
const MARKS = ["good", "partly", "again"];
let drawn = "";

/** The table; drawn anew only when something has changed. */
export function drawClass({ lesson, models, pupils }, room, act) {
  const now = JSON.stringify([pupils, models, document.documentElement.lang]);
  if (now === drawn) return;
  drawn = now;
  const programs = lesson.chapters.flatMap((chapter, index) => chapter.questions.map(({ id, kind }, place) => ({ id, kind, label: `${index + 1}.${place + 1}` }))).filter(({ kind }) => kind === "program");
  fill(byId("class-models"), programs.length ? say("class-models") : null, programs.map(({ id, label }) => {
    const on = models.includes(id);
    return h("button", { type: "button", "aria-pressed": String(on), onclick: () => act(() => request(`/prof/rooms/${room}`, { order: "model", question: id, on: !on })) }, label);
  }));
  if (pupils.length === 0) return fill(byId("class-content"), h("p", { class: "quiet" }, say("class-nothing")));
  const questions = lesson.chapters.flatMap((chapter, index) => chapter.questions.map((question, place) => ({ ...question, label: `${index + 1}.${place + 1}` })));
  const head = h("tr", {}, h("th", { scope: "col" }, say("name")), questions.map(({ label }) => h("th", { scope: "col" }, label)));
  const row = (pupil) => h("tr", {}, h("th", { scope: "row" }, pupil.name || say("class-gone")), questions.map((question) => h("td", {}, cell(pupil, question, room, act))));
  fill(byId("class-content"), h("p", { class: "quiet small" }, say("class-legend")),
    h("div", { class: "bits", tabIndex: 0, role: "group", "aria-label": say("class-lesson") }, h("table", { class: "class-table" }, h("thead", {}, head), h("tbody", {}, pupils.map(row)))));
}

function cell(pupil, question, room, act) {
  const answer = pupil.answers.find((one) => one.question === question.id);
  if (!answer) return h("span", { class: "quiet" }, "·");
  const sign = answer.mark ? { good: "✓", partly: "≈", again: "✕" }[answer.mark] : SIGNS[answer.verdict] ?? "✎";
  const label = `${pupil.name}, ${question.label} : ${say(answer.mark ? `mark-${answer.mark}` : `verdict-word-${answer.verdict}`)}`;
  return h("button", { type: "button", "aria-label": label, onclick: () => open(pupil, question, answer, room, act) }, sign);
}

function open(pupil, question, answer, room, act) {
  const dialog = byId("player");
  byId("player-name").textContent = `${pupil.name || say("class-gone")} · ${question.label}`;
  const mark = (word) => h("button", { type: "button", "aria-pressed": String(answer.mark === word), onclick: () => {
    dialog.close();
    act(() => request(`/prof/rooms/${room}`, { order: "mark", player: pupil.player, question: question.id, mark: word }));
  } }, say(`mark-${word}`));
  fill(byId("player-content"), show(question.text), h("h3", {}, say("class-answer")),
    answer.text === null ? h("p", { class: "quiet" }, say("class-no-text")) : h("pre", { tabIndex: 0 }, answer.text),
    h("p", {}, say("answered-before", { word: say(`verdict-word-${answer.verdict}`), attempts: answer.attempts })),
    h("p", { class: "row" }, MARKS.map(mark)));
  dialog.showModal();
}
