// The proof of fairness, verified here: what opens a round must have the fingerprint that was
// published before its first guess.
import { sha256 } from "./sha256.js";
import { h } from "./dom.js";
import { say } from "./speech.js";

export const commitmentOf = (opening) => sha256(opening);

/** The number in an opening: jp1:ROOM:ROUND:MIN..MAX:NUMBER:NONCE. */
export const numberOf = (opening) => opening.split(":")[4];

/** What is shown of it. */
export function proofView({ now, previous }) {
  if (!now) return [h("p", { class: "quiet" }, say("proof-none"))];
  const parts = [
    h("p", {}, say("proof-why")),
    h("p", {}, h("strong", {}, say("proof-now", { round: now.round })), h("br"), h("code", { class: "hex" }, now.commitment)),
  ];
  if (now.changed) parts.push(h("p", { class: "notice warn" }, say("proof-changed")));
  if (previous) {
    const right = previous.computed === previous.commitment
      && (previous.promised === null || previous.promised === previous.commitment);
    parts.push(
      h("p", {}, h("strong", {}, say("proof-before", { round: previous.round, number: numberOf(previous.opening) })), h("br"), h("code", { class: "hex" }, previous.opening)),
      h("p", { class: right ? "notice good" : "notice warn", id: "proof-verdict" }, say(right ? "proof-right" : "proof-wrong")),
      h("p", { class: "quiet small" }, say("proof-yourself"), h("br"), h("code", { class: "hex" }, `printf %s '${previous.opening}' | sha256sum`)),
    );
  }
  return parts;
}
