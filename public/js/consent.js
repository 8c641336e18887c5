// SPDX-License-Identifier: Apache-2.0
// The one choice at the first sign-in. Closing it without a choice leaves everything shut, and it asks again.

import { ask } from './ask.js';
import { closeOnEscape, make } from './dom.js';
import { say } from './words.js';

export function askConsent() {
  if (document.getElementById('rp-consent')) return;
  const status = make('p', { class: 'rp-status', role: 'status', 'data-testid': 'consent-status' });
  const dialog = make(
    'dialog',
    { id: 'rp-consent', class: 'rp-consent', 'aria-labelledby': 'rp-consent-title', 'aria-describedby': 'rp-consent-intro', 'data-testid': 'consent' },
    make('h2', { id: 'rp-consent-title' }, say('consent.title')),
    make('p', { id: 'rp-consent-intro' }, say('consent.intro')),
    choice('remember'),
    choice('session'),
    status,
  );

  function choice(name) {
    const note = `rp-consent-${name}`;
    return make(
      'button',
      { type: 'button', class: 'rp-choice', 'aria-describedby': note, 'data-testid': `consent-${name}`, onclick: () => choose(name) },
      make('strong', {}, say(`consent.${name}`)),
      make('span', { id: note }, say(`consent.${name}_note`)),
    );
  }

  async function choose(name) {
    try {
      await ask('PUT', '/rapport/consent', { choice: name });
      dialog.close();
    } catch {
      status.textContent = say('consent.failed');
    }
  }

  closeOnEscape(dialog);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
