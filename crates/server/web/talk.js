// Who is in the workshop, what pupils have reported, and the end of a pupil's talk with others.
import { byId, fill, h } from "./dom.js";
import { lang, say } from "./speech.js";
import { request } from "./desk.js";

const time = (at) => new Date(at).toLocaleTimeString(lang, { hour12: false });

/** Opens the dialog; `act` gives an order and looks again. */
export async function openTalk(act) {
  const { pupils, reports } = await request("/prof/workshop/talk");
  const order = (given) => () => act(async () => {
    await request("/prof/workshop", given);
    await openTalk(act);
  });
  byId("cell-title").textContent = say("talk-title");
  fill(byId("cell-content"),
    reports.map(({ id, at, by, remarks }) => h("section", { class: "card" },
      h("h3", {}, say("talk-reported", { by, at: time(at) })),
      h("ol", { class: "seen" }, remarks.map((one) => h("li", {}, `${time(one.at)} `, h("strong", {}, one.author), " ", h("code", {}, one.text)))),
      h("p", { class: "row" }, h("button", { type: "button", onclick: order({ seen: id }) }, say("talk-seen")), h("span", { class: "quiet small" }, say("talk-memory"))))),
    pupils.length ? h("ul", { class: "seen" }, pupils.map(({ page, who, programs, mute }) => h("li", {}, `${who} · ${say("talk-programs", { programs })} `,
      h("button", { type: "button", "aria-pressed": String(mute), onclick: order({ mute: { page, on: !mute } }) }, say(mute ? "talk-unmute" : "talk-mute")))))
      : h("p", { class: "quiet" }, say("talk-nobody")));
  if (!byId("cell").open) byId("cell").showModal();
}
