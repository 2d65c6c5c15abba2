// The room test on the teacher's screen: what it found, in words, and what to do about it. No
// address of a player comes here; the server's own stands in the line to be typed.
import { byId, fill, h } from "./dom.js";
import { request } from "./desk.js";
import { say } from "./speech.js";
import { causesOf, matrixView } from "./matrix.js";

const SIGNS = { open: "✓", refused: "✕", silent: "✕", intercepted: "✕", banned: "–", untried: "–" };
let drawn = null;
let here = null;

/** A tile's line: what works for this browser. */
export function testLine(tile, test) {
  const page = test?.pages.find(({ player, line }) => (player && player === tile.player) || line === tile.line?.id);
  if (!page) return null;
  if (!page.reported) return h("span", { class: "small quiet tested" }, say(test.running ? "test-waits" : "test-no-report"));
  const parts = [[say("test-websocket"), page.websocket], [say("test-poll"), page.poll], [say("test-port", test), page.port]];
  return h("span", { class: "small tested" }, parts.map(([name, outcome]) => h("span", { class: SIGNS[outcome] === "✕" ? "failed" : "" }, `${SIGNS[outcome]} ${name}`)));
}

/** Shows a test, or none; drawn anew only when something has changed. */
export function drawRoomTest(test, close, project) {
  const now = JSON.stringify([test, here, document.documentElement.lang]);
  if (now === drawn) return;
  drawn = now;
  const section = byId("room-test");
  section.hidden = !test;
  if (!test) return;
  if (!here) request("/here").then((found) => { here = found; drawRoomTest(test, close, project); }).catch(() => {});
  const told = test.pages.filter(({ reported }) => reported);
  const findings = test.running ? [] : findingsOf(test, told);
  const item = ({ sign, text, todo }) => h("li", { class: sign === "✓" || sign === "–" ? "" : "attention" }, h("strong", {}, `${sign} ${text}`), todo ? h("p", {}, todo) : null);
  fill(section,
    h("div", { class: "row" }, h("h2", { id: "room-test-title" }, say("room-test")), h("button", { type: "button", class: "plain", onclick: close }, say("close"))),
    h("p", { role: "status" }, say(test.running ? "test-running" : "test-told", { told: told.length, all: test.pages.length })),
    h("ul", { class: "findings" }, findings.map(item)),
    test.running || told.length === 0 ? null : [
      h("div", { class: "row" }, h("h3", {}, say("matrix")), h("button", { type: "button", onclick: project }, say("matrix-project"))),
      h("ul", { class: "findings", id: "causes" }, causesOf(test).map(item)),
      matrixView(test),
      h("p", { class: "small quiet" }, say("matrix-legend")),
      h("p", { class: "small" }, say("matrix-unseen"))],
    pythonView(test));
}

/** What there is to say of all of them, worst news included, and what to do. */
export function findingsOf(test, told) {
  const findings = [];
  const all = told.length;
  const silent = test.pages.filter(({ reported }) => !reported).map(({ name }) => name || say("nobody-yet"));
  if (test.pages.length === 0) findings.push({ sign: "!", text: say("test-nobody"), todo: say("test-nobody-todo") });
  if (test.left_out > 0) findings.push({ sign: "!", text: say("test-left-out", { count: test.left_out }) });
  if (silent.length > 0) findings.push({ sign: "!", text: say("test-silent", { names: silent.join(", ") }), todo: say("test-silent-todo") });
  if (all === 0) return findings;
  const count = (what, ...outcomes) => told.filter((page) => outcomes.includes(page[what])).length;
  const finding = (what, bad, name) => findings.push(bad === 0
    ? { sign: "✓", text: say(`test-${name}-open`) }
    : { sign: "✕", text: say(`test-${name}-blocked`, { count: bad, all }), todo: say(`test-${name}-todo`) });
  finding("websocket", all - count("websocket", "open"), "websocket");
  finding("poll", all - count("poll", "open"), "poll");
  findings.push(...portFindings(test, all, count), ...addressFindings(told));
  return findings;
}

function portFindings(test, all, count) {
  const { port } = test;
  if (!port) return [];
  const findings = [];
  const open = count("port", "open");
  if (open > 0) findings.push({ sign: "✓", text: say("test-port-open", { port, count: open, all }) });
  const one = (outcome, sign) => {
    const found = count("port", outcome);
    if (found === 0) return;
    const local = test.port_is_local && sign === "✕" && test.pages.some((page) => page.port === outcome && page.network !== "here");
    findings.push({ sign, text: say(`test-port-${outcome}`, { port, count: found, all }), todo: say(local ? "test-port-local-todo" : `test-port-${outcome}-todo`, { port }) });
  };
  for (const outcome of ["refused", "silent", "intercepted"]) one(outcome, "✕");
  for (const outcome of ["banned", "untried"]) one(outcome, "–");
  return findings;
}

/** What the addresses tell, as the server sees them. */
function addressFindings(told) {
  const findings = [];
  const of = (network) => told.filter((page) => page.network === network);
  const [here, same, other] = [of("here"), of("same"), of("other")];
  const browsers = (pages) => new Set(pages.map(({ browser, line }) => browser ?? line)).size;
  const outside = [...same, ...other];
  const addresses = new Set(outside.map(({ address }) => address)).size;
  if (here.length > 0) findings.push({ sign: "✓", text: say("test-here", { count: here.length }) });
  if (browsers(outside) > 1 && addresses === 1) findings.push({ sign: "!", text: say("test-one-address", { count: browsers(outside) }), todo: say("test-one-address-todo") });
  else if (addresses > 1 && addresses < browsers(outside)) findings.push({ sign: "!", text: say("test-shared-address", { addresses, browsers: browsers(outside) }), todo: say("test-one-address-todo") });
  if (same.length > 0) findings.push({ sign: "✓", text: say("test-same", { count: same.length }) });
  if (other.length > 0) findings.push({ sign: "!", text: say("test-other", { count: other.length }), todo: say("test-other-todo") });
  const relayed = told.filter((page) => page.relayed).length;
  if (relayed > 0) findings.push({ sign: "!", text: say("test-relayed", { count: relayed }), todo: say("test-relayed-todo") });
  const ipv6 = told.filter((page) => page.ipv6).length;
  if (ipv6 > 0) findings.push({ sign: "✓", text: say("test-ipv6", { count: ipv6 }) });
  return findings;
}

/** A browser knows no raw TCP: one line of Python does. */
function pythonView({ port }) {
  const address = here?.text[0];
  if (!port || !address) return null;
  const at = address.lastIndexOf(":");
  const host = address.slice(0, at).replace(/[[\]]/g, "");
  const line = `python3 -c "import socket; print(socket.create_connection(('${host}', ${address.slice(at + 1)}), 5).recv(1024).decode())"`;
  return [
    h("h3", {}, say("test-python")),
    h("p", { class: "small" }, say("test-python-how")),
    h("pre", { id: "python-line", tabIndex: 0 }, h("code", {}, line)),
    h("ul", { class: "small" }, ["greeting", "refused", "timeout"].map((word) => h("li", {}, say(`test-python-${word}`)))),
  ];
}
