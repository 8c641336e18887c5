// SPDX-License-Identifier: Apache-2.0
// Elements from plain text: what a person or a document said never becomes markup.

import { say } from './words.js';

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'onclick') element.addEventListener('click', value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

const ICONS = {
  memory: 'M4 5.5A2.5 2.5 0 0 1 6.5 3H19v15H6.5A2.5 2.5 0 0 0 4 20.5M4 5.5v15A2.5 2.5 0 0 1 6.5 18M9 7.5h6M9 11h6',
  why: 'M9.2 9a3 3 0 1 1 4.3 2.7c-.9.5-1.5 1.1-1.5 2.3M12 17.5v.1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z',
  close: 'M6 6l12 12M18 6 6 18',
};

export function icon(name) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  for (const [key, value] of Object.entries({ viewBox: '0 0 24 24', 'aria-hidden': 'true', class: 'rp-icon' })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

// Esc closes the dialog, also while a tooltip of the page's own, just left, takes the key for itself.
export function closeOnEscape(dialog) {
  dialog.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    dialog.close();
  });
}

// A panel at the page's edge. The browser's own dialog keeps the focus inside, closes with Esc and hands the
// focus back; a click beside it closes it too.
export function openPanel(id, title, ...content) {
  document.getElementById(id)?.remove();
  const panel = make('dialog', { id, class: 'rp-panel', 'aria-labelledby': `${id}-title`, 'data-testid': id });
  const close = make(
    'button',
    { type: 'button', class: 'rp-close', 'aria-label': say('close'), 'data-testid': `${id}-close`, onclick: () => panel.close() },
    icon('close'),
  );
  const heading = make('h2', { id: `${id}-title`, tabindex: '-1' }, title);
  panel.append(make('header', {}, heading, close), make('div', { class: 'rp-body' }, ...content));
  closeOnEscape(panel);
  panel.addEventListener('close', () => panel.remove());
  panel.addEventListener('click', (event) => {
    if (event.target === panel) panel.close();
  });
  document.body.append(panel);
  panel.showModal();
  heading.focus();
  return panel;
}
