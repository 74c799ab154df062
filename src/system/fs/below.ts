import { isAbsolute, relative, sep } from 'node:path';

/** The path from a folder to something in it; undefined for what is not in it, and for the folder itself. */
export function below(folder: string, path: string): string | undefined {
  const inside = relative(folder, path);
  return inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? undefined : inside;
}

/** A path from its parts; undefined from none. */
export function joined(parts: readonly string[]): string | undefined {
  return parts.length === 0 ? undefined : parts.join(sep);
}
