// The check of the pupils' servers: a list of addresses, how far the server is with them, and the
// table of pupils by checks. The run is the server's: whoever comes back finds it again.
import { byId, fill, h, put } from "./dom.js";
import { lang, say } from "./speech.js";
import { request } from "./desk.js";

const EVERY = 1000;
const SIGNS = { passed: "✓", failed: "✗", not_examined: "–" };

const panel = { look: null, lang: null, room: "HALL", faults: false, sentences: new Map(), timer: null };

/** Looks whether there is a run, and shows it if so. */
export async function startChecks() {
  await look();
  if (panel.look) show(true);
}

/** The panel for this room; its words, where the language has changed. */
export function drawChecks(room) {
  panel.room = room ?? "HALL";
  put(byId("checks-fill"), panel.room === "HALL" ? say("checks-fill-hall") : say("checks-fill-room", { room: panel.room }));
  if (panel.lang && panel.lang !== lang) look();
}

function show(shown) {
  byId("checks").hidden = !shown;
  byId("open-checks").setAttribute("aria-expanded", String(shown));
}

async function look() {
  clearTimeout(panel.timer);
  panel.lang = lang;
  try {
    panel.look = await request(`/prof/checks?lang=${lang}`);
    if (panel.look && !byId("checks-list").value) byId("checks-list").value = panel.look.rows.map(lineOf).join("\n");
    draw();
  } catch { /* The desk itself says that the server does not answer. */ }
  if (panel.look?.running) panel.timer = setTimeout(look, EVERY);
}

const lineOf = ({ address, name }) => (name === address ? address : `${address} ${name}`);
const isOver = ({ state }) => state !== "waits" && state !== "runs";

function draw() {
  const run = byId("checks-run");
  run.hidden = !panel.look;
  byId("checks-begin").disabled = Boolean(panel.look?.running);
  if (!panel.look) return;
  const { rows, running, given_up: givenUp } = panel.look;
  const over = rows.filter(isOver).length;
  const stage = running ? (givenUp ? "checks-stopping" : "checks-running") : givenUp ? "checks-given-up" : "checks-done";
  put(byId("checks-stage"), say(stage, { over, all: rows.length }));
  const bar = byId("checks-bar");
  bar.hidden = byId("checks-stop").hidden = !running || givenUp;
  bar.max = rows.length * panel.look.checks.length;
  bar.value = rows.reduce((sum, row) => sum + (isOver(row) ? panel.look.checks.length : row.made), 0);
  byId("checks-sheet").hidden = running;
  byId("checks-sheet").href = `/prof/checks.csv?lang=${lang}`;
  drawTable();
}

/** The columns that are shown: all, or those in which somebody has something to mend. */
function columnsOf({ checks, rows }) {
  const columns = checks.map((check, index) => ({ ...check, index }));
  if (!panel.faults) return columns;
  return columns.filter(({ index }) => rows.some(({ verdicts }) => verdicts?.[index] === "failed"));
}

const drawn = { head: null, rows: [] };

/** Only what has changed is drawn anew: a cell stays under the hand that is about to press it. */
function drawTable() {
  const columns = columnsOf(panel.look);
  const head = JSON.stringify([lang, columns]);
  const all = head !== drawn.head || drawn.rows.length !== panel.look.rows.length;
  const body = byId("checks-rows");
  if (all) {
    drawn.head = head;
    drawn.rows = panel.look.rows.map(() => null);
    fill(byId("checks-head"), h("tr", {}, h("th", { scope: "col" }, say("checks-pupil")), h("th", { scope: "col" }, say("checks-first")),
      columns.map(({ title }) => h("th", { scope: "col" }, h("span", { class: "upright" }, title)))));
    fill(body, panel.look.rows.map(() => h("tr")));
  }
  panel.look.rows.forEach((row, number) => {
    const now = JSON.stringify(row);
    if (drawn.rows[number] === now) return;
    drawn.rows[number] = now;
    fill(body.children[number], ...rowOf(row, number, columns));
  });
  if (!body.querySelector(".cell[tabindex='0']")) body.querySelector(".cell")?.setAttribute("tabindex", "0");
}

