// The class's programs on the teacher's screen: the servers that pupils have published, and the
// tournament as a table of clients by servers. Names are here only; the projector has neutral ones.
import { aliasOf } from "./aliases.js";
import { h } from "./dom.js";
import { request } from "./desk.js";
import { say } from "./speech.js";

const SIGNS = { lost: "✓", misunderstood: "≠", blocked: "‖", apart: "⇄", absent: "∅", broken: "✕", unclear: "?" };

/** The published servers, each with the button that takes it out. */
export function serversView(room, servers, act) {
  const out = ({ number }) => act(() => request(`/prof/rooms/${room}/servers`, { number }));
  return servers.length === 0 ? [] : [
    h("h2", {}, say("desk-servers")),
    h("ul", { class: "published" }, servers.map((server) => h("li", {}, h("span", {}, server.name), server.forwards ? h("span", { class: "chip" }, say("desk-forwards")) : null,
      h("button", { type: "button", class: "plain", "aria-label": say("desk-take-out", server), onclick: () => out(server) }, "✕")))),
  ];
}

/** The tournament; `show` puts it on the projector. */
export function tournamentView(room, { servers, clients, alike, held }, act, show) {
  const running = held && !held.over;
  const order = (on) => act(() => request(`/prof/rooms/${room}/tournament`, { on }));
  return [
    h("h2", { id: "tournament-title" }, say("tournament")),
    h("p", {}, say("tournament-entered", { servers, clients })),
    h("p", { class: "row" },
      running ? h("button", { type: "button", class: "danger", onclick: () => order(false) }, say("tournament-stop"))
        : h("button", { type: "button", class: "main", disabled: servers + clients === 0, onclick: () => order(true) }, say("tournament-begin")),
      h("button", { type: "button", onclick: show }, say("tournament-project")),
      ...(held ? ["csv", "xlsx"].map((kind) => h("a", { class: "button", href: `/prof/tournament.${kind}?room=${room}`, download: "" }, kind.toUpperCase())) : [])),
    alike.length > 0 ? h("ul", { class: "small" }, alike.map(({ party, names: [one, other], percent }) => h("li", {}, say(`alike-${party}`, { one, other, percent })))) : null,
    held ? tableOf(held) : null,
  ];
}

function tableOf(held) {
  const cells = new Map(held.cells.map((cell) => [`${cell.client} ${cell.server}`, cell]));
  const head = (one, none) => (one === null ? none : h("span", {}, one.name, h("br"), h("span", { class: "small quiet" }, aliasOf(one.alias))));
  const servers = [...held.servers.keys(), null];
  const clients = [null, ...held.clients.keys()].filter((client) => client !== null || held.servers.length > 0);
  const cellOf = (client, server) => {
    const cell = cells.get(`${client} ${server}`);
    if (!cell) return h("td", { class: "quiet" }, client === null && server === null ? "" : "·");
    const told = cell.kind === "won" ? String(cell.tries) : SIGNS[cell.kind];
    return h("td", { class: `meeting ${cell.kind}` }, h("details", {}, h("summary", { title: cell.said }, told + (cell.typed ? "⌨" : ""), h("span", { class: "unseen" }, ` ${say(`kind-${cell.kind}`)}`)), h("p", { class: "small" }, cell.said), cell.topic ? h("p", { class: "small" }, say("cell-topic", { topic: say(`topic-${cell.topic}`) })) : null));
  };
  const rank = (places, all, count) => h("ol", {}, places.slice(0, 3).map((place) => h("li", {}, `${all[place].name} : ${count(all[place].tally)}`)));
  return [
    h("p", { role: "status" }, say(held.over ? "tournament-held" : "tournament-goes-on", { met: held.cells.length, pairs: held.pairs, understood: held.understood })),
    h("div", { class: "row podiums" },
      h("div", {}, h("h3", {}, say("tournament-servers")), rank(held.podium.servers, held.servers, (tally) => say("tally-server", tally))),
      h("div", {}, h("h3", {}, say("tournament-clients")), rank(held.podium.clients, held.clients, (tally) => say("tally-client", tally)))),
    h("div", { class: "meetings", role: "region", tabIndex: 0, "aria-label": say("tournament-table") }, h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("tournament-corner")), servers.map((server) => h("th", { scope: "col" }, head(server === null ? null : held.servers[server], say("tournament-own")))))),
      h("tbody", {}, clients.map((client) => h("tr", {}, h("th", { scope: "row" }, head(client === null ? null : held.clients[client], say("tournament-bot"))), servers.map((server) => cellOf(client, server))))))),
    h("p", { class: "small quiet" }, say("tournament-legend")),
  ];
}
