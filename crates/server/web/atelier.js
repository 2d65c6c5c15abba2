// The workshop: two panes, each with an editor, a Python of its own in a worker, a console and the
// wire. The page's WebSocket carries what is typed and the order to stop, and tells what happens to the
// programs.
import { Results, heard as checkHeard, isChecking, lost as checkLost } from "./atelier-check.js";
import { consoleHeard, drawConsole, startConsole } from "./console.js";
import { byId, fill, h, put } from "./dom.js";
import { Refused, request } from "./desk.js";
import { Link, Lost, WHOLE_CODE } from "./link.js";
import { drawQr } from "./card.js";
import { coloured } from "./python-colours.js";
import { has, lang, say, shell } from "./speech.js";
import { HAND, draw as drawNeighbours, enterTournament, handLost, handStarted, look as lookAround, metSentence, outsideLearns, pointed, publish, startNeighbours, withdraw } from "./neighbours.js";
import { show } from "./text.js";
import { zip } from "./zip.js";

const SEAT = "jp.seat";
const SHELF = "jp.atelier";
const PANES = 2;
/** What a stopped program has for its end before it is cut off. */
const GRACE = 700;
const CONSOLE_CHARS = 100_000;
/** Characters of output in one message to the server: each may take six bytes. */
const TOLD_CHARS = 500;
const WIRE_ROWS = 200;
const SAVE_HERE = 300;
const SAVE_THERE = 1500;
const SAVE_AGAIN = 10_000;
const HEARTBEAT = 15_000;
/** What is typed while the line is broken and is sent afterwards. */
const UNSENT = 50;
const SIDE_BY_SIDE = matchMedia("(min-width: 62rem)");
const PAUSES = [300, 1000, 2000, 5000];

const read = (store, key) => { try { return JSON.parse(store.getItem(key)); } catch { return null; } };
const write = (store, key, value) => { try { store.setItem(key, JSON.stringify(value)); } catch { /* Nothing is kept here. */ } };

/** The programs by name: their text, whether the server has it, and what the check of this text has found. */
const shelf = new Map(Object.entries(read(localStorage, SHELF)?.programs ?? {}));
const templates = new Map();
/** The templates of questions that ask for a program. */
const begins = new Map();
let questions = [];
/** The question from which this page was opened. */
const asked = /^#\?(.+)/.exec(decodeURIComponent(location.hash))?.[1];
let code = null;
let machine = null;
let version;
let isOpen = true;
/** Why programs may not talk to those of others, if so. */
let silence = null;
/** Whether programs may connect to real ones on players' machines. */
let isOutside = false;

// Programs.

let hereTimer;
function keepHere() {
  clearTimeout(hereTimer);
  hereTimer = setTimeout(storeHere, SAVE_HERE);
}

function storeHere() {
  write(localStorage, SHELF, { programs: Object.fromEntries(shelf), panes: panes.map((pane) => pane.name) });
}

let thereTimer;
function keepThere(pause = SAVE_THERE) {
  clearTimeout(thereTimer);
  if (code) thereTimer = setTimeout(storeThere, pause);
}

async function storeThere() {
  for (const [name, program] of shelf) {
    if (program.kept || program.isTemplate) continue;
    const { text } = program;
    try {
      await request("/workshop/save", { code, name, text });
      if (program.text === text) program.kept = true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      drawKept();
      return keepThere(SAVE_AGAIN);
    }
  }
  keepHere();
  drawKept();
}

function change(name, text, { isTemplate = false } = {}) {
  shelf.set(name, { text, kept: false, isTemplate });
  keepHere();
  keepThere();
  drawKept();
}

const drawKept = () => panes.forEach((pane) => pane.drawKept());

/** A name that no program has. */
function freeName(wanted) {
  const plain = wanted.replace(/\.py$/, "").replace(/[^\p{L}\p{N}_. -]/gu, "_").slice(0, 30) || "programme";
  for (let number = 1; ; number += 1) {
    const name = `${plain}${number === 1 ? "" : `_${number}`}.py`;
    if (!shelf.has(name)) return name;
  }
}

async function loadTemplates() {
  const { lesson } = await request(`/lesson?lang=${lang}`);
  for (const { listing, questions: all } of lesson.chapters) {
    // What a question that asks for a program begins with: the chapter's program, or the game to be written.
    const file = lesson.listings.find(({ id }) => id === listing)?.file;
    for (const { id } of all.filter(({ kind }) => kind === "program")) begins.set(id, file ? [file] : [say("template-game-server"), lesson.listings[1]?.file]);
  }
  questions = lesson.chapters.flatMap(({ title, questions: all }) => all.filter(({ kind }) => kind === "program").map(({ id }) => ({ id, chapter: title })));
  templates.clear();
  for (const { file, code: text } of lesson.listings) templates.set(file, text);
  const [server, client] = lesson.listings;
  if (server) templates.set(say("template-game-server"), say("template-game-head") + server.code);
  if (client) templates.set(say("template-game-client"), say("template-game-head") + client.code);
}

// The line to the server.

class Line {
  constructor() {
    this.failures = 0;
    /** Calls that wait for their answers. */
    this.asked = new Map();
    this.connect();
    setInterval(() => this.send({ do: "here" }), HEARTBEAT);
    addEventListener("online", () => this.socket || this.connect());
  }

