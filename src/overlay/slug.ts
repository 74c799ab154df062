const LONGEST = 200;

/**
 * The folder name under `projects/` that the client derives from a path: everything outside `[a-zA-Z0-9]` becomes a
 * dash; a name over 200 characters is cut there and told apart by the base-36 value of the path's 32-bit hash.
 * Source: seen in Claude Code 2.1.329, pinned by test/client/memory-prompt.test.ts.
 */
export function projectSlug(path: string): string {
  const slug = path.replaceAll(/[^a-zA-Z0-9]/g, '-');
  return slug.length <= LONGEST ? slug : `${slug.slice(0, LONGEST)}-${Math.abs(hash(path)).toString(36)}`;
}

function hash(text: string): number {
  let value = 0;
  for (let at = 0; at < text.length; at++) value = (Math.imul(value, 31) + text.charCodeAt(at)) | 0;
  return value;
}
