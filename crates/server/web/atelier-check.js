// The check of a program, in the words and the order of `juste-prix check`: results as they come, then
// the whole report.
import { fill, h, put } from "./dom.js";
import { lang, say } from "./speech.js";
import { Refused, request } from "./desk.js";

const SIGNS = { passed: "✓", failed: "✗", not_examined: "–" };
/** The results in which the check in progress is shown: one at a time in a browser. */
let current = null;

export const isChecking = () => current !== null;

/** What the server tells of the check. */
export const heard = (told) => current?.heard(told);

/** The line broke for good: nothing more will be told. */
export const lost = () => current?.heard({ state: "broken" });

/** A place for the results of one program. `changed` is called when a check begins and ends, with the
    report if there is one; `fits` as soon as the essential checks have passed; `send` sends to the page's line. */
export class Results {
  constructor({ send, changed, fits = () => {} }) {
    Object.assign(this, { send, changed, fits, steps: [], report: null, state: null });
    this.why = h("p", { class: "quiet small", hidden: true });
    this.says = h("p", { class: "says", role: "status" });
    this.bar = h("progress", { max: 1, value: 0, hidden: true });
    this.stop = h("button", { type: "button", hidden: true, onclick: () => this.send({ do: "stop-check" }) });
    this.list = h("div", { class: "report" });
    this.element = h("section", { class: "check", hidden: true }, this.why, this.says, this.bar, h("p", { class: "row" }, this.stop), this.list);
  }

  /** Asks for a check, for the pupil or for the teacher. */
  async begin(key, side, subject, { byTeacher = false } = {}) {
    if (current) return;
    current = this;
    this.why.hidden = !byTeacher;
    Object.assign(this, { steps: [], report: null, state: { name: "exam-waits" } });
    this.element.hidden = false;
    this.changed(null);
    this.draw();
    try {
      await request("/workshop/check", { key, side, lang, subject });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.over({ name: null, text: error.message });
    }
  }

  over(state, report = null) {
    current = null;
    Object.assign(this, { state, report });
    this.changed(report);
    this.draw();
  }

  heard({ state, step, report, at }) {
    if (state === "runs" && step.left) this.left = step.left;
    else if (state === "runs" && step.finding) {
      this.steps.push(step.finding);
      if (step.fits) this.fits();
    } else if (state === "runs") this.state = { name: "exam-runs", values: step };
    else if (state === "listens") this.address = at;
    else if (state === "done") return this.over({ name: null, text: report.summary }, report);
    else if (state !== "waits") return this.over({ name: `exam-${state}` });
    this.draw();
  }

  draw() {
    if (!this.state) return;
    const { name, values, text } = this.state;
    const where = current === this && this.address ? ` ${say("exam-listens", { at: this.address, left: this.left })}` : "";
    put(this.says, (name ? say(name, values) : text) + where);
    this.says.classList.toggle("error", this.report?.sound === false);
    put(this.why, say("exam-by-teacher"));
    put(this.stop, say("exam-stop"));
    this.stop.hidden = this.bar.hidden = current !== this;
    this.bar.setAttribute("aria-label", say("exam-heading"));
    this.bar.value = name === "exam-runs" ? (values.number - 1) / values.all : 0;
    fill(this.list, ...(this.report ? whole(this.report) : this.steps.map(short)));
    if (current !== this) this.address = this.left = null;
  }
}

/** What was found while the check goes on: a line each, and all of a failure. */
const short = (finding) => (finding.verdict === "failed" ? failed(finding) : h("p", { class: finding.verdict }, title(finding)));

const title = ({ verdict, title: text }) => [h("b", {}, SIGNS[verdict]), ` ${text}`];

function failed(finding) {
  const { sentence, place, hint, before, moments } = finding;
  const row = (time, text) => h("tr", {}, h("td", {}, time), h("td", {}, text));
  return h("article", { class: "failed" },
    h("h3", {}, title(finding)),
    h("p", {}, sentence),
    place ? h("p", { class: "place" }, place) : null,
    hint ? [h("p", {}, hint.sentence), h("pre", { tabIndex: 0 }, h("code", {}, hint.code))] : null,
    moments.length ? h("details", {}, h("summary", {}, say("exam-evidence")),
      h("table", {}, before ? row("", before) : null, moments.map(([time, text]) => row(time, text)))) : null);
}

/** The report: what failed, all checks, and how the program speaks. */
function whole({ findings, facts }) {
  const rows = findings.map((finding, index) => {
    const isNews = finding.verdict === "not_examined" && finding.sentence !== findings[index - 1]?.sentence;
    return h("li", { class: finding.verdict }, title(finding), isNews ? h("span", { class: "why small" }, finding.sentence) : null);
  });
  return [...findings.filter(({ verdict }) => verdict === "failed").map(failed),
    h("details", {}, h("summary", {}, say("exam-all", { count: rows.length })), h("ul", { class: "all" }, rows)), ...facts.map((fact) => h("p", { class: "small" }, fact))];
}
