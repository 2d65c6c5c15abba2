// Who reaches whom: the room test as a table of the class's machines, and in a sentence a cause what is
// in the way and what to do. A machine is an address as the server sees it; the address itself never
// comes here.
import { h } from "./dom.js";
import { say } from "./speech.js";

/** Where nobody listens a machine that is reached refuses. */
const REACHED = ["refused", "open"];
const SIGNS = { refused: "✓", open: "✓", silent: "✕", intercepted: "!", untried: "·", banned: "·" };
/** A class on one hotspot of a phone. */
const HOTSPOT_DEVICES = 10;

/** The machines with their names, and what came of each attempt; `null` where no machine but the
    server's has a page. */
export function matrixOf({ pages, dialled = [] }) {
  const machines = new Map();
  for (const page of pages.filter(({ network }) => network !== "here")) {
    const machine = machines.get(page.address) ?? { id: page.address, names: [], network: page.network, server: null, dialled: null, reaches: new Map(), relayed: false };
    if (page.name) machine.names.push(page.name);
    machine.relayed ||= page.relayed;
    machine.server = REACHED.includes(machine.server) ? machine.server : page.port ?? machine.server;
    for (const [to, outcome] of page.machines ?? []) if (!REACHED.includes(machine.reaches.get(to))) machine.reaches.set(to, outcome);
    machines.set(page.address, machine);
  }
  for (const [to, outcome] of dialled) if (machines.has(to)) machines.get(to).dialled = outcome;
  return machines.size === 0 ? null : [...machines.values()];
}

const nameOf = (machine) => machine.names.join(", ") || say("nobody-yet");
const namesOf = (machines) => machines.map(nameOf).join(", ");
const isSilent = (outcome) => outcome === "silent";

/** The attempts between pupils' machines that came to an end, as `[from, to, outcome]`. */
const pairsOf = (machines) => machines.flatMap((from) => machines.filter((to) => ["refused", "open", "silent", "intercepted"].includes(from.reaches.get(to.id))).map((to) => [from, to, from.reaches.get(to.id)]));

/** A sentence a cause, each with what to do; worst first. */
export function causesOf(test) {
  const machines = matrixOf(test) ?? [];
  const causes = [];
  const cause = (name, values) => causes.push({ sign: "✕", text: say(`cause-${name}`, values), todo: say(`cause-${name}-todo`, values) });
  if (test.wsl) cause("wsl");
  const virtual = machines.filter(({ network }) => network === "virtual");
  if (virtual.length > 0) cause("virtual", { names: namesOf(virtual) });
  if (test.hotspot) cause("hotspot", { kind: test.hotspot, count: machines.length, many: machines.length >= HOTSPOT_DEVICES });
  const pairs = pairsOf(machines);
  const swallowed = machines.filter((machine) => pairs.some(([from, , outcome]) => from === machine && outcome === "intercepted"));
  if (swallowed.length > 0) cause("proxy", { names: namesOf(swallowed) });
  const tried = pairs.filter(([, , outcome]) => outcome !== "intercepted");
  const lost = tried.filter(([, , outcome]) => isSilent(outcome));
  const reached = tried.length - lost.length;
  const heard = machines.filter(({ dialled }) => REACHED.includes(dialled));
  if (lost.length > 0 && reached === 0 && heard.length > 0) cause("isolated");
  else {
    const dropping = machines.filter((machine) => isSilent(machine.dialled) && tried.every(([, to, outcome]) => to !== machine || isSilent(outcome)));
    if (dropping.length > 0 && dropping.length === machines.length && lost.length > 0) cause("all-silent");
    else if (dropping.length > 0) cause("firewall", { names: namesOf(dropping), count: dropping.length });
    const others = lost.filter(([, to]) => !dropping.includes(to));
    if (others.length > 0) cause("pairs", { pairs: others.slice(0, 5).map(([from, to]) => `${nameOf(from)} → ${nameOf(to)}`).join(", "), more: Math.max(0, others.length - 5) });
  }
  if (tried.length > 0 && lost.length === 0) causes.push({ sign: "✓", text: say("cause-none", { count: tried.length }), todo: null });
  if (machines.length === 1) causes.push({ sign: "–", text: say("cause-alone"), todo: null });
  return causes;
}

/** The table: a row for each machine that tries, a column for each that is tried. */
export function matrixView(test) {
  const machines = matrixOf(test);
  if (!machines) return null;
  const number = new Map(machines.map(({ id }, index) => [id, index + 1]));
  const cell = (outcome, from, to) => {
    const word = outcome === "open" || outcome === "refused" ? "reached" : outcome ?? "untried";
    return h("td", { class: word === "reached" ? "reached" : word === "silent" || word === "intercepted" ? "failed" : "quiet" },
      h("span", { "aria-hidden": "true" }, SIGNS[outcome] ?? "·"), h("span", { class: "unseen" }, say("matrix-cell", { from, to, word: say(`matrix-${word}`) })));
  };
  const server = say("matrix-server");
  // The text door refuses nobody who comes to it: reached there is open.
  const toServer = (outcome) => (outcome === "refused" ? "silent" : outcome);
  const row = (machine) => h("tr", {}, h("th", { scope: "row" }, `${number.get(machine.id)} ${nameOf(machine)}`), cell(toServer(machine.server), nameOf(machine), server),
    machines.map((to) => (to === machine ? h("td", { class: "self" }) : cell(machine.reaches.get(to.id), nameOf(machine), nameOf(to)))));
  return h("div", { class: "matrix", tabIndex: 0, role: "group", "aria-label": say("matrix") }, h("table", {},
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("matrix-from")), h("th", { scope: "col" }, server), machines.map((to) => h("th", { scope: "col" }, String(number.get(to.id)), h("span", { class: "unseen" }, ` ${nameOf(to)}`))))),
    h("tbody", {}, h("tr", {}, h("th", { scope: "row" }, server), h("td", { class: "self" }), machines.map((to) => cell(to.dialled, server, nameOf(to)))), machines.map(row))));
}
