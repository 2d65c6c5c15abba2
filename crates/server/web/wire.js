// « Sur le fil »: the bytes that the last guess was, and what it would be by raw TCP.
import { h } from "./dom.js";
import { say } from "./speech.js";

const bytesOf = (text) => [...new TextEncoder().encode(text)];
const hex = (bytes) => bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");
/** Text with its invisible characters shown. */
const shown = (text) => text.replaceAll("\n", "⏎");

/** The head of a frame (RFC 6455, section 5.2): the browser's are masked, the server's are not. */
function head(length, masked) {
  const flag = masked ? 0x80 : 0;
  const size = length < 126 ? [flag | length] : [flag | 126, length >> 8, length & 255];
  return [0x81, ...size];
}

function item(label, bytes, text) {
  return [h("dt", {}, label), h("dd", {}, h("code", { class: "hex" }, hex(bytes)), h("br"), h("code", {}, shown(text)))];
}

export function wireView(wire) {
  if (!wire) return [h("p", { class: "quiet" }, say("wire-none"))];
  const request = JSON.stringify(wire.request);
  const { text, ...rest } = wire.reply;
  const reply = JSON.stringify(wire.reply);
  const [out, back] = [bytesOf(request), bytesOf(reply)];
  const line = `${wire.guess}\n`;
  const parts = [];
  if (!wire.polls) {
    parts.push(
      h("h3", {}, say("wire-frame")),
      h("dl", { class: "bytes" },
        item(say("wire-head"), head(out.length, true), say("wire-head-text", { length: out.length })),
        h("dt", {}, say("wire-mask")), h("dd", { class: "quiet" }, say("wire-mask-text")),
        item(say("wire-request"), out, request),
        item(say("wire-answer"), [...head(back.length, false), ...back], reply)),
    );
  } else {
    parts.push(h("p", { class: "quiet" }, say("wire-http")));
  }
  parts.push(
    h("h3", {}, say("wire-tcp")),
    h("dl", { class: "bytes" }, item(say("wire-request"), bytesOf(line), line), item(say("wire-answer"), bytesOf(`${text}\n`), `${text}\n`)),
    h("p", { class: "quiet small" }, say("wire-compare", {
      frame: head(out.length, true).length + 4 + out.length, tcp: bytesOf(line).length,
    })),
  );
  return parts;
}
