// SPDX-License-Identifier: Apache-2.0
// The switch of being remembered, and pausing it for a while; the page's button says when it is paused.

import { ask } from './ask.js';
import { make } from './dom.js';
import { say } from './words.js';

let now = false;

export const paused = () => now;

export function showPaused(is) {
  now = is;
  const button = document.querySelector('.rp-memory-button');
  if (!button) return;
  const label = say(is ? 'pause.button' : 'memory.button');
  button.title = label;
  button.setAttribute('aria-label', label);
  button.querySelector('.rp-mark').hidden = !is;
}

export function pauseSection(consent, tell) {
  const box = make('input', { type: 'checkbox', role: 'switch', id: 'rp-remember', 'aria-describedby': 'rp-remember-note', 'data-testid': 'consent-switch' });
  const note = make('p', { class: 'rp-note', id: 'rp-remember-note' });
  const button = make('button', { type: 'button', class: 'rp-small', 'data-testid': 'pause', onclick: () => choose(consent === 'paused' ? 'remember' : 'paused') });
  const row = make('div', { class: 'rp-row' }, button);
  const section = make('div', { class: 'rp-consent-switch' }, box, make('label', { for: box.id }, say('memory.consent_label')), note, row);
  box.addEventListener('change', () => choose(box.checked ? 'remember' : 'session'));
  show();
  return section;

  function show() {
    const is = consent === 'paused';
    box.checked = is || consent === 'remember';
    note.textContent = say(is ? 'pause.on' : box.checked ? 'memory.consent_on' : 'memory.consent_off');
    row.hidden = !box.checked;
    button.textContent = say(is ? 'pause.resume' : 'pause.pause');
    button.classList.toggle('rp-main', is);
    section.classList.toggle('rp-paused', is);
    showPaused(is);
  }

  async function choose(choice) {
    try {
      ({ consent } = await ask('PUT', '/rapport/consent', { choice }));
      tell('');
    } catch (refusal) {
      if (refusal.status === 409) ({ consent } = await ask('GET', '/rapport/me').catch(() => ({ consent })));
      tell('failed');
    }
    show();
    section.dispatchEvent(new CustomEvent('rapport:consent', { bubbles: true, detail: consent }));
  }
}
