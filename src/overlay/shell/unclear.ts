/** Thrown where a command cannot be understood well enough to be changed: it then stays exactly as it is. */
export class Unclear extends Error {
  override readonly name = 'Unclear';
}
