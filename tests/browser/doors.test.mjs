// Clients that are not ours at the page's port: Node's `ws`, by text and by objects.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { Server } from "./world.mjs";

let server;
before(async () => { server = await Server.start(["--room", "S=solo"]); });
after(async () => { await server?.stop(); });

/** A conversation: `next()` is the next message that came. */
function connect(path, headers = {}) {
  const socket = new WebSocket(`ws://${server.web}${path}`, { headers });
  const [heard, waiting] = [[], []];
  socket.on("message", (data) => (waiting.shift() ?? ((text) => heard.push(text)))(data.toString()));
  const next = () => (heard.length ? Promise.resolve(heard.shift()) : new Promise((resolve) => waiting.push(resolve)));
  const closed = new Promise((resolve) => { socket.on("close", resolve); socket.on("error", (error) => resolve(error.message)); });
  return { socket, next, closed, ask: (text) => { socket.send(text); return next(); } };
}

/** Finds the number: `ask` says something, `verdict` reads the answer. */
async function find(ask, verdict) {
  let [low, high] = [1, 100];
  for (let tries = 1; tries <= 7; tries += 1) {
    const guess = Math.floor((low + high) / 2);
    const said = verdict(await ask(guess));
    if (said === "found") return tries;
    if (said === "low") low = guess + 1;
    else high = guess - 1;
  }
  throw new Error("not found in seven tries");
}

test("the text protocol, one message a frame, to its farewell", async () => {
  const client = connect("/ws/text");
  assert.match(await client.next(), /^Bonjour/);
  await client.ask("SALLE S");
  const tries = await find((guess) => client.ask(String(guess)), (text) => (/^Gagné/.test(text) ? "found" : /petit/.test(text) ? "low" : "high"));
  assert.ok(tries <= 7);
  assert.match(await client.ask("abc"), /^Erreur : /);
  await client.ask("FIN");
  assert.equal(await client.closed, 1001);
});

test("objects: a round, its proof, and the seat again on another connection", async () => {
  const client = connect("/ws");
  assert.equal(JSON.parse(await client.next()).type, "greeting");
  /** The answer; pictures of the room come between. */
  const ask = async (on, request) => {
    on.socket.send(JSON.stringify(request));
    for (;;) {
      const object = JSON.parse(await on.next());
      if (!object.event) return object;
    }
  };
  const { code } = await ask(client, { type: "room", room: "S" });
  await find((value) => ask(client, { type: "guess", value }), ({ verdict }) => ({ found: "found", "too-small": "low", "too-big": "high" })[verdict]);
  const { previous } = await ask(client, { type: "proof" });
  assert.equal(previous.round, 1);
  client.socket.terminate();
  const again = connect("/ws");
  await again.next();
  const resumed = await ask(again, { type: "resume", code });
  assert.deepEqual([resumed.type, resumed.round, resumed.last.verdict], ["resumed", 2, "found"]);
  again.socket.close();
  await again.closed;
});

test("a page of elsewhere gets no WebSocket, and a message too long ends it", async () => {
  assert.match(String(await connect("/ws", { origin: "http://evil.example" }).closed), /403/);
  const client = connect("/ws/text");
  await client.next();
  client.socket.send("9".repeat(5000));
  assert.equal(await client.closed, 1009);
});
