// SPDX-License-Identifier: Apache-2.0
// Says that it is an AI before the first word is written.

import { make } from './dom.js';
import { say } from './words.js';

export function showNotice() {
  const screen = document.getElementById('welcome-screen');
  if (!screen || screen.querySelector('.rp-notice')) return;
  const notice = make(
    'section',
    { class: 'rp-notice', 'aria-label': say('notice.title'), 'data-testid': 'ai-notice' },
    make('h2', {}, say('notice.title')),
    make('p', {}, say('notice.body')),
  );
  screen.append(notice);
}
