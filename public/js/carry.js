// SPDX-License-Identifier: Apache-2.0
// Taking one's memory along as a file, and bringing one in.

import { ask } from './ask.js';
import { make } from './dom.js';
import { say } from './words.js';

const LARGEST = 16 * 1024 * 1024;

// `reload` shows what came in.
export function carrySection(consent, reload) {
  const result = make('div', { role: 'status', 'data-testid': 'import-result' });
  const field = make('input', { type: 'file', id: 'rp-import', accept: '.json,.txt,.md,application/json,text/plain', class: 'rp-file', 'data-testid': 'import-file' });
  const note = make('p', { class: 'rp-note', id: 'rp-import-note' });
  field.setAttribute('aria-describedby', note.id);
  field.addEventListener('change', () => { if (field.files[0]) bring(field.files[0], false); });
  const section = make('section', { class: 'rp-carry', 'aria-labelledby': 'rp-carry-title' },
    make('h3', { id: 'rp-carry-title', class: 'rp-group' }, say('carry.title')),
    make('p', { class: 'rp-note' }, say('carry.export_note')),
    make('div', { class: 'rp-row' }, make('a', { class: 'rp-small', href: '/rapport/export', download: '', 'data-testid': 'export' }, say('carry.export'))),
    make('div', { class: 'rp-import' }, make('label', { for: field.id }, say('carry.import')), field, note),
    result);
  allow(consent);
  document.getElementById('memory-panel')?.addEventListener('rapport:consent', (event) => allow(event.detail));
  return section;

  function allow(choice) {
    field.disabled = choice !== 'remember';
    note.textContent = say(choice === 'remember' ? 'carry.import_note' : choice === 'paused' ? 'carry.import_paused' : 'carry.import_off');
  }

  async function bring(file, forgotten) {
    if (file.size > LARGEST) return tell([say('carry.large')]);
    tell([say('carry.working')]);
    field.disabled = true;
    try {
      const tally = await ask('POST', `/rapport/import${forgotten ? '?forgotten=true' : ''}`, file);
      await reload('');
      tell(lines(tally), tally.reasons);
      if (tally.forgotten && !forgotten) {
        result.append(make('button', { type: 'button', class: 'rp-small', 'data-testid': 'import-forgotten', onclick: () => bring(file, true) }, say('carry.forgotten_too')));
      }
    } catch (refusal) {
      const faults = refusal.status === 422 && Array.isArray(refusal.detail) ? refusal.detail : [];
      tell([say(faults.length ? 'carry.faults' : refusal.status === 413 ? 'carry.large' : 'memory.failed')], faults);
    }
    field.value = '';
    field.disabled = false;
    field.focus();
  }

  function tell(sentences, reasons = []) {
    result.replaceChildren(
      ...sentences.map((text) => make('p', {}, text)),
      reasons.length ? make('ul', { class: 'rp-faults' }, ...reasons.map((reason) => make('li', {}, reason))) : '',
    );
  }
}

function lines(tally) {
  const found = [say('carry.facts', { added: tally.added, former: tally.former, known: tally.known })];
  if (tally.turns + tally.turns_known) found.push(say('carry.turns', { added: tally.turns, known: tally.turns_known }));
  if (tally.forgotten) found.push(say('carry.forgotten', { count: tally.forgotten }));
  if (tally.refused) found.push(say('carry.refused', { count: tally.refused }));
  return found;
}
