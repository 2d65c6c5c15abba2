// The projector: how to join, who plays, and how many tries it took.
import { byId, fill, h, put } from "./dom.js";
import { say, shell } from "./speech.js";
import { Refused, request } from "./desk.js";
import { drawPicture } from "./picture.js";

const EVERY = 1000;
/** Rows that can be read from the last one, on one screen; fewer beside the picture. */
const ROWS = 12, ROWS_WITH_PICTURE = 5;

const room = decodeURIComponent(location.hash.slice(1)).toUpperCase();
let here = null;
let survey = null;

async function refresh() {
  try {
    here ??= await request("/here");
    survey = await request(`/prof/rooms/${room}`);
    byId("stranger").hidden = true;
    put(byId("state"), say("line-open"));
    byId("state").className = "chip good";
  } catch (error) {
    if (error instanceof Refused && error.status === 401) byId("stranger").hidden = false;
    put(byId("state"), error instanceof Refused ? error.message : say("server-silent"));
    byId("state").className = "chip warn";
  }
  draw();
}

function draw() {
  byId("wall").hidden = !survey || !here;
  if (!survey || !here) return;
  byId("page-address").textContent = here.page.replace(/^http:\/\//, "").replace(/\/$/, "");
  const qr = `/qr.svg?room=${encodeURIComponent(room)}`;
  if (byId("qr").getAttribute("src") !== qr) byId("qr").src = qr;
  byId("qr").alt = here.page;
  byId("code").textContent = room;
  const [host, port] = split(here.text[0] ?? "");
  byId("program").textContent = `nc ${host} ${port}`;
  const { rules, round, closes_in: closes } = survey;
  const parts = [say("rules", { mode: say(`mode-${rules.mode}`), min: rules.range[0], max: rules.range[1], limit: rules.limit }), say("screen-players", { count: survey.players })];
  if (round) parts.push(say("round", { round }));
  if (closes !== null) parts.push(say("closes-in", { seconds: Math.ceil(closes / 1000) }));
  byId("now").textContent = parts.join(" · ");
  put(byId("last"), survey.paused ? `‖ ${say("paused")}` : last(survey));
  fill(byId("board"), board());
  fill(byId("picture"), drawPicture(survey));
}

/** Host and port of an address, brackets off. */
function split(address) {
  const at = address.lastIndexOf(":");
  return [address.slice(0, at).replace(/[[\]]/g, ""), address.slice(at + 1)];
}

const shownName = (tile) => (tile.hidden ? say("screen-hidden") : tile.name);

function last({ ended }) {
  if (!ended) return "";
  if (!ended.winner) return say("last-nobody", ended);
  return `★ ${say("last-won", { number: ended.number, name: shownName(ended.winner) })}`;
}

function board() {
  const tiles = [...survey.tiles].sort((a, b) => b.wins - a.wins || a.total / (a.wins || 1) - b.total / (b.wins || 1) || b.tries - a.tries);
  const rows = survey.finishes.length > 0 && survey.rules.mode !== "closest" ? ROWS_WITH_PICTURE : ROWS;
  const more = survey.players - Math.min(rows, tiles.length);
  const row = (tile) => h("tr", {}, h("td", {}, shownName(tile), tile.line || tile.elsewhere_ms !== null ? "" : h("span", { class: "quiet" }, ` ${say("away")}`)),
    h("td", { class: "number" }, String(tile.tries)), h("td", { class: "number" }, String(tile.wins)), h("td", { class: "number" }, tile.best ? String(tile.best) : "—"));
  return h("table", {},
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("name")), h("th", { scope: "col", class: "number" }, say("tries-count")), h("th", { scope: "col", class: "number" }, say("wins")), h("th", { scope: "col", class: "number" }, say("record")))),
    h("tbody", {}, tiles.slice(0, rows).map(row), more > 0 ? h("tr", {}, h("td", { class: "quiet", colSpan: 4 }, say("and-others", { count: more }))) : null));
}

shell(draw);
await refresh();
setInterval(() => { if (!document.hidden) refresh(); }, EVERY);
