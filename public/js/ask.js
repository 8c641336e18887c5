// SPDX-License-Identifier: Apache-2.0
// Asks the server; the header says that the request is meant, since no other site's form can send it.

export class Refusal extends Error {
  constructor(status) {
    super(`refused with ${status}`);
    this.status = status;
  }
}

export async function ask(method, path, body) {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: { 'X-Rapport': '1', ...(body ? { 'Content-Type': 'application/json' } : {}) },
    body: body ? JSON.stringify(body) : undefined,
  });
  if (!response.ok) throw new Refusal(response.status);
  return response.status === 204 ? null : response.json();
}
