// The card to come back by: a seat's code as text and as a QR code, which leads to this page with it.
import { s } from "./dom.js";
import { request } from "./desk.js";
import { lang, say } from "./speech.js";

/** Draws the QR code of a seat's code in this element, once. It leads to the page `to`, `game` or
    `lesson`. */
export async function drawQr(element, code, to) {
  const key = `${code} ${to} ${lang}`;
  if (element.dataset.of === key) return;
  element.dataset.of = key;
  element.replaceChildren();
  try {
    const { rows } = await request("/card", { code, to });
    if (element.dataset.of !== key) return;
    const margin = 4;
    const side = rows.length + 2 * margin;
    const path = rows.flatMap((row, y) => [...row].map((dot, x) => (dot === "1" ? `M${x + margin} ${y + margin}h1v1h-1z` : ""))).join("");
    element.replaceChildren(s("svg", { viewBox: `0 0 ${side} ${side}`, class: "seat-qr", role: "img", "aria-label": say("card-qr") },
      s("rect", { width: side, height: side, fill: "#fff" }), s("path", { d: path, fill: "#000", "shape-rendering": "crispEdges" })));
  } catch {
    // The code itself stands beside it.
    delete element.dataset.of;
  }
}
