import type { ModelRequest } from '../support/messages-api.js';

/** Every occurrence of a text in the requests to the model, with some words around it. */
export function mentions(requests: readonly ModelRequest[], text: string): string[] {
  const bodies = requests.map(({ body }) => JSON.stringify(body));
  return bodies.flatMap((body) =>
    body.split(text).flatMap((rest, index, parts) => (index === 0 ? [] : `…${parts[index - 1]?.slice(-100)}${text}${rest.slice(0, 100)}…`)),
  );
}
