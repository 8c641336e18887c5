// SPDX-License-Identifier: Apache-2.0
// "What I know about you": everything that is remembered, in groups, with search, pause, export and import.

import { ask } from './ask.js';
import { carrySection } from './carry.js';
import { icon, make, openPanel } from './dom.js';
import { eraseSection } from './erase.js';
import { factItem } from './fact.js';
import { pauseSection, paused, showPaused } from './pause.js';
import { say } from './words.js';

const FIRST = 30;

export function showMemoryButton(header) {
  if (header.querySelector('.rp-memory-button')) return;
  const button = make(
    'button',
    { type: 'button', class: 'rp-memory-button', 'aria-haspopup': 'dialog', 'data-testid': 'memory-button', onclick: openMemory },
    icon('memory'),
    make('span', { class: 'rp-wide' }, say('memory.button')),
    make('span', { class: 'rp-mark', 'data-testid': 'paused-mark', hidden: true }, say('pause.mark')),
  );
  header.lastElementChild.prepend(button);
  showPaused(paused());
}

async function openMemory() {
  const status = make('p', { class: 'rp-status', role: 'status', 'data-testid': 'memory-status' }, say('memory.loading'));
  const place = make('div', { class: 'rp-memory' });
  const panel = openPanel('memory-panel', say('memory.title'), place, status);
  const tell = (key, ...beside) => status.replaceChildren(key ? say(`memory.${key}`) : '', ...beside);
  try {
    const known = await ask('GET', '/rapport/memory');
    const facts = groups(known.facts, { tell, panel });
    place.append(pauseSection(known.consent, tell), searchField(facts), facts.element, carrySection(known.consent, facts.reload), eraseSection());
    tell('');
  } catch (refusal) {
    tell(refusal.status === 503 ? 'starting' : 'failed');
  }
}

// All facts by category, the groups with the newest first; searched by the server, which knows the forms of words.
function groups(first, { tell, panel }) {
  const element = make('div', { 'data-testid': 'facts' });
  let sought = '';
  let asked = 0;
  const context = { tell, changed: () => reload('changed'), removed };
  show(first);
  return { element, reload, search: (words) => { sought = words; return reload(''); } };

  async function reload(message) {
    const mine = ++asked;
    try {
      const known = await ask('GET', `/rapport/memory${query(sought)}`);
      if (mine !== asked) return;
      show(known.facts);
      tell(message || (sought ? (known.facts.length ? 'found' : 'found_none') : ''));
    } catch {
      tell('failed');
    }
    if (message && !panel.contains(document.activeElement)) panel.querySelector('h2').focus();
  }

  function show(facts) {
    const parts = [...grouped(facts)].map(([category, list]) => group(category, list, context));
    const intro = sought ? '' : say(facts.length ? 'memory.intro' : 'memory.empty');
    element.replaceChildren(make('p', { class: 'rp-note' }, intro), ...parts);
  }

  function removed(item) {
    const items = [...element.querySelectorAll('[data-testid=fact]')];
    const at = items.indexOf(item);
    const next = items[at + 1] ?? items[at - 1];
    const section = item.closest('section');
    item.remove();
    if (!section.querySelector('[data-testid=fact]')) section.remove();
    if (items.length === 1) show([]);
    (next?.querySelector('button') ?? panel.querySelector('h2')).focus();
  }
}

function grouped(facts) {
  const found = new Map();
  for (const fact of facts) found.set(fact.category, [...(found.get(fact.category) ?? []), fact]);
  return found;
}

function group(category, facts, context) {
  const id = `rp-group-${category}`;
  const items = make('ul', { class: 'rp-facts' }, ...facts.slice(0, FIRST).map((fact) => factItem(fact, context)));
  const section = make('section', { 'aria-labelledby': id, 'data-testid': 'group', 'data-category': category },
    make('h3', { id, class: 'rp-group' }, say(`categories.${category}`)), items);
  if (facts.length > FIRST) {
    const more = make('button', { type: 'button', class: 'rp-small', 'data-testid': 'group-more', onclick: () => {
      const rest = facts.slice(FIRST).map((fact) => factItem(fact, context));
      items.append(...rest);
      more.remove();
      rest[0].querySelector('button').focus();
    } }, say('memory.more', { count: facts.length - FIRST }));
    section.append(more);
  }
  return section;
}

function searchField(facts) {
  const field = make('input', { type: 'search', id: 'rp-search', maxlength: '200', autocomplete: 'off', 'data-testid': 'memory-search' });
  let waiting;
  field.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => facts.search(field.value.trim()), 200);
  });
  return make('div', { class: 'rp-search' }, make('label', { for: field.id }, say('memory.search')), field);
}

// What is sought, and the categories that are called so in the person's language.
function query(words) {
  if (!words) return '';
  const asked = new URLSearchParams({ search: words });
  for (const [category, label] of Object.entries(say.all('categories'))) {
    if (words.length > 2 && label.toLowerCase().includes(words.toLowerCase())) asked.append('category', category);
  }
  return `?${asked}`;
}
