// The same conversation by HTTP requests, where WebSockets are blocked. It looks like a WebSocket:
// `POST /json` opens it, `POST /json/ID` says something, `GET /json/ID` waits for what comes.

export class Poll {
  constructor() {
    this.queue = Promise.resolve();
    this.aborter = new AbortController();
    this.open();
  }

  async open() {
    try {
      const opened = await this.fetch("/json", { method: "POST", body: "" });
      if (opened.status !== 201) throw new Error(`refused: ${opened.status}`);
      this.at = `/json/${(await opened.json()).id}`;
      while (!this.over) await this.listen();
    } catch {
      this.close();
    }
  }

  async listen() {
    const answer = await this.fetch(this.at, { cache: "no-store" });
    if (answer.status === 204) return;
    if (answer.status !== 200) throw new Error(`over: ${answer.status}`);
    for (const object of await answer.json()) {
      if (!this.over) this.onmessage?.({ data: JSON.stringify(object) });
    }
  }

  fetch(path, options) {
    return fetch(path, { ...options, signal: this.aborter.signal });
  }

  /** One at a time: two requests on their way may arrive in either order. */
  send(text) {
    this.queue = this.queue
      .then(() => this.fetch(this.at, { method: "POST", body: text }))
      .then((answer) => { if (!answer.ok) throw new Error(`refused: ${answer.status}`); })
      .catch(() => this.close());
  }

  close() {
    if (this.over) return;
    this.over = true;
    this.aborter.abort();
    this.onclose?.();
  }
}
