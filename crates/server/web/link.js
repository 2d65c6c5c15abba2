// One conversation with the server, whatever happens to the line: requests are answered in turn,
// pictures of the room come between. It connects again by itself; by HTTP where WebSockets are
// blocked.
import { Poll } from "./poll.js";
import { runTrial } from "./trial.js";

const ANSWER_WITHIN = 8000;
const HEARTBEAT = 20000;
const PAUSES = [300, 800, 1500, 3000, 5000];
/** So many WebSockets in a row that never opened: this network blocks them. */
const BLOCKED_AFTER = 2;

/** A whole code to resume: the room's, and the proof that the seat is mine. */
export const WHOLE_CODE = /^[A-Z0-9_]{1,12}-[A-Z2-7]{16}$/;

/** The line broke before the answer came: whether the server has the request is not known. */
export class Lost extends Error {}

export class Link {
  /** `onOpen(greeting)` on each new connection, `onEvent(object)` for what is no answer,
      `onState(name, values)` when there is something to say about the line. */
  constructor({ onOpen, onEvent, onState }) {
    Object.assign(this, { onOpen, onEvent, onState });
    this.waiting = [];
    this.failures = 0;
    this.neverOpened = 0;
    this.polls = false;
    this.closed = false;
    addEventListener("online", () => this.hurry());
    addEventListener("offline", () => this.drop());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  start() {
    this.closed = false;
    this.connect();
  }

  /** Ends it for good. */
  stop() {
    this.closed = true;
    clearTimeout(this.timer);
    this.drop();
  }

  /** Asks, and resolves with the answer; rejects with `Lost`. */
  ask(request) {
    return new Promise((resolve, reject) => {
      if (!this.isOpen) return reject(new Lost());
      // An answer may be held until the round closes: only the line's silence is a sign.
      this.waiting.push({ resolve, reject, quits: request.type === "quit" });
      this.carrier.send(JSON.stringify(request));
      this.expectSomething();
    });
  }

  connect() {
    clearTimeout(this.timer);
    if (this.closed || this.carrier) return;
    this.onState(this.polls ? "line-connecting-http" : "line-connecting");
    const base = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}`;
    const carrier = this.polls ? new Poll() : new WebSocket(`${base}/ws`);
    this.carrier = carrier;
    this.isOpen = false;
    let heard = false;
    carrier.onmessage = ({ data }) => {
      if (this.carrier !== carrier) return;
      clearTimeout(this.silence);
      const object = JSON.parse(data);
      if (!heard) {
        heard = true;
        this.neverOpened = 0;
        this.isOpen = true;
        this.failures = 0;
        this.onState(this.polls ? "line-http" : "line-open");
        this.beat();
        return this.onOpen(object);
      }
      if (object.event === "trial") return void runTrial(object);
      if (object.event) return this.onEvent(object);
      if (object.type === "bye" && !this.waiting[0]?.quits) return this.shownOut(object);
      const next = this.waiting.shift();
      if (next) next.resolve(object);
      else this.onEvent(object);
    };
    carrier.onclose = () => this.lost(carrier, heard);
    carrier.onerror = () => carrier.close();
    // A network that swallows the handshake says nothing at all.
    this.silence = setTimeout(() => this.lost(carrier, heard), ANSWER_WITHIN);
  }

  /** The server ends it, and takes no turn for that: what was asked gets no answer any more. */
  shownOut(bye) {
    this.onEvent(bye);
    for (const { reject } of this.waiting.splice(0)) reject(new Lost());
  }

  lost(carrier, heard) {
    if (this.carrier !== carrier) return;
    this.carrier = null;
    carrier.onclose = null;
    carrier.close();
    clearTimeout(this.silence);
    clearInterval(this.heartbeat);
    this.isOpen = false;
    for (const { reject } of this.waiting.splice(0)) reject(new Lost());
    if (this.closed) return;
    if (!heard && !this.polls && navigator.onLine !== false) this.neverOpened += 1;
    this.tryHttp().then((works) => {
      if (works) return this.connect();
      const pause = PAUSES[Math.min(this.failures, PAUSES.length - 1)];
      this.failures += 1;
      // Not all at once: a class comes back together when the server does.
      const jitter = pause * (0.75 + Math.random() / 2);
      this.onState("line-lost", { seconds: Math.ceil(jitter / 1000) });
      this.timer = setTimeout(() => this.connect(), jitter);
    });
  }

  /** Whether WebSockets are what fails: the same server answers by HTTP. */
  async tryHttp() {
    if (this.polls || this.neverOpened < BLOCKED_AFTER) return false;
    try {
      const answer = await fetch("/healthz", { cache: "no-store" });
      this.polls = answer.ok;
    } catch { /* No server at all: WebSockets are not to blame. */ }
    return this.polls;
  }

  drop() {
    if (this.carrier) this.lost(this.carrier, true);
  }

  hurry() {
    this.failures = 0;
    if (!this.carrier && !this.closed) this.connect();
  }

  /** After a question something must come, be it an answer to a heartbeat. */
  expectSomething() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      // A held answer is no silence: whatever else is asked waits for it too.
      if (!this.holds) this.drop();
    }, ANSWER_WITHIN);
  }

  beat() {
    clearInterval(this.heartbeat);
    this.heartbeat = setInterval(() => {
      if (this.waiting.length === 0) this.ask({ type: "help" }).catch(() => {});
      else if (this.holds) this.look();
    }, HEARTBEAT);
  }

  /** Whether the server is there at all, beside a conversation in which an answer is held. */
  async look() {
    const { carrier } = this;
    const aborter = new AbortController();
    const timer = setTimeout(() => aborter.abort(), ANSWER_WITHIN);
    try {
      await fetch("/healthz", { cache: "no-store", signal: aborter.signal });
    } catch {
      if (this.carrier === carrier) this.drop();
    } finally {
      clearTimeout(timer);
    }
  }
}
