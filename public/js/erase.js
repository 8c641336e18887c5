// SPDX-License-Identifier: Apache-2.0
// "Erase me", at the end of the memory panel, and forgetting what was learned in a conversation that is deleted.

import { ask } from './ask.js';
import { make } from './dom.js';
import { say } from './words.js';

export function eraseSection() {
  const body = make('div', {});
  const section = make('section', { class: 'rp-carry', 'aria-labelledby': 'rp-erase-title', 'data-testid': 'erase' },
    make('h3', { id: 'rp-erase-title', class: 'rp-group' }, say('erase.title')), body);
  offer();
  return section;

  function offer() {
    body.replaceChildren(
      make('p', { class: 'rp-note' }, say('erase.note')),
      make('div', { class: 'rp-row' }, make('button', { type: 'button', class: 'rp-small', 'data-testid': 'erase-me', onclick: confirm }, say('erase.button'))),
    );
  }

  function confirm() {
    const field = make('input', { type: 'password', id: 'rp-erase-password', autocomplete: 'current-password', required: true, maxlength: '1000', class: 'rp-erase-field', 'data-testid': 'erase-password' });
    const status = make('p', { class: 'rp-erase-status', role: 'alert', 'data-testid': 'erase-status' });
    const yes = make('button', { type: 'submit', class: 'rp-small rp-danger', 'data-testid': 'erase-yes' }, say('erase.yes'));
    const no = make('button', { type: 'button', class: 'rp-small', 'data-testid': 'erase-no', onclick: () => { offer(); body.querySelector('button').focus(); } }, say('erase.no'));
    const form = make('form', { class: 'rp-erase' },
      make('p', { class: 'rp-fact' }, say('erase.warning')),
      make('label', { for: field.id, class: 'rp-note' }, say('erase.password')),
      field,
      make('div', { class: 'rp-row' }, yes, no),
      status);
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      yes.disabled = no.disabled = true;
      status.textContent = say('erase.working');
      try {
        done(await ask('POST', '/rapport/erase/me', { password: field.value }));
      } catch (refusal) {
        const known = { 401: 'signed_out', 403: 'wrong', 429: 'too_many', 503: 'unavailable' };
        status.textContent = say(`erase.${known[refusal.status] ?? 'failed'}`);
        yes.disabled = no.disabled = false;
        field.focus();
        status.scrollIntoView({ block: 'nearest' });
      }
    });
    body.replaceChildren(form);
    field.focus();
    form.scrollIntoView({ block: 'nearest' });
  }
}

// What proves an erasure, to be kept by its person.
export function receiptLink(receipt, look = '') {
  const file = new Blob([JSON.stringify(receipt, null, 2)], { type: 'application/json' });
  return make('a', { class: `rp-small ${look}`, href: URL.createObjectURL(file), download: `rapport-erasure-${receipt.id}.json`, 'data-testid': 'erase-download' }, say('erase.download'));
}

// The person is signed out: nothing of the page is left to use but the receipt.
function done(receipt) {
  const panel = document.getElementById('memory-panel');
  const rows = Object.values(receipt.rows).reduce((sum, count) => sum + count, 0);
  const heading = panel.querySelector('h2');
  heading.textContent = say('erase.done');
  panel.querySelector('.rp-body').replaceChildren(make('div', { class: 'rp-erase' },
    make('p', { class: 'rp-fact', 'data-testid': 'erase-receipt' }, say('erase.receipt', { rows, vectors: receipt.vectors })),
    make('p', { class: 'rp-note' }, say(receipt.searched.found ? 'erase.searched_found' : 'erase.searched', receipt.searched)),
    ...receipt.pending.map((pending) => make('p', { class: 'rp-note' }, `${say('erase.pending')}: ${pending}`)),
    make('p', { class: 'rp-note' }, say('erase.number', { id: receipt.id })),
    make('div', { class: 'rp-row' },
      receiptLink(receipt, 'rp-main'),
      make('button', { type: 'button', class: 'rp-small', 'data-testid': 'erase-leave', onclick: leave }, say('erase.leave')))),
  );
  panel.addEventListener('close', leave);
  heading.focus();
}

function leave() {
  window.location.assign('/login');
}

let chosen = '';

// The sidebar's menu does not say in its dialog which conversation it is about; the entry that was pressed does.
document.addEventListener('pointerdown', remember, true);
document.addEventListener('keydown', remember, true);

function remember(event) {
  const entry = event.target instanceof Element && event.target.closest('#thread-history li');
  const link = entry && entry.querySelector('a[href*="/thread/"]');
  if (link) chosen = link.getAttribute('href').split('/thread/')[1];
}

export function offerForgetting() {
  const dialog = document.querySelector('[role="alertdialog"]');
  if (!dialog || !chosen || dialog.querySelector('.rp-forget')) return;
  const buttons = dialog.querySelectorAll('button');
  const confirm = buttons[buttons.length - 1];
  if (!confirm) return;
  const conversation = chosen;
  const box = make('input', { type: 'checkbox', id: 'rp-forget', 'data-testid': 'forget-too' });
  const status = make('span', { role: 'alert', class: 'rp-note' });
  confirm.parentElement.before(make('p', { class: 'rp-forget' }, box, make('label', { for: box.id }, say('erase.conversation')), status));
  confirm.addEventListener('click', async (event) => {
    if (!box.checked) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    confirm.disabled = true;
    status.textContent = say('erase.working');
    try {
      await ask('POST', `/rapport/erase/conversation/${encodeURIComponent(conversation)}`);
      // The page's own list knows of no deletion but its own, so it is read anew.
      window.location.assign(window.location.pathname.includes(conversation) ? '/' : window.location.pathname);
    } catch {
      confirm.disabled = false;
      status.textContent = say('erase.failed');
    }
  }, true);
}
