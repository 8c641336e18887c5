// SPDX-License-Identifier: Apache-2.0
// Rapport's panels, beside Chainlit's page: loaded before it, at home in it from then on.

import { askConsent } from './js/consent.js';
import { offerForgetting } from './js/erase.js';
import { showMemoryButton } from './js/memory.js';
import { showNotice } from './js/notice.js';
import { watchOwnValues } from './js/own.js';
import { watchPasting } from './js/paste.js';
import { showPaused } from './js/pause.js';
import { nameNotices, showWhyButtons } from './js/why.js';
import { loadWords } from './js/words.js';
import { ask } from './js/ask.js';

if (!localStorage.getItem('vite-ui-theme')) localStorage.setItem('vite-ui-theme', 'system');

let known = false;

async function meet() {
  if (known) return;
  known = true;
  try {
    const me = await ask('GET', '/rapport/me');
    if (me.consent === 'undecided') askConsent();
    showPaused(me.consent === 'paused');
  } catch {
    known = false;
  }
}

function settle() {
  const header = document.getElementById('header');
  if (!header) return;
  meet();
  showMemoryButton(header);
  showNotice();
  showWhyButtons();
  watchOwnValues();
  nameNotices();
  offerForgetting();
}

watchPasting();
await loadWords();
let waiting = false;
new MutationObserver(() => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    settle();
  });
}).observe(document.documentElement, { childList: true, subtree: true });
settle();
