// SPDX-License-Identifier: Apache-2.0
// One remembered fact: what it says and where it is from, and what can be done with it.

import { ask } from './ask.js';
import { make } from './dom.js';
import { receiptLink } from './erase.js';
import { day, say } from './words.js';

const CHANNELS = ['web', 'terminal', 'panel'];

// `tell` says how it went, with what stands beside it; `changed` reads everything anew, `removed` takes the item away.
export function factItem(fact, { tell, changed, removed }) {
  const item = make('li', { 'data-testid': 'fact' });
  show();
  return item;

  function path(more = '') {
    return `/rapport/memory/${encodeURIComponent(fact.id)}${more}`;
  }

  function show() {
    item.dataset.fact = fact.id;
    item.dataset.hidden = fact.hidden;
    const hidden = fact.hidden ? [make('p', { class: 'rp-hidden', 'data-testid': 'fact-hidden' }, say('memory.hidden'))] : [];
    item.replaceChildren(
      make('p', { class: 'rp-fact', 'data-testid': 'fact-text' }, fact.text),
      ...hidden,
      make('p', { class: 'rp-note', 'data-testid': 'fact-source' }, ...source()),
      make('div', { class: 'rp-row' },
        act('correct', edit),
        act(fact.hidden ? 'show' : 'hide', hide, 'hide'),
        act('forget', confirm),
        fact.changed ? act('history', history) : null),
    );
  }

  function source() {
    const where = CHANNELS.includes(fact.channel) ? fact.channel : 'other';
    const said = fact.channel === 'import' ? 'imported' : fact.said_by === 'user' ? 'learned' : 'said_otherwise';
    const words = { date: day(fact.learned_at), channel: say(`memory.channel_${where}`), first: day(fact.first_said_at ?? fact.learned_at) };
    const since = fact.holds_since.slice(0, 10) < fact.learned_at.slice(0, 10) && fact.channel !== 'import';
    const place = fact.conversation;
    return [
      say(`memory.${said}`, words),
      place ? ' · ' : null,
      place ? make('a', { href: `/thread/${encodeURIComponent(place.id)}`, 'data-testid': 'fact-conversation' }, say('memory.conversation', { title: place.title })) : null,
      since ? ` · ${say('memory.holds_since', { date: day(fact.holds_since, true) })}` : null,
    ];
  }

  function act(name, onclick, id = name) {
    return make('button', { type: 'button', class: 'rp-small', 'aria-label': `${say(`memory.${name}`)}: ${fact.text}`, 'data-testid': `fact-${id}`, onclick }, say(`memory.${name}`));
  }

  function back(to = 'fact-correct') {
    show();
    item.querySelector(`[data-testid=${to}]`).focus();
  }

  function edit() {
    const field = make('textarea', { id: `rp-edit-${fact.id}`, rows: '3', maxlength: '500', 'data-testid': 'fact-edit' });
    field.value = fact.text;
    item.replaceChildren(
      make('label', { for: field.id, class: 'rp-note' }, say('memory.edit_label')),
      field,
      make('div', { class: 'rp-row' },
        make('button', { type: 'button', class: 'rp-small rp-main', 'data-testid': 'fact-save', onclick: () => save(field) }, say('memory.save')),
        make('button', { type: 'button', class: 'rp-small', 'data-testid': 'fact-cancel', onclick: () => back() }, say('memory.cancel'))),
    );
    field.focus();
  }

  async function save(field) {
    if (!field.value.trim()) return tell('invalid');
    const place = fact.conversation;
    try {
      fact = await ask('PATCH', path(), { text: field.value.trim(), version: fact.version });
      fact.conversation ??= place;
      tell('corrected');
      back();
    } catch (refusal) {
      failed(refusal);
    }
  }

  async function hide() {
    const { conversation, changed: before } = fact;
    try {
      fact = { ...(await ask('PUT', path('/hidden'), { hidden: !fact.hidden, version: fact.version })), conversation, changed: before };
      tell(fact.hidden ? 'now_hidden' : 'now_shown');
      back('fact-hide');
    } catch (refusal) {
      failed(refusal);
    }
  }

  async function history() {
    const shown = item.querySelector('.rp-history');
    if (shown) return shown.remove();
    try {
      const { versions } = await ask('GET', path('/history'));
      const lines = versions.map((one) => make('li', { 'data-testid': 'fact-version' },
        make('span', { class: 'rp-gone' }, one.text),
        ` · ${say('memory.held', { from: day(one.holds_since, true), to: day(one.held_until ?? one.learned_at, true) })}`));
      item.append(make('ol', { class: 'rp-history rp-note', 'aria-label': `${say('memory.history')}: ${fact.text}`, 'data-testid': 'fact-versions' }, ...lines));
      tell('');
    } catch (refusal) {
      failed(refusal);
    }
  }

  function confirm() {
    const keep = make('button', { type: 'button', class: 'rp-small', 'data-testid': 'fact-keep', onclick: () => back() }, say('memory.confirm_no'));
    item.querySelector('.rp-history')?.remove();
    item.append(
      make('div', { class: 'rp-row rp-confirm', role: 'group', 'aria-label': say('memory.confirm') },
        make('span', {}, say('memory.confirm')),
        make('button', { type: 'button', class: 'rp-small rp-danger', 'data-testid': 'fact-forget-yes', onclick: forget }, say('memory.confirm_yes')),
        keep),
    );
    item.querySelector('.rp-row').remove();
    keep.focus();
  }

  async function forget(event) {
    event.currentTarget.disabled = true;
    try {
      const receipt = await ask('POST', `/rapport/erase/item/${encodeURIComponent(fact.id)}`);
      tell('forgotten', ' ', receiptLink(receipt));
      removed(item);
    } catch (refusal) {
      failed(refusal);
    }
  }

  function failed(refusal) {
    if (refusal.status === 409) return changed();
    if (refusal.status === 404) removed(item);
    tell(refusal.status === 404 ? 'gone' : refusal.status === 422 ? 'invalid' : 'failed');
  }
}
