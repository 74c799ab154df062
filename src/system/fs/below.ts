import { isAbsolute, relative, sep } from 'node:path';

/** The relative path from a folder to a path below it; undefined for the folder itself and for a path outside it. */
export function below(folder: string, path: string): string | undefined {
  const inside = relative(folder, path);
  return inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? undefined : inside;
}

/** Joins the parts of a path; undefined when there are none. */
export function joined(parts: readonly string[]): string | undefined {
  return parts.length === 0 ? undefined : parts.join(sep);
}
