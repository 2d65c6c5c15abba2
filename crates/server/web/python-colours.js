// The colours of a Python program. They stand behind the text that is typed.
import { h } from "./dom.js";

const WORDS = "False|None|True|and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield|match|case";
/** In this order: comments, strings, numbers, words of the language. */
const PARTS = new RegExp([
  "(?<comment>#[^\\n]*)",
  "(?<text>\\b[rRbBfFuU]{0,2}(?:\"\"\"[^]*?(?:\"\"\"|$)|'''[^]*?(?:'''|$)|\"(?:\\\\.|[^\"\\\\\\n])*\"?|'(?:\\\\.|[^'\\\\\\n])*'?)|(?:\"\"\"[^]*?(?:\"\"\"|$)|'''[^]*?(?:'''|$)|\"(?:\\\\.|[^\"\\\\\\n])*\"?|'(?:\\\\.|[^'\\\\\\n])*'?))",
  "(?<number>\\b\\d[\\w.]*)",
  `(?<word>\\b(?:${WORDS})\\b)`,
].join("|"), "gu");

/** The program's text, in coloured pieces. */
export function coloured(text) {
  const pieces = [];
  let end = 0;
  for (const found of text.matchAll(PARTS)) {
    const [kind] = Object.entries(found.groups).find(([, value]) => value !== undefined);
    pieces.push(text.slice(end, found.index), h("span", { class: kind }, found[0]));
    end = found.index + found[0].length;
  }
  // A last empty line has its height too.
  pieces.push(text.slice(end), "\n ");
  return pieces;
}
