// The teacher's requests, and the private link's token for a cookie.
import { say } from "./speech.js";

/** The server refused, and says why. */
export class Refused extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

/** Asks the server; with a body it is something to do, and so it is with another method. */
export async function request(path, body, method = "POST") {
  const options = body === undefined ? (method === "POST" ? {} : { method }) : {
    method, headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  };
  const answer = await fetch(path, { cache: "no-store", ...options }).catch(() => { throw new Refused(0, say("server-silent")); });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new Refused(answer.status, problem.sentence ?? say("server-silent"));
  }
  return answer.status === 204 ? null : answer.json();
}

const TOKEN = /^[0-9a-zA-Z_-]{20,64}$/;

/** Exchanges the token of the address bar, if there is one, and takes it away from there. What else
    may stand there is a room's code. */
export async function signIn() {
  const word = location.hash.slice(1);
  if (TOKEN.test(word)) {
    history.replaceState(null, "", location.pathname);
    const answer = await fetch("/prof/session", { method: "POST", body: word });
    if (answer.ok) return { signedIn: true };
    const problem = await answer.json().catch(() => ({}));
    return { signedIn: false, error: problem.sentence ?? say("server-silent") };
  }
  const answer = await fetch("/prof/session", { cache: "no-store" });
  return { signedIn: answer.ok, room: word };
}
