// SPDX-License-Identifier: Apache-2.0
// Tells the server that a message holds a longer pasted text: it is answered, but nothing is learned from it.
// Chainlit sends the page's address along with each message; there, for the moment of sending, stands "#pasted".

const ENOUGH = 200; // characters of pasted text in one message
const PIECE = 40; // what counts as still there, where the rest was edited

let pasted = [];

export function watchPasting() {
  window.addEventListener('paste', (event) => note(event, event.clipboardData), true);
  window.addEventListener('drop', (event) => note(event, event.dataTransfer), true);
  window.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.target.id === 'chat-input') send();
  }, true);
  window.addEventListener('click', (event) => {
    if (event.target.closest?.('#chat-submit')) send();
  }, true);
}

function note(event, data) {
  const text = event.target.id === 'chat-input' ? data?.getData('text/plain').replaceAll('\r\n', '\n') : '';
  if (text) pasted = [...pasted.slice(-50), text];
}

function send() {
  const written = document.getElementById('chat-input')?.value ?? '';
  if (kept(written) < ENOUGH) return;
  const here = location.href;
  history.replaceState(history.state, '', `${here.split('#')[0]}#pasted`);
  // Chainlit's own handler comes after this one, in the same event.
  setTimeout(() => {
    if (location.hash === '#pasted') history.replaceState(history.state, '', here);
    if (!document.getElementById('chat-input')?.value) pasted = [];
  });
}

// How much of what was pasted still stands in the message.
function kept(written) {
  let found = 0;
  for (const text of new Set(pasted)) {
    for (let start = 0; start < text.length; start += PIECE) {
      const piece = text.slice(start, start + PIECE);
      if (written.includes(piece)) found += piece.length;
    }
  }
  return found;
}
