const BOM = '\uFEFF';

/** A text taken apart: its lines without their ends, and what is needed to put it together again. */
export interface Text {
  readonly bom: boolean;
  /** Every line ends in CRLF. Where only some do, the CR stays in the line and this is false. */
  readonly crlf: boolean;
  /** The last line has an end, too. */
  readonly ended: boolean;
  readonly lines: readonly string[];
}

/**
 * Takes versions of one file apart in the same way, so that equal lines compare equal. Line ends that are the same in the
 * whole of a file are a property of that file, not of its lines: an editor that rewrote them all changed no line. As soon
 * as one version mixes both ends, the CR counts as part of the line in all of them.
 */
export function readTexts(versions: readonly string[]): Text[] {
  const bodies = versions.map((version) => (version.startsWith(BOM) ? version.slice(1) : version));
  const mixed = bodies.some((body) => body.includes('\r\n') && !endsInCrlfOnly(body));
  return bodies.map((body, index) => {
    const crlf = !mixed && body.includes('\r\n');
    const ended = body === '' || body.endsWith('\n');
    const lines = body === '' ? [] : body.split(crlf ? '\r\n' : '\n');
    return { bom: body !== versions[index], crlf, ended, lines: ended ? lines.slice(0, -1) : lines };
  });
}

/** Puts a text together: the reverse of `readTexts`. */
export function writeText(text: Text): string {
  if (text.lines.length === 0) {
    return text.bom ? BOM : '';
  }
  const eol = text.crlf ? '\r\n' : '\n';
  return (text.bom ? BOM : '') + text.lines.join(eol) + (text.ended ? eol : '');
}

/** Puts merged lines into the frame (mark, line ends, last line end) that the three versions agree on. */
export function frameLines(lines: readonly string[], base: Text, ours: Text, theirs: Text): string {
  return writeText({
    bom: changedOr(base.bom, ours.bom, theirs.bom),
    crlf: changedOr(base.crlf, ours.crlf, theirs.crlf),
    ended: changedOr(base.ended, ours.ended, theirs.ended),
    lines,
  });
}

function changedOr(base: boolean, ours: boolean, theirs: boolean): boolean {
  return ours === base ? theirs : ours;
}

function endsInCrlfOnly(body: string): boolean {
  return !/(?:^|[^\r])\n/.test(body);
}
