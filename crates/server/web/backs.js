// Coming back by name, on the teacher's screen: who asks for the name and the score of a player who has
// gone, and who has come back so.
import { h } from "./dom.js";
import { say } from "./speech.js";
import { request } from "./desk.js";

/** What the section shows: those who ask and are still here, and those who came back. */
export function backsOf({ asking = [], heirs = [], tiles }) {
  const named = (player) => tiles.find((tile) => tile.player === player)?.name;
  return {
    asking: asking.map(({ player, name }) => ({ player, name, now: named(player) })).filter(({ now }) => now),
    back: heirs.map(({ from, to }) => ({ player: to, name: named(to), before: named(from) })).filter(({ name }) => name),
  };
}

/** The section; `act` does an action and looks again. */
export function backsView(room, { asking, back }, act) {
  const answer = (player, word) => () => act(() => request(`/prof/rooms/${room}/back`, { player, word }));
  const button = (label, player, word, kind = "") => h("button", { type: "button", class: kind, onclick: answer(player, word) }, say(label));
  return [
    h("h2", {}, say("backs")),
    h("ul", { class: "backs" },
      asking.map(({ player, name, now }) => h("li", {}, h("span", {}, say("back-asks", { name, now })), h("span", { class: "row" },
        button("back-let", player, "let", "go"), button("back-all", player, "all"), button("back-refuse", player, "refuse")))),
      back.map(({ player, name, before }) => h("li", {}, h("span", {}, say("back-came", { name, before })),
        before ? h("span", { class: "row" }, button("back-undo", player, "undo")) : null))),
    h("p", { class: "small quiet" }, say("back-what")),
  ];
}
