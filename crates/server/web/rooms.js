// The list of rooms: those of today, the half-groups of a class together, and those of earlier hours
// folded away by date. The rooms of a class share what their codes have before the first "_".
import { h } from "./dom.js";
import { lang, say } from "./speech.js";

export const classOf = (code) => code.split("_")[0] || code;

/** The codes of the rooms of one class. */
export const roomsOfClass = (rooms, code) => rooms.map((room) => room.code).filter((one) => classOf(one) === classOf(code));

/** A free code for another half-group. */
export function halfGroup(rooms, code) {
  const taken = roomsOfClass(rooms, code);
  let number = 2;
  while (taken.includes(`${classOf(code)}_${number}`)) number += 1;
  return `${classOf(code)}_${number}`;
}

const dayOf = (time) => new Date(time).toDateString();

/** Today's rooms by class, and earlier ones by the day on which something last happened in them, the
    latest first. The chosen room counts as one of today. */
export function groupsOf(rooms, chosen) {
  const today = dayOf(Date.now());
  const isOld = ({ code, last }) => code !== chosen && dayOf(last) !== today;
  const now = new Map();
  for (const { code, players } of rooms.filter((room) => !isOld(room))) {
    now.set(classOf(code), [...(now.get(classOf(code)) ?? []), [code, players]]);
  }
  const days = new Map();
  for (const { code, players, last } of rooms.filter(isOld).sort((a, b) => b.last - a.last)) {
    days.set(dayOf(last), [...(days.get(dayOf(last)) ?? []), [code, players]]);
  }
  return { now: [...now], days: [...days] };
}

/** The list. `entry(code, label, count)` makes the line of a room. */
export function roomsView({ now, days }, entry) {
  const lines = (rooms) => rooms.map(([code, players]) => entry(code, code, players));
  const group = ([name, rooms]) => (rooms.length === 1 ? lines(rooms)
    : h("li", {}, h("span", { class: "quiet small" }, say("room-class", { name })), h("ul", { class: "rooms" }, lines(rooms))));
  const day = ([date, rooms]) => h("li", {}, h("span", { class: "quiet small" }, new Date(date).toLocaleDateString(lang, { dateStyle: "full" })), h("ul", { class: "rooms" }, lines(rooms)));
  const earlier = days.length === 0 ? null : h("li", {}, h("details", { class: "earlier" },
    h("summary", {}, say("rooms-earlier", { count: days.reduce((sum, [, rooms]) => sum + rooms.length, 0) })), h("ul", { class: "rooms" }, days.map(day))));
  return [entry("HALL", say("hall"), null), now.flatMap(group), earlier];
}
