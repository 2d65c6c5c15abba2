// One player, looked at: the last messages as bytes, and what a teacher may do.
import { byId, fill, h } from "./dom.js";
import { say } from "./speech.js";
import { request } from "./desk.js";
import { mayShowWire, projectWire } from "./scenes.js";
import { moodOf } from "./tiles.js";

const pairs = (hex) => (hex.match(/../g) ?? []).map((byte) => byte.toUpperCase());

/** Bytes as hexadecimal and as text; what is no text is shown as a dot. */
function bytes(hex) {
  if (!hex) return h("span", { class: "quiet" }, say("nothing-since"));
  const values = pairs(hex);
  const text = new TextDecoder("utf-8").decode(new Uint8Array(values.map((byte) => parseInt(byte, 16))));
  return h("span", {}, h("code", { class: "hex" }, values.join(" ")), h("br"), h("code", {}, text.replaceAll("\n", "⏎").replaceAll("\r", "␍")));
}

/** Opens the dialog; `act` does an action and looks again. */
export function openPlayer(tile, survey, act) {
  const dialog = byId("player");
  byId("player-name").textContent = tile.name || say("nobody-yet");
  const { line, player } = tile;
  const parts = [h("p", {}, moodOf(tile).text)];
  if (line) {
    parts.push(h("dl", { class: "bytes" },
      h("dt", {}, say("door")), h("dd", {}, say(`door-${line.door}`)),
      h("dt", {}, say("heard")), h("dd", {}, bytes(line.heard)),
      h("dt", {}, say("said")), h("dd", {}, bytes(line.said))));
  }
  const done = (work) => { dialog.close(); act(work); };
  const order = (given) => () => request(`/prof/rooms/${survey.room}`, given);
  const button = (label, work, kind = "") => h("button", { type: "button", class: kind, onclick: () => done(work) }, label);
  const buttons = [];
  if (line) {
    buttons.push(button(say("free-fin"), () => request("/prof/free", { line: line.id, at_once: false })));
    buttons.push(button(say("free-close"), () => request("/prof/free", { line: line.id, at_once: true })));
  }
  if (survey.room && player && line && !line.door.startsWith("page")) {
    parts.push(mayShowWire(survey)
      ? h("p", {}, h("button", { type: "button", onclick: () => { dialog.close(); projectWire(survey.room, player); } }, say("wire-project")))
      : h("p", { class: "small quiet" }, say("wire-not-here")));
  }
  if (survey.room && player) {
    const name = h("input", { id: "their-name", value: tile.name, maxLength: 24, "aria-label": say("new-name") });
    parts.push(h("p", { class: "row" }, name, button(say("rename-player"), () => order({ order: "rename", player, name: name.value })())));
    buttons.push(button(tile.hidden ? say("show-name") : say("hide-name"), order({ order: "hide", player, on: !tile.hidden })));
    buttons.push(button(say("kick"), order({ order: "kick", player, bar: false }), "danger"));
    buttons.push(button(say("bar"), order({ order: "kick", player, bar: true }), "danger"));
    const forget = () => confirm(say("forget-player-sure", { name: tile.name })) && request(`/prof/rooms/${survey.room}/forget`, { player });
    buttons.push(button(say("forget-player"), forget, "danger"));
  }
  parts.push(h("p", { class: "row" }, buttons));
  fill(byId("player-content"), parts);
  dialog.showModal();
}
