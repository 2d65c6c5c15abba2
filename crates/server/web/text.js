// The lesson's texts: a tree from the server, shown without ever being read as HTML.
import { h } from "./dom.js";

const TAGS = { emphasis: "em", strong: "strong", code: "code" };

/** A text's blocks; `places` fills in what is known only here and now. */
export function show(text, places = {}) {
  return (text ?? []).map((block) => {
    if (block.paragraph) return h("p", {}, line(block.paragraph, places));
    if (block.list) return h("ul", {}, block.list.map((one) => h("li", {}, line(one, places))));
    return h("pre", { tabIndex: 0 }, h("code", {}, block.code));
  });
}

function line(spans, places) {
  return spans.map(({ style, pieces }) => {
    const words = pieces.map((piece) => (piece.words !== undefined ? piece.words : places[piece.place] ?? "…"));
    return TAGS[style] ? h(TAGS[style], {}, words) : words;
  }).flat();
}

/** A program with its lines numbered; one of them may be shown. */
export function listing(code, shown) {
  const lines = code.replace(/\n$/, "").split("\n");
  return h("pre", { class: "listing", tabIndex: 0 }, lines.map((text, index) => h("span", { class: index + 1 === shown ? "shown" : "" }, text || " ")));
}
