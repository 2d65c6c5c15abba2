// The room's protocol page: on the teacher's screen, with what pupils propose, and on the projector,
// where only the teacher's rules are.
import { fill, h } from "./dom.js";
import { request } from "./desk.js";
import { lang, say } from "./speech.js";

/** The most characters of a rule. */
export const RULE_CHARS = 120;

/** The rules as a list of topics. */
export const rulesView = (topics) => h("dl", { class: "rules" }, topics.flatMap(({ topic, text }) => [
  h("dt", {}, say(`topic-${topic}`)), h("dd", { class: text ? "" : "quiet" }, text ?? say("rule-none")),
]));

/** What the teacher has typed and not yet written, by room and topic. */
const drafts = new Map();

/** A topic's rule to write, and its proposals to take or to put away. Its field stays the same element:
    what is typed there, and a click that has begun, outlast whatever comes meanwhile. */
class Rule {
  constructor(room, topic, act) {
    Object.assign(this, { room, topic, act, text: "", proposed: "" });
    this.draft = `${room} ${topic}`;
    this.field = h("input", { id: `rule-${topic}`, maxlength: RULE_CHARS, value: drafts.get(this.draft) ?? "", spellcheck: false, autocomplete: "off", oninput: () => this.typed() });
    this.list = h("ul", { class: "published", hidden: true });
    this.element = h("form", { class: "rule", onsubmit: (event) => { event.preventDefault(); this.field.blur(); this.write(this.field.value); } },
      h("label", { for: this.field.id }, say(`topic-${topic}`)),
      h("span", { class: "row" }, this.field, h("button", { type: "submit", "aria-label": say("rule-write-label", { topic: say(`topic-${topic}`) }) }, say("rule-write"))),
      this.list);
  }

  typed() {
    if (this.field.value === this.text) drafts.delete(this.draft);
    else drafts.set(this.draft, this.field.value);
  }

  order(body) {
    return request(`/prof/rooms/${this.room}`, body);
  }

  /** Writes a rule in place of the earlier one and of what is typed. */
  write(text) {
    return this.act(async () => {
      await this.order({ order: "rule", topic: this.topic, text });
      drafts.delete(this.draft);
    });
  }

  show(text, proposals) {
    this.text = text;
    if (!drafts.has(this.draft) && document.activeElement !== this.field && this.field.value !== text) this.field.value = text;
    const now = JSON.stringify(proposals);
    if (now === this.proposed) return;
    this.proposed = now;
    this.list.hidden = proposals.length === 0;
    fill(this.list, proposals.map(({ player, name, text: wanted }) => {
      const told = { name: name ?? "?", text: wanted };
      const dismiss = () => this.act(() => this.order({ order: "dismiss", player, topic: this.topic }));
      return h("li", { class: "row" }, h("span", {}, say("rule-proposed", told)),
        h("button", { type: "button", "aria-label": say("rule-take-label", told), onclick: () => this.write(wanted) }, say("rule-take")),
        h("button", { type: "button", class: "plain", "aria-label": say("rule-dismiss-label", told), onclick: dismiss }, "✕"));
    }));
  }
}

const drawn = { key: "", rules: [] };

/** Draws the teacher's view; `act` gives an order and looks again. */
export function drawProtocol(place, room, { topics, proposals }, act, show) {
  const key = JSON.stringify([room, lang, topics.map(({ topic }) => topic)]);
  if (drawn.key !== key) {
    Object.assign(drawn, { key, rules: topics.map(({ topic }) => new Rule(room, topic, act)) });
    fill(place, h("h2", {}, say("protocol")), h("p", { class: "small quiet" }, say("protocol-text")),
      drawn.rules.map(({ element }) => element), h("p", { class: "row" }, h("button", { type: "button", onclick: show }, say("protocol-project"))));
  }
  topics.forEach(({ topic, text }, index) => drawn.rules[index].show(text ?? "", proposals.filter((it) => it.topic === topic)));
}
