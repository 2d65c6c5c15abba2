// The class's servers: a pupil publishes one, and plays against a neighbour's by hand or with a program.
// By hand is a program too, for the server: its calls come from here.
import { byId, fill, h, put } from "./dom.js";
import { Refused, request } from "./desk.js";
import { aliasOf } from "./aliases.js";
import { rulesView } from "./protocol.js";
import { lang, say } from "./speech.js";

/** The place of what is played by hand among the page's programs, behind its panes. */
export const HAND = 2;
const EVERY = 3000;
const HOLD = 20_000;
const ROWS = 200;
const SOCKET = 3;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

const state = { servers: [], own: null, error: "", topics: [], proposed: [], ruleError: "", entered: false, met: null };
let desk;
let hand = null;

/** `desk` has the page's line, the pupil's code, and what opens a program with an address in it. */
export function startNeighbours(given) {
  desk = given;
  setInterval(() => { if (!document.hidden) look(); }, EVERY);
}

/** Looks who has published. */
export async function look() {
  if (!desk.code()) return draw();
  try {
    const { servers, topics, proposed } = await request("/workshop/class", { code: desk.code() });
    Object.assign(state, { servers, topics, proposed });
    state.own = servers.find(({ own }) => own) ?? null;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    state.servers = [];
    state.own = null;
  }
  draw();
}

/** Publishes a program of this page, or one of this machine by its port. */
export async function publish(offer) {
  state.error = "";
  try {
    await request("/workshop/publish", { code: desk.code(), key: desk.key(), ...offer });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    state.error = error.message;
  }
  await look();
  return !state.error;
}

/** Enters a program of this kind into the tournament, or takes the pupil's out. Resolves with the sentence of
    a refusal, or with nothing. */
export async function enterTournament(party, text = null) {
  try {
    await request("/workshop/enter", { code: desk.code(), key: desk.key(), party, text });
    return "";
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.message;
  }
}

export async function withdraw() {
  await request("/workshop/withdraw", { code: desk.code() }).catch((error) => { if (!(error instanceof Refused)) throw error; });
  await look();
}

