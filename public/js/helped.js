// SPDX-License-Identifier: Apache-2.0
// Whether a memory helped in an answer: two switches, one of which can be on; pressed again it is off.

import { ask } from './ask.js';
import { make } from './dom.js';
import { say } from './words.js';

const CHOICES = [['yes', true], ['no', false]];
const NAMED = 80;

// `tell` says how it went.
export function helpedButtons(answer, item, tell) {
  const path = `/rapport/why/${encodeURIComponent(answer)}/memories/${encodeURIComponent(item.id)}`;
  const named = item.text.length > NAMED ? `${item.text.slice(0, NAMED)} …` : item.text;
  const buttons = CHOICES.map(([name, helped]) => make(
    'button',
    { type: 'button', class: 'rp-small rp-switch', 'aria-label': `${say(`helped.${name}`)}: ${named}`, 'data-testid': `helped-${name}`, onclick: () => choose(helped) },
    say(`helped.${name}`)));
  show();
  return make('div', { class: 'rp-row', role: 'group', 'aria-label': say('helped.label'), 'data-testid': 'helped' }, ...buttons);

  function show() {
    buttons.forEach((button, place) => button.setAttribute('aria-pressed', String(item.helped === CHOICES[place][1])));
  }

  async function choose(helped) {
    try {
      item.helped = (await ask('PUT', path, { helped: item.helped === helped ? null : helped })).helped;
      show();
      tell(item.helped === null ? 'taken_back' : 'noted');
    } catch (refusal) {
      tell(refusal.status === 404 ? 'gone' : 'failed');
    }
  }
}