  connect() {
    clearTimeout(this.timer);
    this.tell("line-connecting");
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/workshop/socket${this.key ? `?key=${this.key}` : ""}`);
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => (typeof data === "string" ? this.heard(JSON.parse(data)) : this.answered(new Uint8Array(data)));
    socket.onclose = () => {
      const pause = PAUSES[Math.min(this.failures, PAUSES.length - 1)];
      this.failures += 1;
      this.socket = null;
      machine = null;
      panes.forEach((pane) => pane.draw());
      drawConsole();
      this.tell("line-lost", { seconds: Math.ceil(pause / 1000) });
      this.timer = setTimeout(() => this.connect(), pause);
    };
  }

  tell(name, values) {
    this.state = { name, values };
    drawLine(this.state);
  }

  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
    else if (message.program) this.unsent = [...(this.unsent ?? []), message].slice(-UNSENT);
  }

  /** A call of a thread: asked again on a new line, until it is answered. */
  ask(call, frame) {
    this.asked.set(call, frame);
    if (machine) this.socket.send(frame);
  }

  answered(bytes) {
    const end = bytes.indexOf(10);
    const call = new TextDecoder().decode(bytes.subarray(0, end));
    const [program, ...number] = call.split(" ");
    this.asked.delete(call);
    panes.find((pane) => pane.program === program)?.worker?.postMessage({ do: "answer", call: number.join(" "), bytes: bytes.slice(end + 1) });
  }

  /** A class's pages take turns in loading. */
  wantPython() {
    if (version && machine && panes.every((pane) => !pane.worker)) {
      panes.forEach((pane) => pane.say("state-queue"));
      this.send({ do: "load" });
    }
  }

  heard(told) {
    if (told.event === "hello") {
      this.failures = 0;
      machine = told;
      isOpen = told.open;
      this.key = told.key;
      if (!told.resumed) {
        this.asked.clear();
        panes.forEach((pane) => pane.lost());
        handLost();
        checkLost();
      }
      this.asked.forEach((frame) => this.socket.send(frame));
      const { unsent = [] } = this;
      this.unsent = [];
      if (told.resumed) unsent.forEach((message) => this.send(message));
      this.wantPython();
      this.tell("line-open");
      if (panes.some((pane) => pane.isReady)) this.send({ do: "ready" });
      if (code) this.send({ do: "sit", code });
      if (byId("rough").checked && !told.resumed) tellRough();
      panes.forEach((pane) => pane.draw());
      drawMachine();
      drawOwn();
      drawConsole();
    } else if (told.event === "probe" || told.event === "probed") {
      consoleHeard(told);
    } else if (told.event === "check-all") {
      round.begin();
    } else if (told.event === "check-none") {
      round.end();
    } else if (told.event === "check") {
      checkHeard(told);
    } else if (told.event === "exam-run") {
      panes[told.pane]?.examined(told.program);
    } else if (told.event === "exam-end") {
      panes[told.pane]?.unexamined(told.program);
    } else if (told.event === "exam-sync") {
      const program = panes[told.pane]?.program;
      if (program) this.send({ do: "exam-synced", program, number: told.number });
    } else if (told.event === "load") {
      panes.find((pane) => !pane.worker)?.load();
    } else if (told.event === "started") {
      if (told.pane === HAND) handStarted(told.program);
      else panes[told.pane]?.started(told.program);
    } else if (told.event === "too-late") {
      panes[told.pane]?.tooLate();
    } else if (told.event === "here") {
      this.send({ do: "here" });
    } else if (told.event === "workshop") {
      isOpen = told.open;
      drawCard();
      drawMachine();
      drawOwn();
      panes.forEach((pane) => pane.draw());
    } else if (["meet", "serve", "halt", "met", "tournament-over"].includes(told.event)) {
      const party = told.party ?? { meet: "client", serve: "server" }[told.event];
      const pane = panes.find((one) => one.party === party);
      if (told.event === "meet") pane?.runFor(told.meeting);
      else if (told.event === "serve") pane?.runFor();
      else if (told.event === "halt") pane?.stop();
      else if (told.event === "met") pane ? pane.learns(told) : outsideLearns(told);
      else put(byId("announce"), say("tournament-is-over"));
    } else if (told.event === "talk") {
      ({ silence, outside: isOutside } = told);
      drawMachine();
    } else if (told.event === "reported") {
      byId("reported").hidden = false;
      put(byId("reported"), say(told.done ? "reported" : "reported-nothing"));
    } else if (told.event === "wire") {
      for (const event of told.events) panes.find((pane) => pane.program === event.program)?.happened(event);
      if (told.skipped) panes.forEach((pane) => pane.program && pane.row(say("wire-skipped", { count: told.skipped }), "quiet"));
    }
  }
}

function drawLine({ name, values }) {
  const chip = byId("line-state");
  put(chip, say(name, values));
  chip.className = `chip ${name === "line-open" ? "good" : "warn"}`;
}

function drawMachine() {
  if (machine) {
    const { address, real, server, game } = machine;
    put(byId("machine"), say("atelier-machine", { address })
      + (real === address ? "" : say("atelier-invented", { real }))
      + (game ? say("atelier-game", { server, game }) : "")
      + (isOutside ? say("atelier-outside") : ""));
  }
  const trouble = !isOpen ? say("atelier-closed") : silence ? say(`silence-${silence}`) : version === null ? say("atelier-no-python") : "";
  byId("trouble").hidden = !trouble;
  put(byId("trouble"), trouble);
}

// A pane.

const time = () => new Date().toLocaleTimeString(lang, { hour12: false });

/** Bytes as Python writes them, and as a text where that says more. */
function shownBytes(hex, length) {
  const bytes = hex.match(/../g)?.map((two) => parseInt(two, 16)) ?? [];
  const plain = bytes.map((byte) => (byte === 0x5c ? "\\\\" : byte === 0x27 ? "\\'" : byte === 10 ? "\\n" : byte === 13 ? "\\r" : byte === 9 ? "\\t"
    : byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`)).join("");
  const text = bytes.some((byte) => byte > 127) ? ` « ${new TextDecoder().decode(new Uint8Array(bytes))} »` : "";
  return `b'${plain}'${length > bytes.length ? "…" : ""}${text}`;
}

class Pane {
  constructor(index) {
    this.index = index;
    this.chars = 0;
    this.isPublished = false;
    this.state = { name: "state-starting" };
    /** The calls in which the program's threads wait, the first one first. */
    this.waits = new Map();
    this.build();
  }