/** A program's text with another server's address and port, where it has some. */
export function pointed(text, address, port) {
  const host = /(["'])(?:\d{1,3}(?:\.\d{1,3}){3}|localhost)\1/;
  if (!host.test(text)) return null;
  const [before, behind] = [text.slice(0, text.search(host)), text.slice(text.search(host))];
  return before + behind.replace(host, `$1${address}$1`).replace(/\b[1-9]\d{3,4}\b/, String(port));
}

/** Enters the published server of this machine, which no pane of the page runs. */
async function enterOutside() {
  state.error = await enterTournament("server");
  state.entered = !state.error;
  state.met = { count: 0, understood: 0 };
  draw();
}

/** What became of a meeting of the server of this machine. */
export function outsideLearns(met) {
  if (!state.met) return;
  state.met.count += 1;
  if (met.understood) state.met.understood += 1;
  else state.met.first ??= met;
  state.met.alias = met.alias;
  draw();
}

/** The sentence about a program's meetings: how many went well, what failed first, and the rule that says it. */
export function metSentence({ count, understood, first, alias }) {
  const mine = say("tournament-mine", { count, understood, alias: aliasOf(alias) });
  if (!first) return mine;
  const rule = state.topics.find(({ topic }) => topic === first.topic);
  const refers = rule && say(rule.text ? "met-rule" : "met-no-rule", { topic: say(`topic-${rule.topic}`), text: rule.text });
  return [mine, say("tournament-first", { said: first[lang] }), refers].filter(Boolean).join(" ");
}

/** Proposes a rule for the room's protocol page. */
async function propose() {
  state.ruleError = "";
  const text = byId("rule-text").value;
  try {
    await request("/workshop/propose", { code: desk.code(), topic: byId("rule-topic").value, text });
    byId("rule-text").value = "";
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    state.ruleError = error.message;
  }
  await look();
}

// By hand.

class Hand {
  constructor(server) {
    this.server = server;
    this.seq = 0;
    this.say("hand-connecting");
    desk.send({ do: "start", pane: HAND });
  }

  async started(program) {
    this.program = program;
    const [ip, port] = [this.server.address, this.server.port];
    const connected = await this.ask(0, { call: "connect", fd: SOCKET, ip, port }, 4000);
    if (connected?.kind !== "=") return this.end("hand-refused");
    this.say("hand-open");
    byId("hand-text").focus();
    for (;;) {
      const heard = await this.ask(1, { call: "recv", fd: SOCKET, max: 4096 }, HOLD);
      if (!heard || !"=?".includes(heard.kind)) return this.end("hand-gone");
      if (heard.kind === "=" && heard.content.length === 0) return this.end("hand-closed");
      if (heard.kind === "=") this.row("received", heard.content);
    }
  }

  /** One call, as a program's; nothing if the line is broken. */
  async ask(lane, what, wait, data) {
    this.seq += 1;
    const head = encoder.encode(`${JSON.stringify({ lane, seq: this.seq, wait, what })}\n`);
    const body = new Uint8Array([...head, ...(data ?? [])]);
    try {
      const answer = await fetch(`/workshop/call/${this.program}`, { method: "POST", body });
      if (!answer.ok) return null;
      const bytes = new Uint8Array(await answer.arrayBuffer());
      return { kind: String.fromCharCode(bytes[0]), content: bytes.slice(1) };
    } catch { return null; }
  }

  async send(text) {
    const bytes = encoder.encode(byId("hand-newline").checked ? `${text}\n` : text);
    if (bytes.length === 0) return;
    this.row("sent", bytes);
    await this.ask(0, { call: "send", fd: SOCKET }, 4000, bytes);
  }

  row(kind, bytes) {
    const list = byId("hand-log");
    list.append(h("li", {}, h("span", { class: kind }, say(`hand-${kind}`)), " ", h("code", {}, decoder.decode(bytes))));
    while (list.childNodes.length > ROWS) list.firstChild.remove();
    list.scrollTop = list.scrollHeight;
  }

  say(name) {
    this.state = name;
    draw();
  }

  /** It is over: what was said stays to be read. */
  end(name) {
    if (this.isOver) return;
    this.isOver = true;
    if (this.program) desk.send({ do: "end", program: this.program });
    if (hand === this) this.say(name);
  }
}

function byHand(server) {
  hand?.end();
  fill(byId("hand-log"));
  hand = new Hand(server);
  draw();
}

/** The server has started what this page plays by hand. */
export function handStarted(program) {
  if (hand && !hand.program && !hand.isOver) hand.started(program);
}

/** The server has ended what ran here. */
export const handLost = () => hand?.end("hand-gone");

byId("hand-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const { value } = byId("hand-text");
  byId("hand-text").value = "";
  hand?.send(value);
});
byId("hand-close").addEventListener("click", () => {
  hand?.end();
  hand = null;
  draw();
});
byId("outside-form").addEventListener("submit", (event) => {
  event.preventDefault();
  publish({ port: Number(byId("outside-port").value) }).then((isPublished) => isPublished && desk.replaced());
});
byId("outside-enter").addEventListener("click", enterOutside);
byId("rule-form").addEventListener("submit", (event) => {
  event.preventDefault();
  propose();
});
byId("withdraw").addEventListener("click", () => desk.withdrawn());

// What is shown.

let drawn = "";
let ruled = "";

/** The protocol page, and what this pupil proposes. */
function drawProtocol(isSeated) {
  const { topics, proposed, ruleError } = state;
  byId("protocol").hidden = !isSeated || topics.length === 0;
  byId("rule-error").hidden = !ruleError;
  put(byId("rule-error"), ruleError);
  const now = JSON.stringify([document.documentElement.lang, topics, proposed]);
  if (now === ruled) return;
  ruled = now;
  const chosen = byId("rule-topic").value;
  fill(byId("rule-topic"), topics.map(({ topic }) => h("option", { value: topic, selected: topic === chosen }, say(`topic-${topic}`))));
  fill(byId("rules"), rulesView(topics));
  fill(byId("rule-mine"), proposed.map(({ topic, text }) => h("li", {}, say("rule-mine", { topic: say(`topic-${topic}`), text }))));
}


export function draw() {
  const isSeated = Boolean(desk?.code());
  byId("class").hidden = !isSeated;
  drawProtocol(isSeated);
  if (!isSeated) return;
  const { servers, own, error } = state;
  put(byId("class-summary"), say("class-servers", { count: servers.length }));
  put(byId("class-own"), own ? say("class-own", { name: own.name }) : say("class-not-yet"));
  byId("withdraw").hidden = !own;
  state.entered &&= Boolean(own?.outside);
  byId("outside-enter").hidden = !own?.outside || state.entered;
  put(byId("outside-met"), state.entered ? (state.met.count > 0 ? metSentence(state.met) : say("outside-entered")) : "");
  byId("class-error").hidden = !error;
  put(byId("class-error"), error);
  const now = JSON.stringify([document.documentElement.lang, servers]);
  if (now !== drawn) {
    drawn = now;
    const button = (name, server, run) => h("button", { type: "button", "aria-label": say(`${name}-label`, server), onclick: run }, say(name));
    const one = (server) => h("li", {}, h("strong", {}, server.name), button("play-by-hand", server, () => byHand(server)), button("play-by-program", server, () => desk.point(server)));
    fill(byId("class-list"), servers.filter((server) => !server.own).map(one));
  }
  byId("hand").hidden = !hand;
  if (!hand) return;
  put(byId("hand-title"), say("hand-title", hand.server));
  put(byId("hand-state"), say(hand.state));
  byId("hand-send").disabled = hand.state !== "hand-open";
}
