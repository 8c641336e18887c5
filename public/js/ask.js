// SPDX-License-Identifier: Apache-2.0
// Asks the server; the header says that the request is meant, since no other site's form can send it.

export class Refusal extends Error {
  constructor(status, detail) {
    super(`refused with ${status}`);
    this.status = status;
    this.detail = detail;
  }
}

// A body is sent as JSON, a file as it is.
export async function ask(method, path, body) {
  const file = body instanceof Blob;
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: { 'X-Rapport': '1', ...(body && !file ? { 'Content-Type': 'application/json' } : {}) },
    body: file ? body : body ? JSON.stringify(body) : undefined,
  });
  if (!response.ok) throw new Refusal(response.status, await response.json().then((said) => said.detail, () => undefined));
  return response.status === 204 ? null : response.json();
}
