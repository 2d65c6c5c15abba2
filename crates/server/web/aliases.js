// Neutral names of programs, which say nothing of whose they are: stars, the same in all languages.
const STARS = ["Altaïr", "Véga", "Deneb", "Rigel", "Sirius", "Capella", "Antarès", "Arcturus", "Bellatrix", "Castor", "Pollux", "Procyon",
  "Régulus", "Spica", "Mizar", "Alcor", "Mira", "Algol", "Adhara", "Alhena", "Alioth", "Alkaïd", "Alphard", "Ankaa", "Canopus", "Dubhé", "Elnath",
  "Fomalhaut", "Gacrux", "Hadar", "Izar", "Kochab", "Maïa", "Mérak", "Mimosa", "Nunki", "Phecda", "Polaris", "Saïph", "Shaula"];

export const aliasOf = (number) => `${STARS[number % STARS.length]}${number < STARS.length ? "" : ` ${Math.floor(number / STARS.length) + 1}`}`;