  build() {
    const id = (part) => `${part}-${this.index}`;
    this.parts = {
      heading: h("h2", { id: id("pane") }),
      choose: h("select", { id: id("choose"), onchange: () => this.chosen() }),
      file: h("input", { id: id("file"), class: "file", maxLength: 36, spellcheck: false, autocomplete: "off", onchange: () => this.renamed() }),
      gutter: h("div", { class: "gutter", "aria-hidden": "true" }),
      colours: h("pre", { class: "colours", "aria-hidden": "true" }),
      text: h("textarea", { id: id("code"), spellcheck: false, autocapitalize: "off", autocomplete: "off", wrap: "off",
        oninput: () => this.edited(), onscroll: () => this.scrolled(), onkeydown: (event) => this.key(event) }),
      run: h("button", { class: "main", type: "button", onclick: () => this.run() }),
      stop: h("button", { class: "danger", type: "button", onclick: () => this.stop() }),
      publish: h("button", { type: "button", onclick: () => this.publish() }),
      enter: h("button", { type: "button", onclick: () => this.enter() }),
      missing: h("p", { class: "missing quiet small", hidden: true }),
      tournament: h("p", { class: "notice", "aria-live": "polite", hidden: true }),
      check: h("button", { type: "button", onclick: () => this.check() }),
      download: h("button", { class: "plain", type: "button", onclick: () => this.download() }),
      open: h("button", { class: "plain", type: "button", onclick: () => this.parts.picker.click() }),
      picker: h("input", { type: "file", accept: ".py,text/x-python,text/plain", hidden: true, tabIndex: -1, onchange: (event) => this.picked(event) }),
      kept: h("span", { class: "quiet small" }),
      hand: h("select", { id: id("hand") }),
      give: h("button", { type: "button", onclick: () => this.handIn() }),
      judged: h("div", { "aria-live": "polite" }),
      says: h("p", { class: "says" }),
      progress: h("progress", { max: 1, value: 0, hidden: true }),
      reached: h("p", { class: "notice", hidden: true }),
      console: h("pre", { class: "console", role: "log", tabIndex: 0 }),
      typing: h("input", { id: id("typing"), maxLength: 1000, spellcheck: false, autocomplete: "off", autocapitalize: "off" }),
      send: h("button", { type: "submit" }),
      wire: h("ol", { class: "wire", tabIndex: 0 }),
      labels: {},
    };
    const { parts } = this;
    const label = (name, of) => { parts.labels[name] = h("label", { for: of }); return parts.labels[name]; };
    const heading = (name) => { parts.labels[name] = h("h3", { id: id(name) }); return parts.labels[name]; };
    this.results = new Results({ send: (message) => line.send(message), changed: (report) => this.checked(report), fits: () => this.fits() });
    this.element = h("section", { class: "pane", "aria-labelledby": id("pane") },
      parts.heading,
      h("div", { class: "row" }, h("div", {}, label("pane-choose", id("choose")), parts.choose), h("div", {}, label("pane-file", id("file")), parts.file)),
      h("div", { class: "editor" }, parts.gutter, h("div", { class: "sheet" }, parts.colours, parts.text)),
      h("p", { class: "row" }, parts.run, parts.stop, parts.check, parts.publish, parts.enter, parts.open, parts.download, parts.picker, parts.kept),
      parts.missing, parts.says, parts.progress, parts.reached, parts.tournament, this.results.element,
      this.handing = h("details", {}, parts.labels.give = h("summary", {}), h("p", { class: "row" }, h("span", {}, label("hand-question", id("hand")), parts.hand), parts.give), parts.judged),
      heading("console"), parts.console,
      h("form", { class: "typing", onsubmit: (event) => { event.preventDefault(); this.typed(); } }, parts.typing, parts.send),
      heading("wire"), parts.wire);
    parts.console.setAttribute("aria-labelledby", id("console"));
    parts.wire.setAttribute("aria-labelledby", id("wire"));
  }

  // The editor.

  show(name) {
    this.name = name;
    this.badLine = null;
    this.refusal = "";
    this.parts.text.value = shelf.get(name)?.text ?? "";
    this.parts.file.value = name;
    this.numbers();
    panes.forEach((pane) => pane.drawChoices());
    this.drawKept();
    this.drawEntry();
    keepHere();
  }

  drawChoices() {
    const group = (title, names, of) => h("optgroup", { label: title }, names.map((name) => h("option", { value: `${of}${name}`, selected: of === "+" && name === this.name }, name)));
    fill(this.parts.choose, group(say("pane-mine"), [...shelf.keys()].sort(), "+"), group(say("pane-templates"), [...templates.keys()], "*"));
  }

  chosen() {
    const { value } = this.parts.choose;
    const name = value.slice(1);
    if (value[0] === "+") return this.show(name);
    const mine = freeName(name);
    change(mine, templates.get(name), { isTemplate: true });
    this.show(mine);
  }

  renamed() {
    const wanted = this.parts.file.value.trim();
    if (!wanted || wanted === this.name) { this.parts.file.value = this.name; return; }
    const name = freeName(wanted);
    change(name, this.parts.text.value);
    this.show(name);
  }

  edited() {
    this.badLine = null;
    this.refusal = "";
    change(this.name, this.parts.text.value);
    panes.forEach((pane) => {
      if (pane !== this && pane.name === this.name) pane.parts.text.value = this.parts.text.value;
      if (pane.name === this.name) pane.numbers();
      if (pane.name === this.name) put(pane.parts.check, say(`exam-${pane.side}`));
      if (pane.name === this.name) pane.drawEntry();
    });
  }

  /** What stands behind the text follows it. */
  scrolled() {
    const { text, gutter, colours } = this.parts;
    gutter.scrollTop = colours.scrollTop = text.scrollTop;
    colours.scrollLeft = text.scrollLeft;
  }

