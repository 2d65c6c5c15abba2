// Measures a tournament of a class: 35 servers and 35 clients, in simulated pages. Run by hand:
// node tests/browser/bench-tournament.mjs [35]
import { Server } from "./world.mjs";
import { Desk, SimulatedPage, client, server } from "./programs.mjs";

const count = Number(process.argv[2] ?? 35);
const world = await Server.start(["--room", "CLASSE=course"]);
const pages = [];
try {
  for (let number = 0; number < count; number += 1) {
    pages.push(await SimulatedPage.open(world, "CLASSE", `Eleve${number}`, { server: server(), client: client() }));
  }
  const desk = await Desk.open(world);
  const began = Date.now();
  await desk.ask("/prof/rooms/CLASSE/tournament", { on: true });
  const held = await desk.held("CLASSE");
  const kinds = {};
  for (const { kind } of held.cells) kinds[kind] = (kinds[kind] ?? 0) + 1;
  console.log({ pages: count, pairs: held.pairs, met: held.cells.length, understood: held.understood, seconds: (Date.now() - began) / 1000, kinds });
} finally {
  pages.forEach((page) => page.close());
  await world.stop();
}