function rowOf(row, number, columns) {
  const name = h("th", { scope: "row" }, row.name, row.name === row.address ? null : h("span", { class: "small" }, row.address));
  const wide = (text) => [name, h("td", { class: "told", colSpan: columns.length + 1 }, h("div", {}, text))];
  if (row.state === "refused") return wide(`! ${row.said}`);
  if (row.state === "runs") return wide(`… ${say("checks-making", { made: row.made, all: panel.look.checks.length })}`);
  if (row.state === "waits") return wide(say("checks-waits"));
  if (row.state === "given-up") return wide(say("checks-given-up-row"));
  const next = panel.look.checks.find(({ id }) => id === row.next);
  const first = next ? next.title : row.verdicts.includes("passed") ? "✓" : "–";
  return [name, h("td", { class: "first", title: row.said }, first), columns.map(({ index }) => {
    const verdict = row.verdicts[index];
    const cell = h("button", { type: "button", class: `cell ${verdict}`, tabIndex: -1, onclick: () => openCell(number, index) },
      h("b", {}, SIGNS[verdict]), h("span", {}, say(`verdict-of-${verdict}`)));
    return h("td", {}, cell);
  })];
}

/** The arrows go from cell to cell: a thousand of them are one stop of the Tab key. */
function move(event) {
  const cell = event.target.closest(".cell");
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -Infinity], End: [0, Infinity] }[event.key];
  if (!cell || !step) return;
  event.preventDefault();
  const lines = [...byId("checks-rows").children].map((line) => [...line.querySelectorAll(".cell")]).filter((line) => line.length > 0);
  const at = lines.findIndex((line) => line.includes(cell));
  const within = (value, count) => Math.max(0, Math.min(count - 1, value));
  const line = lines[within(at + step[0], lines.length)];
  line[within(lines[at].indexOf(cell) + step[1], line.length)].focus();
}

/** The cell that has the focus is the one that Tab comes back to. */
function mark(event) {
  const cell = event.target.closest(".cell");
  if (!cell) return;
  for (const other of byId("checks-rows").querySelectorAll(".cell[tabindex='0']")) other.tabIndex = -1;
  cell.tabIndex = 0;
}

/** What was found of one server by one check, in a sentence. */
async function openCell(number, index) {
  const row = panel.look.rows[number];
  const check = panel.look.checks[index];
  const key = `${number} ${lang}`;
  await attempt(async () => {
    if (!panel.sentences.has(key)) panel.sentences.set(key, await request(`/prof/checks/${number}?lang=${lang}`));
    const { verdict, sentence, hint } = panel.sentences.get(key)[index];
    byId("cell-title").textContent = `${row.name} · ${check.title}`;
    fill(byId("cell-content"),
      h("p", { class: "verdict-of" }, `${SIGNS[verdict]} ${say(`verdict-of-${verdict}`)}`),
      h("p", {}, sentence),
      hint ? [h("p", {}, say("checks-hint", { hint: hint.sentence })), h("pre", { tabIndex: 0 }, h("code", {}, hint.python))] : null);
    byId("cell").showModal();
  });
}

/** Does something, and tells why it could not. */
async function attempt(work) {
  const error = byId("checks-error");
  error.hidden = true;
  try {
    await work();
  } catch (problem) {
    error.textContent = problem.message;
    error.hidden = false;
  }
}

/** Writes the players' addresses into the list, those that are not there yet. */
async function fillIn() {
  const places = await request(`/prof/rooms/${panel.room}/addresses`);
  if (places.length === 0) throw new Error(say("checks-nobody"));
  const list = byId("checks-list");
  const known = new Set(list.value.split("\n").map((line) => line.trim().split(/\s/)[0]));
  const found = places.map(({ host, name }) => [`${host}:${byId("checks-port").value}`, name]);
  const lines = found.filter(([address]) => !known.has(address)).map((parts) => parts.join(" ").trim());
  list.value = [list.value.trimEnd(), ...lines].filter(Boolean).join("\n");
}

byId("open-checks").addEventListener("click", () => {
  show(byId("checks").hidden);
  if (!byId("checks").hidden) byId("checks-list").focus();
});
byId("checks-close").addEventListener("click", () => {
  show(false);
  byId("open-checks").focus();
});
byId("checks-fill").addEventListener("click", () => { if (byId("checks-port").reportValidity()) attempt(fillIn); });
byId("checks-form").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    await request(`/prof/checks?lang=${lang}`, { list: byId("checks-list").value });
    panel.sentences.clear();
    drawn.head = null;
    await look();
  });
});
byId("checks-stop").addEventListener("click", () => attempt(async () => {
  await request("/prof/checks", undefined, "DELETE");
  await look();
}));
byId("checks-faults").addEventListener("change", () => {
  panel.faults = byId("checks-faults").checked;
  if (panel.look) drawTable();
});
byId("checks-rows").addEventListener("keydown", move);
byId("checks-rows").addEventListener("focusin", mark);
