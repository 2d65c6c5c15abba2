// What begins the teacher's screen: where pupils go, who has come, and the one thing to do next. It can
// be mirrored: no private link and no answer is on it.
import { h } from "./dom.js";
import { recalled, remember, say } from "./speech.js";

/** A class as most are. */
const USUAL = 35;
const MOST = 10000;

export const expectedIn = (room) => Number(recalled(`jp.expected.${room}`)) || USUAL;

/** The picture of the page's address, anew where that has changed. */
export const qrOf = (room, { page }) => `/qr.svg?room=${encodeURIComponent(room)}&at=${encodeURIComponent(page)}`;

/** Where pupils go, in large letters. `next` is the label and the work of the green button. */
export function lobbyView({ room, here, survey, next, project, redraw }) {
  const address = here.page.replace(/^https?:\/\//, "").replace(/\/$/, "");
  const expected = h("input", {
    id: "expected", type: "number", min: "1", max: String(MOST), value: String(expectedIn(room)),
    onchange: ({ target }) => { remember(`jp.expected.${room}`, String(Math.min(MOST, Math.max(1, Math.round(Number(target.value)) || USUAL)))); redraw(); },
  });
  const came = [...survey.tiles].filter(({ name }) => name).map((tile) => h("li", { class: "chip" }, tile.hidden ? say("screen-hidden") : tile.name));
  return [
    h("div", { class: "where" },
      h("img", { class: "qr", src: qrOf(room, here), alt: say("lobby-qr") }),
      h("div", {},
        h("p", {}, say("lobby-go"), h("br"), h("strong", { class: "address" }, address)),
        h("p", {}, say("lobby-code"), h("br"), h("strong", { class: "address code" }, room)))),
    h("div", { class: "came" },
      h("p", { class: "row" }, h("strong", { class: "address", role: "status" }, `${survey.players}/${expectedIn(room)}`),
        h("label", { for: "expected", class: "small" }, say("lobby-expected")), expected),
      h("ul", { class: "names", "aria-label": say("lobby-names") }, came.length ? came : h("li", { class: "quiet" }, say("lobby-empty"))),
      h("p", { class: "row" },
        next ? h("button", { type: "button", id: "next-step", class: "go", onclick: next.run }, `▶ ${next.label}`) : h("span", { class: "quiet" }, say("lobby-over")),
        h("button", { type: "button", onclick: project }, say("lobby-project")))),
  ];
}

/** A screen without a class says the next step. */
export const welcomeView = (others, open) => [
  h("h1", {}, say("welcome")), others ? h("p", {}, say("welcome-others")) : null, h("p", {}, say("welcome-text")),
  h("p", { class: "row" }, h("button", { type: "button", id: "open-class", class: "go", onclick: open }, `▶ ${say("welcome-open")}`)),
];
