// The agenda of a class: two sheets of 55 minutes. Each step is one click; what was done and the order
// are kept in this browser, for each room.
import { h } from "./dom.js";
import { recalled, remember, say } from "./speech.js";

/** The steps: minutes, and the projector's scene. What a step does besides is the caller's. */
export const STEPS = {
  join: { sheet: 1, minutes: 5, scene: "join" },
  race: { sheet: 1, minutes: 8, scene: "wall" },
  names: { sheet: 1, minutes: 12, scene: "lesson" },
  chat: { sheet: 1, minutes: 20, scene: "lesson" },
  recap: { sheet: 1, minutes: 5, scene: "podium" },
  resume: { sheet: 2, minutes: 5, scene: "join" },
  server: { sheet: 2, minutes: 25, scene: "lesson" },
  check: { sheet: 2, minutes: 10, scene: "lesson" },
  tournament: { sheet: 2, minutes: 8, scene: "wall" },
  end: { sheet: 2, minutes: 5, scene: "podium" },
};
const SHEETS = [1, 2];
const MINUTE = 60000;

/** The agenda of a room as it is kept: the order of the steps, those begun, and when the last was. */
export function agendaOf(room) {
  let kept = {};
  try { kept = JSON.parse(recalled(`jp.agenda.${room}`)) ?? {}; } catch { /* Nothing was kept, or it is no agenda. */ }
  const known = (kept.order ?? []).filter((id) => STEPS[id]);
  const order = [...known, ...Object.keys(STEPS).filter((id) => !known.includes(id))];
  const begun = (kept.begun ?? []).filter((id) => STEPS[id]);
  return { order: SHEETS.flatMap((sheet) => order.filter((id) => STEPS[id].sheet === sheet)), begun, since: kept.since ?? 0 };
}

const keep = (room, agenda) => remember(`jp.agenda.${room}`, JSON.stringify(agenda));

/** The first step that was not begun; none after the last. */
export const nextStep = ({ order, begun }) => order.find((id) => !begun.includes(id)) ?? null;

export function begin(room, id) {
  const agenda = agendaOf(room);
  keep(room, { ...agenda, begun: [...agenda.begun.filter((one) => one !== id), id], since: Date.now() });
}

function move(room, id, by) {
  const agenda = agendaOf(room);
  const from = agenda.order.indexOf(id);
  agenda.order.splice(from, 1);
  agenda.order.splice(from + by, 0, id);
  keep(room, agenda);
}

/** What the agenda looks like changes with these. */
export const agendaShows = (room) => {
  const agenda = agendaOf(room);
  return [agenda, Math.floor((Date.now() - agenda.since) / MINUTE)];
};

/** The two sheets. `run(id)` begins a step, `ring()` ends the hour, `redraw()` shows what has changed. */
export function agendaView(room, { run, ring, redraw }) {
  const agenda = agendaOf(room);
  const now = agenda.begun.at(-1);
  const next = nextStep(agenda);
  const change = (work) => { work(); redraw(); };
  const arrow = (id, by, sign) => {
    const neighbour = agenda.order[agenda.order.indexOf(id) + by];
    return h("button", {
      type: "button", class: "plain", "aria-label": say(by < 0 ? "agenda-earlier" : "agenda-later", { step: say(`step-${id}`) }),
      disabled: !neighbour || STEPS[neighbour].sheet !== STEPS[id].sheet, onclick: () => change(() => move(room, id, by)),
    }, sign);
  };
  const stateOf = (id) => {
    if (id === now) return say("agenda-now", { minutes: Math.floor((Date.now() - agenda.since) / MINUTE) });
    return agenda.begun.includes(id) ? say("agenda-done") : "";
  };
  const step = (id) => h("li", { class: id === now ? "now" : agenda.begun.includes(id) ? "done" : "" },
    h("span", { class: "what" }, h("strong", {}, say(`step-${id}`)), h("span", { class: "quiet small" }, ` ${say("agenda-minutes", STEPS[id])} `),
      h("span", { class: "chip" + (id === now ? " good" : ""), hidden: !stateOf(id) }, stateOf(id)),
      h("span", { class: "small" }, say(`step-${id}-how`))),
    h("span", { class: "row" }, arrow(id, -1, "↑"), arrow(id, 1, "↓"),
      h("button", { type: "button", class: id === next ? "go" : "", "aria-label": say("agenda-begin-step", { step: say(`step-${id}`) }), onclick: () => run(id) }, say("agenda-begin"))));
  const sheet = (number) => {
    const steps = agenda.order.filter((id) => STEPS[id].sheet === number);
    const minutes = steps.reduce((sum, id) => sum + STEPS[id].minutes, 0);
    return h("section", { class: "sheet", "aria-label": say("agenda-sheet", { number, minutes }) },
      h("h3", {}, say("agenda-sheet", { number, minutes })), h("ol", {}, steps.map(step)));
  };
  return [
    h("div", { class: "row" }, h("h2", { id: "agenda-title" }, say("agenda")),
      h("button", { type: "button", id: "ring", onclick: ring }, say("ring")),
      h("button", { type: "button", class: "plain", disabled: agenda.begun.length === 0, onclick: () => change(() => keep(room, { order: agenda.order })) }, say("agenda-again"))),
    h("div", { class: "sheets" }, SHEETS.map(sheet)),
  ];
}
