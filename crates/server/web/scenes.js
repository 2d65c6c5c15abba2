// The projector's scenes. The teacher's screen and the projector are pages of one browser: the scene of
// a room is kept there, and the projector hears of a change at once.
import { recalled, remember } from "./speech.js";

export const SCENES = ["join", "wall", "podium", "lesson", "programs", "protocol", "wire", "matrix", "bell"];

const keyOf = (room) => `jp.scene.${room}`;

/** The scene that is shown for a room. */
export function sceneOf(room) {
  const kept = recalled(keyOf(room));
  return SCENES.includes(kept) ? kept : "wall";
}

export function show(room, scene) {
  if (scene !== "wire") leave("wire", room);
  remember(keyOf(room), scene);
}

/** Shows a scene, in the projector's window of this room. */
export function project(room, scene) {
  show(room, scene);
  open(`/ecran#${room}`, `ecran-${room}`);
}

const volunteerOf = (room) => `jp.wire.${room}`;

/** The player whose program's wire is shown, until the scene is left. */
export const volunteer = (room) => recalled(volunteerOf(room));

/** A scene is left: a volunteer is one for this time only. */
export function leave(scene, room) {
  if (scene === "wire") remember(volunteerOf(room), "");
}

/** Shows the wire of a volunteer's program. */
export function projectWire(room, player) {
  remember(volunteerOf(room), player);
  project(room, "wire");
}

/** Where each plays for a number of their own, what a program hears helps nobody else. */
export const mayShowWire = ({ rules }) => rules.mode === "solo";

/** Calls back when another page has changed the scene of a room. */
export const onScene = (room, call) => addEventListener("storage", ({ key }) => { if (key === keyOf(room)) call(); });
