// The programs of a room's pupils on the teacher's screen: what came of their checks, the check of all as
// it goes, and all that was found of one program.
import { byId, fill, h } from "./dom.js";
import { request } from "./desk.js";
import { lang, say } from "./speech.js";

const SIGNS = { passed: "✓", failed: "✗", not_examined: "–" };
const SIDES = ["server", "client"];

/** The table; `act` gives an order and looks again. */
export function programsView(room, pupils, act) {
  const asked = pupils.filter(({ asked: is }) => is).length;
  const order = (check) => act(() => request(`/prof/rooms/${room}/programs`, { check }));
  return [
    h("h2", {}, say("class-programs")),
    h("p", { class: "row" },
      asked ? h("button", { type: "button", class: "danger", onclick: () => order(false) }, say("check-all-stop"))
        : h("button", { type: "button", class: "main", disabled: !pupils.some(({ here }) => here), onclick: () => order(true) }, say("check-all")),
      h("span", { role: "status" }, asked ? say("check-all-runs", { count: asked }) : "")),
    h("p", { class: "small quiet" }, say("check-all-how")),
    h("div", { class: "programs", role: "group", tabIndex: 0, "aria-label": say("class-programs") }, h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("checks-pupil")), SIDES.map((side) => h("th", { scope: "col" }, say(`program-${side}`))))),
      h("tbody", {}, pupils.map((pupil) => h("tr", {},
        h("th", { scope: "row" }, pupil.name || say("nobody-yet"), pupil.here ? null : h("span", { class: "small quiet" }, ` ${say("program-away")}`)),
        SIDES.map((side) => h("td", {}, cellOf(room, pupil, side, act)))))))),
  ];
}

function cellOf(room, pupil, side, act) {
  const { going, asked, nothing, outcomes } = pupil;
  const found = outcomes.find((one) => one.side === side);
  const goes = going?.side === side ? say(going.all ? "checks-making" : "program-waits", going) : "";
  return [
    goes ? h("p", { class: "small" }, `… ${goes}`) : null,
    ...(found ? outcomeOf(room, pupil, found, act) : []),
    goes || found ? null : h("p", { class: "small quiet" }, say(nothing ? "program-nothing" : asked && !going ? "program-asked" : "program-unchecked")),
  ];
}

function outcomeOf(room, pupil, outcome, act) {
  const { side, own, passed, failed, said, first, at } = outcome;
  const when = new Date(at).toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit" });
  return [
    h("button", { type: "button", class: first ? "failed" : "", "aria-label": say("program-open", { name: pupil.name, side, said: first?.title ?? said }), onclick: () => act(() => openReport(room, pupil, outcome)) },
      first ? `✗ ${first.title}` : said),
    first?.place ? h("p", { class: "small place" }, first.place) : null,
    h("p", { class: "small quiet" }, say("program-counts", { passed, failed, when, own })),
  ];
}

async function openReport(room, pupil, { id, side }) {
  const cells = await request(`/prof/rooms/${room}/programs/${id}?lang=${lang}`);
  byId("cell-title").textContent = `${pupil.name} · ${say(`program-${side}`)}`;
  const failed = cells.filter(({ verdict }) => verdict === "failed");
  fill(byId("cell-content"),
    failed.map(({ title, sentence, place, hint }) => h("section", { class: "failed-check" },
      h("h3", {}, `${SIGNS.failed} ${title}`), h("p", {}, sentence), place ? h("p", { class: "place" }, place) : null,
      hint ? [h("p", {}, say("checks-hint", { hint: hint.sentence })), h("pre", { tabIndex: 0 }, h("code", {}, hint.python))] : null)),
    h("details", { open: failed.length === 0 }, h("summary", {}, say("program-all", { count: cells.length })),
      h("ul", { class: "seen" }, cells.map(({ title, verdict, sentence }) => h("li", {},
        h("b", {}, SIGNS[verdict]), h("span", { class: "unseen" }, say(`verdict-of-${verdict}`)), ` ${title}`,
        verdict === "not_examined" ? h("span", { class: "small quiet" }, ` ${sentence}`) : null)))));
  byId("cell").showModal();
}
