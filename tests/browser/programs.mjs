// Pages of the workshop without a browser or a Python: their programs are functions here, whose calls go
// to the server as those of a page do. For the tournament's test and its measurement.
import { WebSocket } from "ws";
import { TextPlayer } from "./world.mjs";

const HOLD = 20_000;

/** A program's calls. */
export class Calls {
  constructor(base, program) {
    Object.assign(this, { base, program, seq: 0 });
  }

  async ask(what, { wait = HOLD, data = Buffer.alloc(0) } = {}) {
    for (;;) {
      this.seq += 1;
      const body = Buffer.concat([Buffer.from(`${JSON.stringify({ lane: 0, seq: this.seq, wait, what })}\n`), data]);
      const answer = await this.answer(body);
      const kind = String.fromCharCode(answer[0]);
      if (kind === "=") return answer.subarray(1);
      if (kind !== "?") throw new Error(kind + answer.subarray(1).toString());
    }
  }

  /** A line that breaks is tried again with the same number, as a page does. */
  async answer(body) {
    for (let tries = 0; ; tries += 1) {
      try {
        return Buffer.from(await (await fetch(`${this.base}/workshop/call/${this.program}`, { method: "POST", body })).arrayBuffer());
      } catch (error) {
        if (tries > 20) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  recv = async (fd) => (await this.ask({ call: "recv", fd, max: 1024 })).toString();
  send = (fd, text) => this.ask({ call: "send", fd }, { data: Buffer.from(text) });
  close = (fd) => this.ask({ call: "close", fd });
  input = async (asked) => (await this.ask({ call: "input", asked })).toString();
  async serve(play) {
    await this.ask({ call: "bind", fd: 3, ip: "0.0.0.0", port: 50000 });
    await this.ask({ call: "listen", fd: 3, backlog: 5 });
    for (let fd = 4; ; fd += 1) {
      await this.ask({ call: "accept", fd: 3, new: fd });
      await play(fd);
      await this.close(fd);
    }
  }

  async connect() {
    await this.ask({ call: "connect", fd: 3, ip: "127.0.0.1", port: 50000 });
    return this.recv(3);
  }
}

/** A server of the game, with these words. */
export const server = ([small, big, found] = ["Trop petit", "Trop grand", "Gagné"]) => (calls) => calls.serve(async (fd) => {
  const number = 1 + Math.floor(Math.random() * 100);
  await calls.send(fd, "Propose un nombre entre 1 et 100");
  for (;;) {
    const heard = await calls.recv(fd);
    if (heard === "") return;
    const guess = Number(heard);
    if (guess === number) return void await calls.send(fd, found);
    await calls.send(fd, guess < number ? small : big);
  }
});

/** A client that looks for the number by halves, and understands these words. */
export const client = ([small, found] = ["Trop petit", "Gagné"], { asks = false } = {}) => async (calls) => {
  await calls.connect();
  let [low, high] = [1, 100];
  for (;;) {
    const guess = asks ? Number(await calls.input("Ton nombre ? ")) : Math.floor((low + high) / 2);
    await calls.send(3, String(guess));
    const heard = await calls.recv(3);
    if (heard.startsWith(found) || heard === "") break;
    if (heard.startsWith(small)) low = guess + 1;
    else high = guess - 1;
  }
  await calls.close(3);
};

/** What is examined of a page before it enters its programs, which may be others: it is the page that runs them. */
const SOUND = { server: server(), client: client() };

/** A page with a server, a client, or both. Each is entered once its check has passed, by this text. */
export class SimulatedPage {
  static async open(server, room, name, programs, texts = {}) {
    const page = new SimulatedPage();
    const textOf = (party) => texts[party] ?? `# ${party}\n`;
    Object.assign(page, { base: server.base, programs, runs: {}, met: [], panes: Object.keys(programs) });
    page.seat = new TextPlayer(server.text);
    await page.seat.next();
    await page.seat.ask(`SALLE ${room}`);
    page.code = (await page.seat.ask(`NOM ${name}`)).match(new RegExp(`${room}-[A-Z2-7]{16}`))[0];
    // Each page is one of another browser, with a machine of its own.
    const shown = await fetch(`${server.base}/atelier`);
    await shown.arrayBuffer();
    const cookie = shown.headers.get("set-cookie").split(";")[0];
    page.socket = new WebSocket(`${server.base.replace("http", "ws")}/workshop/socket`, { headers: { cookie } });
    await new Promise((resolve) => {
      page.socket.onmessage = ({ data }) => {
        const told = JSON.parse(data);
        if (told.event === "hello") { page.key = told.key; resolve(); } else page.heard(told);
      };
    });
    for (const party of page.panes) await page.check(party, textOf(party));
    if (programs.server) {
      page.run("server");
      await new Promise((resolve) => { page.published = resolve; });
    }
    for (const party of page.panes) await page.post("/workshop/enter", { party, text: textOf(party) });
    return page;
  }

  /** Has a program of this text checked. */
  async check(party, text) {
    const subject = { where: "page", pane: this.panes.indexOf(party), name: `${party}.py`, text };
    await this.post("/workshop/check", { code: undefined, side: party, lang: "fr", subject });
    await new Promise((resolve) => { this.examined = resolve; });
  }

  /** Runs a sound program for the check. */
  async examine(party, program) {
    this.exam = program;
    this.send({ do: "exam-runs", program });
    const calls = new Calls(this.base, program);
    await SOUND[party](calls).catch(() => {});
    await calls.ask({ call: "exit" }).catch(() => {});
    this.send({ do: "exam-ended", program, status: 0 });
  }

  async post(path, body) {
    const answer = await fetch(this.base + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ code: this.code, key: this.key, ...body }) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }

  /** Asks to hold another page's meeting; resolves once the server has answered. */
  robs(meeting) {
    this.send({ do: "start", pane: 0, meeting });
    return new Promise((resolve) => { this.robbed = resolve; });
  }

  send(message) { this.socket.send(JSON.stringify(message)); }

  async run(party, meeting) {
    for (let tries = 0; this.runs[party] && tries < 50; tries += 1) await new Promise((resolve) => setTimeout(resolve, 100));
    this.send({ do: "start", pane: this.panes.indexOf(party), meeting });
  }

  heard(told) {
    if (["started", "too-late"].includes(told.event) && this.robbed) return void this.robbed();
    if (this.sleeps) return;
    if (told.event === "started") this.started(this.panes[told.pane], told.program);
    else if (told.event === "here") this.send({ do: "here" });
    else if (told.event === "serve") this.run("server");
    else if (told.event === "meet") Promise.resolve(this.thief?.robs(told.meeting)).then(() => this.run("client", told.meeting));
    else if (told.event === "halt" && this.runs[told.party]) this.send({ do: "end", program: this.runs[told.party] });
    else if (told.event === "met") this.met.push(told);
    else if (told.event === "exam-run") this.examine(this.panes[told.pane], told.program);
    else if (told.event === "exam-end") this.send({ do: "end", program: told.program });
    else if (told.event === "exam-sync") this.send({ do: "exam-synced", program: this.exam, number: told.number });
    else if (told.event === "check" && told.state === "done") this.examined();
    else if (told.event === "wire") {
      for (const event of told.events) if (event.event === "listens" && event.program === this.runs.server) this.post("/workshop/publish", { program: event.program }).then(() => this.published?.(), () => {});
    }
  }

  async started(party, program) {
    this.runs[party] = program;
    const calls = new Calls(this.base, program);
    const fault = await this.programs[party](calls).then(() => null, (error) => error.fault ?? null);
    await calls.ask({ call: "exit", fault }).catch(() => {});
    this.runs[party] = null;
  }

  close() {
    this.socket.close();
    this.seat.close();
  }
}

/** The teacher's requests. */
export class Desk {
  static async open(server) {
    const desk = new Desk();
    desk.base = server.base;
    const token = server.link.split("#")[1];
    const answer = await fetch(`${server.base}/prof/session`, { method: "POST", body: token, headers: { origin: server.base } });
    desk.cookie = answer.headers.get("set-cookie").split(";")[0];
    return desk;
  }

  async ask(path, body) {
    const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const answer = await fetch(this.base + path, { ...options, headers: { cookie: this.cookie, origin: this.base, "content-type": "application/json" } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    return answer.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text;
  }

  /** Asks until the answer is as wanted; a tournament of a class takes four minutes at most. */
  async until(path, is) {
    const deadline = Date.now() + 280_000;
    for (;;) {
      const told = await this.ask(path);
      if (is(told)) return told;
      if (Date.now() > deadline) throw new Error(`${path} is not as wanted in time: ${JSON.stringify(told)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Waits until a room's tournament is over, or is as wanted. */
  async held(room, is = ({ over }) => over) {
    const { held } = await this.until(`/prof/rooms/${room}/tournament?lang=fr`, ({ held }) => held && is(held));
    return held;
  }
}
