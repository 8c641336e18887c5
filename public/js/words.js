// SPDX-License-Identifier: Apache-2.0
// Our words in the person's language, from one JSON file a language.

const KNOWN = ['en', 'de'];

export const language = KNOWN.find((known) => navigator.language.toLowerCase().startsWith(known)) ?? 'en';

let words = {};

export async function loadWords() {
  const response = await fetch(`/public/strings/${language}.json`);
  words = (await response.json()).panels;
  document.documentElement.lang = language;
}

// The text at "panel.key", with {name}s filled in; a key without a text is shown as it is.
export function say(path, values = {}) {
  const text = path.split('.').reduce((part, key) => part?.[key], words) ?? path.split('.').at(-1);
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// All texts of a panel by their keys.
say.all = (panel) => words[panel] ?? {};

export function day(iso, alone = false) {
  return new Date(iso).toLocaleString(language, { dateStyle: 'medium', ...(alone ? {} : { timeStyle: 'short' }) });
}
