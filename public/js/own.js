// SPDX-License-Identifier: Apache-2.0
// The person's own values in an answer, which the model saw placeholders of: marked and explained where the pointer,
// a finger or the keyboard comes to them. The answer's text stays as the page drew it; the marks lie over it.

import { ask } from './ask.js';
import { make } from './dom.js';
import { say } from './words.js';

const COLUMNS = '[data-step-type="assistant_message"] [id^="step-"]:not([id^="step-notice-"]) .ai-message > .flex-col';

export function watchOwnValues() {
  for (const column of document.querySelectorAll(COLUMNS)) {
    if (column.dataset.rpOwn !== undefined) continue;
    column.dataset.rpOwn = '';
    const come = () => mark(column);
    column.addEventListener('pointerenter', come);
    column.addEventListener('focusin', come);
    column.addEventListener('pointermove', (event) => point(column, event));
    column.addEventListener('click', (event) => point(column, event));
    column.addEventListener('pointerleave', (event) => event.relatedTarget !== tip && hide());
    new ResizeObserver(() => column.dataset.rpOwn && draw(column)).observe(column);
  }
}

const found = new WeakMap();
let tip = null;

// Asked once for an answer as it stands; an answer that is still coming is not on record yet.
async function mark(column) {
  const text = column.querySelector('.message-content')?.textContent ?? '';
  if (column.dataset.rpOwn === String(text.length)) return;
  column.dataset.rpOwn = String(text.length);
  try {
    const answer = column.closest('[id^="step-"]').id.slice('step-'.length);
    found.set(column, (await ask('GET', `/rapport/why/${encodeURIComponent(answer)}`)).own);
    draw(column);
  } catch {
    column.dataset.rpOwn = '';
  }
}

// Each stretch of text is read once; of values that overlap the longer one is taken.
function places(column) {
  const values = [...(found.get(column) ?? [])].sort((one, two) => two.value.length - one.value.length);
  const walker = document.createTreeWalker(column.querySelector('.message-content'), NodeFilter.SHOW_TEXT);
  const spots = [];
  while (values.length && walker.nextNode()) {
    const text = walker.currentNode.data;
    const taken = [];
    for (const { kind, value } of values) {
      for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length)) {
        const end = at + value.length;
        const within = /[\p{L}\p{N}]/u;
        if (within.test(text[at - 1] ?? '') || taken.some(([from, to]) => at < to && from < end)) continue;
        taken.push([at, end]);
        const range = document.createRange();
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, end);
        spots.push({ kind, value, range });
      }
    }
  }
  return spots.sort((one, two) => one.range.compareBoundaryPoints(Range.START_TO_START, two.range));
}

// A button at the first place of each value, for the keyboard and for screen readers; a line under every place.
function draw(column) {
  column.querySelector(':scope > .rp-spots')?.remove();
  const spots = places(column);
  if (!spots.length) return;
  const origin = column.getBoundingClientRect();
  const named = new Set();
  const layer = make('div', { class: 'rp-spots' });
  for (const { kind, value, range } of spots) {
    [...range.getClientRects()].forEach((box, number) => {
      const first = number === 0 && !named.has(`${kind} ${value}`);
      const kinds = say(`kinds.${kind}`);
      const spot = first
        ? make('button', { type: 'button', class: 'rp-spot', 'aria-label': say('own.spot', { value, kind: kinds }), 'data-testid': 'own-value' })
        : make('span', { class: 'rp-spot', 'aria-hidden': 'true' });
      spot.dataset.kind = kind;
      Object.assign(spot.style, {
        left: `${box.left - origin.left}px`, top: `${box.top - origin.top}px`, width: `${box.width}px`, height: `${box.height}px`,
      });
      if (first) {
        named.add(`${kind} ${value}`);
        spot.addEventListener('focus', () => show(spot));
        spot.addEventListener('blur', hide);
      }
      layer.append(spot);
    });
  }
  column.append(layer);
}

// The marks let the pointer through to the text below, so that it can be selected; where it is, is looked up here.
function point(column, event) {
  const spots = [...column.querySelectorAll(':scope > .rp-spots > .rp-spot')];
  const under = spots.find((spot) => {
    const box = spot.getBoundingClientRect();
    return event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  });
  if (under) show(under);
  else if (!spots.includes(document.activeElement)) hide();
}

function show(spot) {
  if (tip?.spot === spot) return;
  hide();
  tip = make('div', { class: 'rp-tip', role: 'tooltip', 'data-testid': 'own-tip' }, say('own.tip', { kind: say(`kinds.${spot.dataset.kind}`) }));
  tip.spot = spot;
  tip.addEventListener('pointerleave', hide);
  document.body.append(tip);
  const box = spot.getBoundingClientRect();
  const own = tip.getBoundingClientRect();
  const below = box.bottom + own.height < innerHeight;
  tip.style.left = `${Math.max(8, Math.min(box.left, innerWidth - own.width - 8))}px`;
  tip.style.top = `${below ? box.bottom : box.top - own.height}px`;
}

function hide() {
  tip?.remove();
  tip = null;
}

addEventListener('scroll', hide, true);
addEventListener('keydown', (event) => {
  if (event.key === 'Escape') hide();
});
