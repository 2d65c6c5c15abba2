// The pages' language: French unless the reader has chosen English, or reads only English.
import { byId, put } from "./dom.js";
import { fr } from "./phrases/fr.js";
import { en } from "./phrases/en.js";
import { prof as profFr } from "./phrases/prof-fr.js";
import { prof as profEn } from "./phrases/prof-en.js";
import { lecon as leconFr } from "./phrases/lecon-fr.js";
import { lecon as leconEn } from "./phrases/lecon-en.js";
import { atelier as atelierFr } from "./phrases/atelier-fr.js";
import { atelier as atelierEn } from "./phrases/atelier-en.js";
import { classe as classeFr } from "./phrases/class-fr.js";
import { classe as classeEn } from "./phrases/class-en.js";

const catalogues = {
  fr: { ...fr, ...profFr, ...leconFr, ...atelierFr, ...classeFr },
  en: { ...en, ...profEn, ...leconEn, ...atelierEn, ...classeEn },
};
const KEY = "jp.lang";

/** What this reader has chosen before, if the browser keeps anything. */
export function recalled(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

/** Keeps a choice of this reader, where the browser keeps anything. */
export function remember(key, value) {
  try { localStorage.setItem(key, value); } catch { /* A private window forgets. */ }
}

function first() {
  const chosen = recalled(KEY);
  if (chosen in catalogues) return chosen;
  const languages = navigator.languages ?? [navigator.language ?? "fr"];
  const known = languages.map((one) => one.slice(0, 2)).find((one) => one in catalogues);
  return known ?? "fr";
}

export let lang = first();

/** The sentence of this name, with its values put in. */
export function say(name, values = {}) {
  const phrase = catalogues[lang][name];
  if (phrase === undefined) throw new Error(`no phrase ${name}`);
  return typeof phrase === "function" ? phrase(values) : phrase;
}

/** Whether the catalogue has a sentence of this name. */
export const has = (name) => name in catalogues[lang];

/** Gives every element with data-say its sentence; attributes by data-say-label and the like. */
export function speak(root = document) {
  document.documentElement.lang = lang;
  for (const element of root.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  for (const element of root.querySelectorAll("[data-say-label]")) element.setAttribute("aria-label", say(element.dataset.sayLabel));
  for (const element of root.querySelectorAll("[data-say-title]")) element.title = say(element.dataset.sayTitle);
  for (const element of root.querySelectorAll("[data-say-placeholder]")) element.placeholder = say(element.dataset.sayPlaceholder);
}

/** How the page's line to the server is, or that the journal behind it is away. */
export function drawLineState({ line: told, away }) {
  if (!told) return;
  const line = away ? { name: "journal-away" } : told;
  const chip = byId("line-state");
  put(chip, say(line.name, line.values));
  chip.className = `chip ${line.name === "line-open" || line.name === "line-http" ? "good" : "warn"}`;
}

/** The buttons of the bar: the other language, and light or dark. */
export function shell(redraw) {
  const language = document.getElementById("language");
  const theme = document.getElementById("theme");
  const chosen = recalled("jp.theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
  const draw = () => {
    speak();
    language.textContent = lang === "fr" ? "English" : "Français";
    language.lang = lang === "fr" ? "en" : "fr";
    redraw?.();
  };
  language.addEventListener("click", () => {
    lang = lang === "fr" ? "en" : "fr";
    remember(KEY, lang);
    draw();
  });
  theme.addEventListener("click", () => {
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const now = document.documentElement.dataset.theme ?? system;
    const next = now === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    remember("jp.theme", next);
  });
  draw();
}
