// SPDX-License-Identifier: Apache-2.0
// "What I know about you": everything that is remembered, with correct, forget and the switch of consent.

import { ask } from './ask.js';
import { icon, make, openPanel } from './dom.js';
import { day, say } from './words.js';

export function showMemoryButton(header) {
  if (header.querySelector('.rp-memory-button')) return;
  const label = say('memory.button');
  const button = make(
    'button',
    { type: 'button', class: 'rp-memory-button', title: label, 'aria-label': label, 'aria-haspopup': 'dialog', 'data-testid': 'memory-button', onclick: openMemory },
    icon('memory'),
    make('span', { class: 'rp-wide' }, label),
  );
  header.lastElementChild.prepend(button);
}

async function openMemory() {
  const status = make('p', { class: 'rp-status', role: 'status', 'data-testid': 'memory-status' }, say('memory.loading'));
  const place = make('div', { class: 'rp-memory' });
  const panel = openPanel('memory-panel', say('memory.title'), place, status);
  const tell = (key) => { status.textContent = key ? say(`memory.${key}`) : ''; };
  try {
    const known = await ask('GET', '/rapport/memory');
    place.append(consentSwitch(known.consent, tell), list(known.facts, tell, panel));
    tell('');
  } catch (refusal) {
    tell(refusal.status === 503 ? 'starting' : 'failed');
  }
}

function consentSwitch(consent, tell) {
  const box = make('input', { type: 'checkbox', role: 'switch', id: 'rp-remember', 'data-testid': 'consent-switch' });
  const note = make('p', { class: 'rp-note' });
  box.checked = consent === 'remember';
  const explain = () => { note.textContent = say(box.checked ? 'memory.consent_on' : 'memory.consent_off'); };
  explain();
  box.addEventListener('change', async () => {
    try {
      await ask('PUT', '/rapport/consent', { choice: box.checked ? 'remember' : 'session' });
      tell('');
    } catch {
      box.checked = !box.checked;
      tell('failed');
    }
    explain();
  });
  return make('div', { class: 'rp-consent-switch' }, box, make('label', { for: 'rp-remember' }, say('memory.consent_label')), note);
}

function list(facts, tell, panel) {
  const items = make('ul', { class: 'rp-facts', 'data-testid': 'facts' });
  const intro = make('p', { class: 'rp-note' });
  const count = () => { intro.textContent = say(items.children.length ? 'memory.intro' : 'memory.empty'); };
  const removed = (item) => {
    const next = item.nextElementSibling ?? item.previousElementSibling;
    item.remove();
    count();
    (next?.querySelector('button') ?? panel.querySelector('h2')).focus();
  };
  for (const fact of facts) items.append(factItem(fact, tell, removed));
  count();
  return make('div', {}, intro, items);
}

function factItem(fact, tell, removed) {
  const item = make('li', { 'data-testid': 'fact', 'data-fact': fact.id });
  show();
  return item;

  function show() {
    const where = ['web', 'terminal', 'panel'].includes(fact.channel) ? fact.channel : 'other';
    const said = fact.said_by === 'user' ? 'memory.learned' : 'memory.said_otherwise';
    item.replaceChildren(
      make('p', { class: 'rp-fact', 'data-testid': 'fact-text' }, fact.text),
      make('p', { class: 'rp-note' }, say(said, { date: day(fact.learned_at), channel: say(`memory.channel_${where}`) })),
      make('div', { class: 'rp-row' }, act('correct', edit), act('forget', confirm)),
    );
  }

  function act(name, onclick) {
    return make('button', { type: 'button', class: 'rp-small', 'aria-label': `${say(`memory.${name}`)}: ${fact.text}`, 'data-testid': `fact-${name}`, onclick }, say(`memory.${name}`));
  }

  function back() {
    show();
    item.querySelector('button').focus();
  }

  function edit() {
    const field = make('textarea', { id: `rp-edit-${fact.id}`, rows: '3', maxlength: '500', 'data-testid': 'fact-edit' });
    field.value = fact.text;
    item.replaceChildren(
      make('label', { for: field.id, class: 'rp-note' }, say('memory.edit_label')),
      field,
      make('div', { class: 'rp-row' },
        make('button', { type: 'button', class: 'rp-small rp-main', 'data-testid': 'fact-save', onclick: () => save(field) }, say('memory.save')),
        make('button', { type: 'button', class: 'rp-small', 'data-testid': 'fact-cancel', onclick: back }, say('memory.cancel'))),
    );
    field.focus();
  }

  async function save(field) {
    if (!field.value.trim()) return tell('invalid');
    try {
      fact = await ask('PATCH', `/rapport/memory/${encodeURIComponent(fact.id)}`, { text: field.value.trim() });
      item.dataset.fact = fact.id;
      tell('corrected');
      back();
    } catch (refusal) {
      failed(refusal);
    }
  }

  function confirm() {
    const keep = make('button', { type: 'button', class: 'rp-small', 'data-testid': 'fact-keep', onclick: back }, say('memory.confirm_no'));
    item.append(
      make('div', { class: 'rp-row rp-confirm', role: 'group', 'aria-label': say('memory.confirm') },
        make('span', {}, say('memory.confirm')),
        make('button', { type: 'button', class: 'rp-small rp-danger', 'data-testid': 'fact-forget-yes', onclick: forget }, say('memory.confirm_yes')),
        keep),
    );
    item.querySelector('.rp-row').remove();
    keep.focus();
  }

  async function forget() {
    try {
      await ask('DELETE', `/rapport/memory/${encodeURIComponent(fact.id)}`);
      tell('forgotten');
      removed(item);
    } catch (refusal) {
      failed(refusal);
    }
  }

  function failed(refusal) {
    if (refusal.status === 404) removed(item);
    tell(refusal.status === 404 ? 'gone' : refusal.status === 422 ? 'invalid' : 'failed');
  }
}
