// SPDX-License-Identifier: Apache-2.0
// "Why this answer": exactly what was in the prompt, by its citation numbers, and what was not.

import { ask } from './ask.js';
import { icon, make, openPanel } from './dom.js';
import { helpedButtons } from './helped.js';
import { say } from './words.js';

const ANSWERS = '[data-step-type="assistant_message"] [id^="step-"]:not([id^="step-notice-"])';

export function showWhyButtons() {
  for (const step of document.querySelectorAll(ANSWERS)) {
    const column = step.querySelector('.ai-message > .flex-col');
    if (!column || column.querySelector('.rp-why')) continue;
    const answer = step.id.slice('step-'.length);
    const button = make(
      'button',
      { type: 'button', class: 'rp-why', 'aria-haspopup': 'dialog', 'data-testid': 'why-button', 'data-answer': answer, onclick: () => openWhy(answer) },
      icon('why'),
      say('why.button'),
    );
    column.append(button);
  }
}

// Notices are drawn as such by the style sheet; a screen reader is told too.
export function nameNotices() {
  for (const step of document.querySelectorAll('[id^="step-notice-"]:not([role])')) {
    step.setAttribute('role', 'note');
    step.setAttribute('aria-label', say('aside'));
    step.dataset.testid = 'notice';
  }
}

async function openWhy(answer) {
  const status = make('p', { class: 'rp-status', role: 'status', 'data-testid': 'why-status' }, say('memory.loading'));
  const place = make('div', {});
  openPanel('why-panel', say('why.title'), place, status);
  try {
    const reasons = await ask('GET', `/rapport/why/${encodeURIComponent(answer)}`);
    place.append(...explained(reasons, answer, (how) => { status.textContent = say(`helped.${how}`); }));
    status.textContent = '';
  } catch (refusal) {
    status.textContent = say(refusal.status === 404 ? 'why.absent' : refusal.status === 503 ? 'memory.starting' : 'memory.failed');
  }
}

function explained(reasons, answer, tell) {
  const buttons = (item) => helpedButtons(answer, item, tell);
  const items = make('ol', { class: 'rp-items', 'data-testid': 'why-items' }, ...reasons.items.map((item) => usedItem(item, buttons)));
  return [
    make('p', { class: 'rp-note' }, say(reasons.items.length ? 'why.intro' : 'why.none')),
    items,
    make('dl', { class: 'rp-reasons' },
      ...row('model', modelName(reasons.model)),
      ...row('hidden', reasons.hidden.map((kind) => say(`kinds.${kind}`)).join(', ') || say('why.hidden_none')),
      ...ownValues(reasons.own),
      ...(reasons.degraded.length ? row('degraded', reasons.degraded.map((part) => say(`parts.${part}`)).join(', ')) : []),
      ...(reasons.fallbacks.length ? row('fallbacks', reasons.fallbacks.map(failure).join('; ')) : [])),
  ];
}

function usedItem(item, buttons) {
  const gone = item.kind === 'passage' ? 'why.changed' : 'why.forgotten';
  return make(
    'li',
    { 'data-testid': 'why-item', 'data-kind': item.kind, 'data-number': item.number },
    make('span', { class: 'rp-number', 'aria-hidden': 'true' }, `[${item.number}]`),
    make('div', {},
      make('p', { class: 'rp-kind' }, say(`why.${item.kind}`), item.kind === 'passage' ? ` · ${item.id}` : ''),
      make('p', { class: item.text === null ? 'rp-fact rp-gone' : 'rp-fact', 'data-testid': 'why-text' }, item.text ?? say(gone)),
      make('p', { class: 'rp-note' }, say(`reasons.${item.why}`)),
      item.text === null || item.kind === 'passage' ? null : buttons(item)),
  );
}

// What of the answer the model saw placeholders of: the person's own, shown to nobody else.
function ownValues(values) {
  if (!values.length) return [];
  const lines = values.map(({ kind, value }) =>
    make('li', { 'data-testid': 'why-own-value' }, make('span', { class: 'rp-own' }, value), ` (${say(`kinds.${kind}`)})`));
  return [make('dt', {}, say('why.own')), make('dd', { 'data-testid': 'why-own' }, make('ul', { class: 'rp-own-values' }, ...lines))];
}

function row(name, text) {
  return [make('dt', {}, say(`why.${name}`)), make('dd', { 'data-testid': `why-${name}` }, text)];
}

// "openai/name: busy" in words; a model's own name may hold a colon too.
function failure(fallback) {
  const [, model, reason] = fallback.match(/^(.*): (\w+)$/) ?? [];
  return reason ? `${model}: ${say(`failures.${reason}`)}` : fallback;
}

function modelName(model) {
  if (model === 'local/concierge') return say('why.model_local');
  return model || say('why.model_none');
}
