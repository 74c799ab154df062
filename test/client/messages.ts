/** The kinds of messages that the client printed as a stream of JSON lines, in their order. */
export function kindsOf(stdout: Buffer): string[] {
  const lines = stdout.toString().trim().split('\n');
  return lines.map((line): unknown => JSON.parse(line)).map(kindOf);
}

/** The kind of one message, such as `assistant` or `system init`. */
export function kindOf(message: unknown): string {
  if (typeof message !== 'object' || message === null || !('type' in message)) return 'no message';
  return [message.type, 'subtype' in message ? message.subtype : ''].join(' ').trim();
}