  numbers() {
    fill(this.parts.colours, coloured(this.parts.text.value));
    this.scrolled();
    const lines = this.parts.text.value.split("\n").length;
    const key = `${lines} ${this.badLine}`;
    if (this.numbered === key) return;
    this.numbered = key;
    fill(this.parts.gutter, Array.from({ length: lines }, (_, index) => h("div", { class: index + 1 === this.badLine ? "bad" : "" }, String(index + 1))));
    this.scrolled();
  }

  key(event) {
    const { text } = this.parts;
    const insert = (what) => {
      event.preventDefault();
      // Unlike a new value, this keeps the browser's undo.
      if (!document.execCommand("insertText", false, what)) text.setRangeText(what, text.selectionStart, text.selectionEnd, "end");
      this.edited();
    };
    if (event.key === "Escape") { this.leaves = true; return; }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.run(); return; }
    if (event.key === "Tab" && !event.shiftKey && !this.leaves) insert("    ");
    if (event.key === "Enter") {
      const before = text.value.slice(0, text.selectionStart).split("\n").at(-1);
      insert(`\n${before.match(/^[ \t]*/)[0]}${/:\s*(#.*)?$/.test(before) ? "    " : ""}`);
    }
    this.leaves = false;
  }

  download() {
    const link = h("a", { href: URL.createObjectURL(new Blob([this.parts.text.value], { type: "text/x-python" })), download: this.name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  async picked(event) {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    const name = freeName(file.name);
    change(name, (await file.text()).replaceAll("\r\n", "\n"));
    this.show(name);
  }

  /** The questions of the lesson that ask for a program. */
  drawQuestions() {
    this.handing.hidden = !code || questions.length === 0;
    const chosen = this.parts.hand.value || asked;
    fill(this.parts.hand, questions.map(({ id, chapter }) => h("option", { value: id, selected: id === chosen }, `${chapter} (${id})`)));
  }

  async handIn() {
    const { hand, judged } = this.parts;
    try {
      const { judgement } = await request("/lesson/answer", { code, lang, question: hand.value, answer: this.parts.text.value });
      fill(judged, h("p", { class: "says" }, say(`verdict-word-${judgement.verdict}`)), show(judgement.explanation));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      fill(judged, h("p", { class: "notice warn" }, error.message));
    }
  }

  /** A server is entered while it runs, and not for its examiner. */
  get mustRun() {
    return !this.party && isServer(this.parts.text.value) && (!this.isRunning || Boolean(this.isExamined));
  }

  /** A program may enter the tournament once its essential checks pass. */
  drawEntry() {
    const { enter, missing } = this.parts;
    const { checked, isTemplate } = shelf.get(this.name) ?? {};
    const isOffered = Boolean(this.party) || checked?.missing.length === 0;
    const isChanged = this.party && this.entered.text !== this.parts.text.value;
    const why = this.refusal || (isChanged ? say("enter-changed") : isOffered && this.mustRun ? say("enter-run") : isOffered || isTemplate ? ""
      : checked ? say("enter-missing", { titles: checked.missing }) : say("enter-unchecked", { side: this.side }));
    enter.hidden = !code || !isOffered;
    missing.hidden = !code || !why;
    put(missing, why);
  }

  drawKept() {
    const { kept, isTemplate } = shelf.get(this.name) ?? {};
    put(this.parts.kept, isTemplate ? "" : say(kept ? "saved" : code ? "save-later" : "saved-here"));
  }

  // Python.

  get isAsleep() {
    return !this.worker && this.state.name === "state-asleep";
  }

  load() {
    this.isReady = false;
    this.say("state-starting");
    this.worker?.terminate();
    this.worker = new Worker(scriptUrl("/atelier-worker.js"), { type: "module" });
    const { worker } = this;
    worker.onmessage = ({ data }) => this.worker === worker && this.told(data);
    worker.onerror = (event) => this.worker === worker && this.told({ is: "broken", text: event.message });
    worker.postMessage({ do: "load", version });
  }

  // The check: the server has this pane run the program again and again.

  /** A program that waits for others is a server. */
  get side() {
    return /\.\s*(bind|listen|accept)\s*\(/.test(this.parts.text.value) ? "server" : "client";
  }

  check({ byTeacher = false } = {}) {
    if (this.isAsleep) this.load();
    if (this.isRunning) this.stop();
    this.badLine = null;
    this.numbers();
    this.source = this.parts.text.value;
    this.checks = this.name;
    this.results.begin(line.key, this.side, { where: "page", pane: this.index, name: this.name, text: this.source }, { byTeacher });
  }

  /** The essential checks have passed, so that the program may enter the tournament; the report has the last word. */
  fits() {
    const program = shelf.get(this.checks);
    if (program?.text !== this.source) return;
    program.checked = { missing: [] };
    keepHere();
    this.refusal = "";
    this.draw();
  }

  /** A check has begun, or has ended with this report. */
  checked(report) {
    this.refusal = "";
    const program = shelf.get(this.checks);
    if (report && program?.text === this.source) {
      const missing = report.findings.filter((finding) => finding.in_the_way);
      program.checked = { missing: missing.map(({ title }) => title) };
      keepHere();
    }
    this.badLine = report?.findings.find(({ line }) => line)?.line ?? null;
    this.numbers();
    this.wanted = null;
    if (!isChecking() && this.state.name !== "state-error") this.say(this.isReady ? "state-ready" : "state-starting");
    panes.forEach((pane) => pane.draw());
    drawOwn();
    round.goesOn();
  }

  /** Runs the program that is checked, as soon as Python is free. */
  examined(program) {
    this.wanted = program;
    if (this.isAsleep) this.load();
    if (!this.isReady || this.isRunning) return;
    this.wanted = null;
    this.isExamined = true;
    this.begins();
    this.runs = { name: this.checks, text: this.source };
    this.started(program);
    line.send({ do: "exam-runs", program });
    this.draw();
  }

  /** This run is over, or is to end. */
  unexamined(program) {
    if (this.wanted === program) this.wanted = null;
    if (this.isExamined && this.program === program) this.cutLater();
  }

  told(data) {
    if (data.is === "loading") {
      if (!["state-killed", "state-gone"].includes(this.state.name)) this.say("state-loading", { percent: Math.round(100 * data.part) });
      this.parts.progress.value = data.part;
    } else if (data.is === "ready") {
      this.isReady = true;
      line.send({ do: "ready" });
      if (this.state.name !== "state-killed" && this.state.name !== "state-gone") this.say("state-ready");
      if (this.runsWhenReady) this.run();
      if (this.wanted) this.examined(this.wanted);
      // Two Pythons are more than many a tablet has memory for: there the second one waits for its click.
      const next = panes.find((pane) => !pane.worker);
      if (SIDE_BY_SIDE.matches || next?.wanted) next?.load();
      else next?.say("state-asleep");
      panes.forEach((pane) => pane.draw());
    } else if (data.is === "broken") {
      this.say("atelier-python-broken", { text: data.text });
    } else if (data.is === "ask") {
      line.ask(data.call, data.frame);
      return;
    } else if (data.is === "out" || data.is === "err") {
      if (this.isRunning) this.print(data.text, data.is);
      if (this.isExamined) this.tells(data.text);
    } else if (data.is === "ended") this.ended(data);
    this.draw();
  }

  run(meeting, program = { name: this.name, text: this.parts.text.value }) {
    if (this.isAsleep) {
      this.runsWhenReady = true;
      this.load();
      return this.draw();
    }
    this.runsWhenReady = false;
    if (!this.isReady || this.isRunning || isChecking() || !machine || !isOpen) return;
    this.begins();
    this.runs = program;
    line.send({ do: "start", pane: this.index, name: program.name, meeting });
    if (this.party === "server" && program.text !== this.entered.text) this.leave();
    this.draw();
    if (meeting === undefined) this.parts.typing.focus({ preventScroll: true });
  }

  begins() {
    this.isRunning = true;
    this.badLine = null;
    this.numbers();
    fill(this.parts.console);
    fill(this.parts.wire);
    this.chars = 0;
    this.connections = new Map();
    this.parts.reached.hidden = true;
    this.waits.clear();
    this.say("state-runs");
  }

  /** What a program that is checked has printed, in pieces that fit into a message. */
  tells(text) {
    for (let at = 0; at < text.length; at += TOLD_CHARS) line.send({ do: "exam-printed", program: this.program, text: text.slice(at, at + TOLD_CHARS) });
  }

  started(program, { name: file, text: source } = this.runs) {
    this.program = program;
    const { address, server, host } = machine;
    const says = { "only-tcp": say("only-tcp"), "no-threads": say("no-threads") };
    const name = host.replace(/:\d+$/, "");
    this.worker.postMessage({ do: "run", program, name: file, source, machine: { address, server, host: name }, says });
  }

  /** The meeting that it was to run for is over: the page slept. */
  tooLate() {
    clearTimeout(this.grace);
    this.isRunning = false;
    this.say("state-ready");
    this.draw();
  }

  stop() {
    if (!this.isRunning) return;
    line.send({ do: "stop", program: this.program });
    this.worker.postMessage({ do: "stop" });
    this.cutLater();
  }

  /** Cuts the program off unless it ends soon. */
  cutLater() {
    const { program } = this;
    clearTimeout(this.grace);
    this.grace = setTimeout(() => {
      if (this.isRunning && this.program === program) this.kill("state-killed");
    }, GRACE);
  }

  /** Puts this program among the class's servers, now and whenever it listens, or no longer. */
  async publish() {
    const isWanted = !this.isPublished;
    panes.forEach((pane) => { pane.isPublished = false; });
    if (isWanted) this.isPublished = await publish({ program: this.program });
    else await takeBack();
    // Another pane's server is no longer the one that is met.
    for (const pane of panes) if (this.isPublished && pane !== this && pane.party === "server") await pane.enter();
    byId("class").open ||= isWanted;
    panes.forEach((pane) => pane.draw());
  }

  /** Enters this program into the tournament, or takes it out. */
  async enter() {
    const party = this.party ? null : isServer(this.parts.text.value) ? "server" : "client";
    // A server is met where it is published.
    if (party === "server" && !this.isPublished) {
      await this.publish();
      if (!this.isPublished) return;
    }
    const [name, text] = [this.name, this.parts.text.value];
    this.refusal = await enterTournament(party, party && text);
    if (this.refusal) return this.drawEntry();
    const others = panes.filter((pane) => pane !== this);
    if (!party) {
      // The server takes all of a seat's programs out; what stays in goes in again.
      for (const pane of others) if (pane.party && await enterTournament(pane.party, pane.entered.text)) pane.party = null;
    } else others.forEach((pane) => { if (pane.party === party) pane.party = null; });
    this.party = party;
    this.entered = { name, text };
    this.met = { count: 0, understood: 0 };
    this.parts.tournament.hidden = true;
    panes.forEach((pane) => pane.draw());
  }

  /** A changed server is published in place of the one that was entered, which leaves the tournament. */
  async leave() {
    await this.enter();
    this.refusal = say("enter-left");
    this.drawEntry();
  }

  /** Runs what was entered for a tournament, once what ran before has ended; a check that goes on yields to it. */
  async runFor(meeting = null) {
    if (isChecking()) line.send({ do: "stop-check" });
    const isBusy = () => this.isRunning || !this.isReady || isChecking();
    for (let tries = 0; tries < 50 && isBusy(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 100));
    if (!isBusy()) this.run(meeting, this.entered);
  }

  /** What became of a meeting of this program. */
  learns(met) {
    this.met.count += 1;
    if (met.understood) this.met.understood += 1;
    else if (!this.met.first) this.met.first = met;
    this.met.alias = met.alias;
    this.drawMet();
  }

  drawMet() {
    if (!this.met?.count) return;
    this.parts.tournament.hidden = false;
    put(this.parts.tournament, metSentence(this.met));
  }

  kill(why) {
    line.send({ do: "end", program: this.program });
    this.isRunning = this.isExamined = false;
    this.program = null;
    this.waits.clear();
    this.load();
    this.say(why);
    this.draw();
  }

  ended({ how, line: bad, error, status }) {
    const { isExamined, program } = this;
    this.isRunning = this.isExamined = false;
    this.waits.clear();
    if (isExamined) {
      line.send({ do: "exam-ended", program, status });
      this.program = null;
      this.say("state-done");
      if (this.wanted) this.examined(this.wanted);
      return;
    }
    if (this.wanted) return this.examined(this.wanted);
    this.badLine = how === "error" && this.runs.text === this.parts.text.value ? bad : null;
    this.numbers();
    if (how === "error") this.say("state-error", { error, line: bad });
    else this.say(`state-${how}`);
  }

  /** The line broke: the server has ended what ran. */
  lost() {
    if (this.isRunning) this.kill("state-gone");
    this.party = null;
    this.draw();
  }

  // The console.

  print(text, kind) {
    const { console } = this.parts;
    const atEnd = console.scrollTop + console.clientHeight >= console.scrollHeight - 8;
    console.append(h("span", { class: kind }, text));
    this.chars += text.length;
    if (this.chars > CONSOLE_CHARS) {
      while (this.chars > CONSOLE_CHARS / 2 && console.childNodes.length > 1) {
        this.chars -= console.firstChild.textContent.length;
        console.firstChild.remove();
      }
      console.prepend(h("span", { class: "note" }, say("cut-output")));
    }
    if (atEnd) console.scrollTop = console.scrollHeight;
  }

  typed() {
    const { value } = this.parts.typing;
    if (!this.isRunning || !this.program) return;
    this.parts.typing.value = "";
    line.send({ do: "line", program: this.program, text: value });
    this.print(`${value}\n`, "typed");
  }

  // The wire.

  /** The other side of a connection, by what the pupil knows of it. */
  peer(address) {
    const other = panes.find((pane) => pane !== this && pane.isRunning && pane.owns(address));
    return other ? say("peer-other", { number: other.index + 1, peer: address }) : address;
  }

  owns(address) {
    return [...(this.connections?.values() ?? [])].includes(address);
  }

  happened(event) {
    const { what, values } = described(event, this);
    if (event.event === "waits") this.waits.set(event.lane, { call: event.call, peer: event.peer, since: Date.now() });
    else if (event.event === "runs" || event.event === "failed") this.waits.delete(event.lane);
    else if (event.event === "accepted" || event.event === "connected") this.connections.set(event.fd, event.ours);
    else if (event.event === "listens") {
      this.connections.set(event.fd, event.at);
      if (this.isPublished && !this.isExamined) publish({ program: this.program });
    }
    else if (event.event === "port") {
      this.parts.reached.hidden = false;
      put(this.parts.reached, what);
    }
    if (what) this.row(what, event.event === "sent" || event.event === "received" || event.event === "failed" ? event.event : "", values);
    this.drawSays();
  }

  row(what, kind, bytes) {
    const { wire } = this.parts;
    wire.querySelector("li.quiet")?.remove();
    const atEnd = wire.scrollTop + wire.clientHeight >= wire.scrollHeight - 8;
    wire.append(h("li", {}, h("span", { class: "at" }, time()), h("span", { class: kind }, what), bytes ? [" ", h("code", {}, bytes)] : null));
    while (wire.childNodes.length > WIRE_ROWS) wire.firstChild.remove();
    if (atEnd) wire.scrollTop = wire.scrollHeight;
  }

  // What it says of itself.

  say(name, values = {}) {
    this.state = { name, values };
    this.drawSays();
  }

  /** Who waits for whom; the lasting sentence does not count the seconds. */
  sentence(isLasting) {
    if (!this.isRunning || this.waits.size === 0) return say(this.state.name, this.state.values);
    const [{ call, peer, since }] = this.waits.values();
    const name = `waits-${call}`;
    const first = has(name) ? say(name, { peer: peer ? this.peer(peer) : "", seconds: isLasting ? 0 : Math.floor((Date.now() - since) / 1000) }) : say("state-runs");
    return this.waits.size === 1 ? first : say("waits-threads", { count: this.waits.size, first });
  }

  drawSays() {
    const { says, progress } = this.parts;
    put(says, this.sentence(false));
    says.classList.toggle("error", this.state.name === "state-error");
    progress.hidden = this.state.name !== "state-loading";
    // Whoever listens is told of a new state once it lasts, and not of each second.
    const lasting = this.sentence(true);
    if (lasting !== this.lasting) {
      this.lasting = lasting;
      clearTimeout(this.announcing);
      this.announcing = setTimeout(() => put(byId("announce"), `${say("pane-name", { number: this.index + 1 })} : ${lasting}`), 700);
    }
  }

  draw() {
    const { parts } = this;
    const number = this.index + 1;
    put(parts.heading, say("pane-name", { number }));
    for (const [name, element] of Object.entries(parts.labels)) put(element, say(name));
    parts.text.setAttribute("aria-label", say("pane-code", { number }));
    parts.progress.setAttribute("aria-label", say("state-starting"));
    parts.typing.setAttribute("aria-label", say("typing"));
    parts.typing.placeholder = say("typing");
    put(parts.run, say("run"));
    parts.run.title = say("run-title");
    put(parts.stop, say("stop"));
    put(parts.enter, say("tournament-enter"));
    this.drawEntry();
    parts.enter.disabled = this.mustRun || (!this.party && !this.isReady);
    parts.enter.setAttribute("aria-pressed", String(Boolean(this.party)));
    this.drawMet();
    put(parts.publish, say("publish"));
    parts.publish.hidden = !code;
    parts.publish.disabled = (!this.isRunning || this.isExamined) && !this.isPublished;
    parts.publish.setAttribute("aria-pressed", String(Boolean(this.isPublished)));
    put(parts.check, say(`exam-${this.side}`));
    parts.check.disabled = !(this.isReady || this.isAsleep) || isChecking() || !machine || !isOpen;
    this.results.draw();
    put(parts.send, say("send"));
    put(parts.download, say("download"));
    put(parts.open, say("open-file"));
    put(parts.give, say("give"));
    this.drawQuestions();
    parts.run.disabled = !(this.isReady || this.isAsleep) || this.isRunning || isChecking() || !machine || !isOpen;
    parts.stop.disabled = !this.isRunning || this.isExamined;
    parts.send.disabled = !this.isRunning;
    this.drawChoices();
    this.drawKept();
    this.drawSays();
    if (!parts.wire.querySelector("li:not(.quiet)")) fill(parts.wire, h("li", { class: "quiet" }, say("wire-nothing")));
  }
}

/** Why a call has failed. */
function why({ call, number, at }) {
  const name = `why-${number}`;
  if (call === "connect" && number === 111 && at?.startsWith("127.")) return say("why-111-here", { at });
  return say(call === "connect" && isOutside && has(`${name}-outside`) ? `${name}-outside` : has(name) ? name : "why-other", { at });
}

/** An event in words, and the bytes that it is about. */
function described(event, pane) {
  const peer = (address) => pane.peer(address);
  switch (event.event) {
    case "listens": return { what: say("wire-listens", { at: event.at }) };
    case "port": return { what: event.port ? say("wire-port", { server: machine?.server, port: event.port }) : say("wire-no-port") };
    case "accepted": return { what: say("wire-accepted", { peer: peer(event.peer) }) };
    case "connected": return { what: say("wire-connected", { peer: peer(event.peer) }) };
    case "sent": return { what: say("wire-sent", { count: event.length }), values: shownBytes(event.hex, event.length) };
    case "received": return event.length === 0 ? { what: say("wire-end") } : { what: say("wire-received", { count: event.length }), values: shownBytes(event.hex, event.length) };
    case "closed": return { what: say("wire-closed") };
    case "ended": return { what: say("wire-ended") };
    case "failed": {
      return { what: say("wire-failed", { call: event.call, number: event.number, why: why(event) }) };
    }
    default: return {};
  }
}

/** A worker's script, which a page with Trusted Types may start from this server only. */
const scriptUrl = (() => {
  const policy = globalThis.trustedTypes?.createPolicy("atelier", { createScriptURL: (url) => {
    if (url !== "/atelier-worker.js") throw new TypeError(url);
    return url;
  } });
  return (url) => policy?.createScriptURL(url) ?? url;
})();

// The seat.

const keptSeat = () => read(sessionStorage, SEAT);

async function sit(seat) {
  const kept = await request("/workshop/programs", { code: seat });
  code = seat;
  line.send({ do: "sit", code });
  for (const { name, text } of kept.programs) {
    const mine = shelf.get(name);
    if (!mine || mine.kept || mine.isTemplate || mine.text === text) shelf.set(name, { text, kept: true, checked: mine?.text === text ? mine.checked : undefined });
  }
  panes.forEach((pane) => shelf.get(pane.name)?.text !== pane.parts.text.value && pane.show(pane.name));
  keepHere();
  keepThere();
  drawSeat();
  lookAround();
  panes.forEach((pane) => pane.draw());
}

/** Where the workshop is closed, at the bell, the card to come back by is shown. */
function drawCard() {
  byId("card").hidden = !code || isOpen;
  put(byId("card-code"), code ?? "");
  if (code && !isOpen) drawQr(byId("card-qr"), code, "game");
}

function drawSeat() {
  drawCard();
  put(byId("seat-summary"), code ? say("atelier-seat", { code }) : say("atelier-seat-none"));
}

/** Takes a seat in a room, or again the one of a whole code, and leaves the game's line at once. */
function takeSeat(room, name) {
  return new Promise((resolve, reject) => {
    const enter = async () => {
      const reply = WHOLE_CODE.test(room ?? "") ? await link.ask({ type: "resume", code: room }) : await link.ask({ type: "room", room });
      if (reply.type === "refused") throw new Error(say(`refused-${reply.reason}`, { room }));
      if (name && reply.type !== "resumed") await link.ask({ type: "name", name });
      return reply;
    };
    const link = new Link({
      onOpen: () => enter().then(resolve, (error) => error instanceof Lost || reject(error)).finally(() => link.stop()),
      onEvent: () => {}, onState: () => {},
    });
    link.start();
  });
}

byId("seat-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  byId("seat-error").hidden = true;
  try {
    const reply = await takeSeat(byId("room").value.trim().toUpperCase() || null, byId("nickname").value.trim());
    write(sessionStorage, SEAT, { round: 1, tries: [], code: reply.code, room: reply.room });
    await sit(reply.code);
    byId("seat").open = false;
  } catch (error) {
    byId("seat-error").hidden = false;
    put(byId("seat-error"), error.message);
  }
});

/** All programs and answers as one file, which opens at home without this server. */
byId("take-away").addEventListener("click", async () => {
  const files = [...shelf].map(([name, { text }]) => [name, text]);
  if (code) {
    const state = await request("/lesson/state", { code, lang }).catch(() => ({ answers: [] }));
    const answers = state.answers.filter(({ question }) => !question.startsWith("@"));
    const one = ({ question, verdict, text }) => `${question} : ${say(`verdict-word-${verdict}`)}\n${text ?? ""}\n`;
    if (answers.length) files.push([say("take-away-answers"), answers.map(one).join("\n")]);
  }
  const link = h("a", { href: URL.createObjectURL(new Blob([zip(files)], { type: "application/zip" })), download: say("take-away-file") });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});

byId("report").addEventListener("click", () => line.send({ do: "report" }));
// The network of this page's programs, on demand a rough one.

function tellRough() {
  const seed = Math.max(1, Math.trunc(Number(byId("seed").value)) || 1);
  line.send({ do: "rough", seed: byId("rough").checked ? seed : null });
}
for (const id of ["rough", "seed"]) byId(id).addEventListener("change", tellRough);

// The teacher's check of all: this page checks what its pupil has written, one program after the other.

const round = {
  /** What is left to check; nothing while no such check goes on. */
  left: null,
  begin() {
    // A page whose Python sleeps, or waits for its turn, loads it for the check.
    const written = version ? panes.filter((pane) => !shelf.get(pane.name)?.isTemplate) : [];
    const before = this.left ? this.ran : [];
    this.left = written.map((pane) => () => pane.check({ byTeacher: true }));
    if (ownPort) this.left.push(() => checkOwnServer({ byTeacher: true }));
    // A server that neighbours play against goes on afterwards.
    this.ran = written.filter((pane) => before.includes(pane) || (pane.isRunning && pane.isPublished));
    this.hasPrograms = this.left.length > 0;
    this.goesOn();
  },
  goesOn() {
    if (!this.left || isChecking()) return;
    const next = this.left.shift();
    if (next) return next();
    line.send({ do: "checked", programs: this.hasPrograms });
    this.left = null;
    this.ran.forEach((pane) => pane.runFor());
  },
  /** The teacher has stopped it: it ends with the check that is in progress. */
  end() {
    if (!this.left) return;
    this.left = [];
    this.goesOn();
  },
};

// A program on the pupil's own machine.

const own = new Results({ send: (message) => line.send(message), changed: () => { panes.forEach((pane) => pane.draw()); drawOwn(); round.goesOn(); } });
/** The port of the pupil's own server, once they have had it checked. */
let ownPort = null;
const checkOwnServer = (options) => own.begin(line.key, "server", { where: "own", port: ownPort }, options);
byId("own").append(own.element);

function drawOwn() {
  put(byId("own-text"), machine ? say("exam-own-text", { real: machine.real }) : "");
  byId("own-server").disabled = byId("own-client").disabled = isChecking() || !machine || !isOpen;
  own.draw();
}

byId("own-form").addEventListener("submit", (event) => {
  event.preventDefault();
  ownPort = Number(byId("own-port").value);
  checkOwnServer();
});
byId("own-client").addEventListener("click", () => own.begin(line.key, "client", { where: "own" }));

// The beginning.

const panes = Array.from({ length: PANES }, (_, index) => new Pane(index));
fill(byId("panes"), panes.map((pane) => pane.element));
const line = new Line();

const isServer = (text) => /\.(listen|accept)\s*\(|create_server/.test(text);

/** Withdraws the pupil's server, which leaves the tournament too; their client stays entered. */
async function takeBack() {
  isReplaced();
  await withdraw();
}

/** No pane's server is published any more, or in the tournament. */
function isReplaced() {
  panes.forEach((pane) => {
    pane.isPublished = false;
    if (pane.party === "server") pane.party = null;
    pane.draw();
  });
}

/** Opens the pupil's client with a neighbour's address and port in it. */
function point({ name, address, port }) {
  const isClient = (pane) => /\.connect\s*\(|create_connection/.test(pane.parts.text.value);
  const pane = panes.find((one) => isClient(one) && !one.isRunning) ?? panes.findLast((one) => !one.isRunning);
  const text = pane && pointed(pane.parts.text.value, address, port);
  if (text) {
    pane.parts.text.value = text;
    pane.edited();
    pane.parts.text.focus();
    pane.element.scrollIntoView({ block: "nearest" });
  }
  put(byId("announce"), say("pointed", { name, address, port }));
  pane?.print(`${say("pointed", { name, address, port })}\n`, "note");
}

startNeighbours({
  code: () => code,
  key: () => line.key,
  send: (message) => line.send(message),
  point,
  withdrawn: takeBack,
  replaced: isReplaced,
});

startConsole({ key: () => line.key, machine: () => machine, send: (message) => line.send(message) });

async function begin() {
  const python = request("/workshop/python");
  await loadTemplates();
  const wanted = (begins.get(asked) ?? decodeURIComponent(location.hash.slice(1)).split("+")).filter((name) => templates.has(name));
  const before = read(localStorage, SHELF)?.panes ?? [];
  const names = [...templates.keys()];
  panes.forEach((pane, index) => {
    const name = [wanted[index], before[index], names[index]].find((one) => shelf.has(one) || templates.has(one));
    if (!shelf.has(name)) change(name, templates.get(name), { isTemplate: true });
    pane.show(name);
  });
  panes[0].handing.open = begins.has(asked);
  // The teacher's check of all comes once there is a seat: whether there is a Python is known by then.
  ({ version } = await python);
  if (version === null) panes.forEach((pane) => pane.say("state-none"));
  else line.wantPython();
  if (keptSeat()?.code) await sit(keptSeat().code).catch((error) => { if (!(error instanceof Refused)) throw error; });
  drawMachine();
  panes.forEach((pane) => pane.draw());
}

let spoken = lang;
shell(() => {
  if (spoken !== lang) {
    spoken = lang;
    loadTemplates().then(() => panes.forEach((pane) => pane.drawChoices()), () => {});
  }
  drawLine(line.state);
  drawSeat();
  drawMachine();
  drawNeighbours();
  drawOwn();
  drawConsole();
  panes.forEach((pane) => pane.draw());
});
begin().catch((error) => {
  if (!(error instanceof Refused)) throw error;
  byId("trouble").hidden = false;
  put(byId("trouble"), error.message);
});
setInterval(() => panes.forEach((pane) => pane.waits.size > 0 && pane.drawSays()), 1000);
addEventListener("pagehide", storeHere);
