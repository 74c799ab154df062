/** The text on a terminal's screen, as a user sees it: colours, titles and modes left out. */
export interface Screen {
  readonly write: (output: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** The lines without blanks at their ends. */
  readonly text: () => string;
}

/**
 * Plays terminal output onto a grid.
 *
 * Implements enough of a terminal for the client and a shell: it moves the cursor, erases, scrolls, and saves the ordinary
 * screen while a full-screen program uses the alternate one. Full-screen programs place words by moving the cursor, so
 * output without its escape sequences differs from the screen. Double-width characters count as single-width.
 */
export function createScreen(columns: number, rows: number): Screen {
  const size = { columns, rows };
  let page = emptyPage();
  let ordinary: Page | undefined;
  let rest = '';

  const mode = (code: string | undefined): void => {
    if (code === '?1049h' && ordinary === undefined) [ordinary, page] = [page, emptyPage()];
    if (code === '?1049l' && ordinary !== undefined) [ordinary, page] = [undefined, ordinary];
  };

  return {
    write(output) {
      const input = rest + output;
      rest = '';
      for (const { 0: token, groups = {} } of input.matchAll(tokens)) {
        const { cut, code, final, numbers } = groups;
        if (cut !== undefined) rest = cut;
        else if (code !== undefined) mode(code);
        else if (final !== undefined) control(page, size, final, (numbers ?? '').split(';').map(Number));
        else if (token.length === 1 || token.codePointAt(0) !== 27) print(page, size, token);
      }
    },
    resize(newColumns, newRows) {
      size.columns = newColumns;
      size.rows = newRows;
    },
    text: () =>
      Array.from(page.lines, (line) =>
        Array.from(line ?? [], (cell) => cell ?? ' ')
          .join('')
          .trimEnd(),
      ).join('\n'),
  };
}

interface Page {
  readonly lines: string[][];
  x: number;
  y: number;
}

interface Size {
  readonly columns: number;
  readonly rows: number;
}

function emptyPage(): Page {
  return { lines: [], x: 0, y: 0 };
}

function print(page: Page, size: Size, character: string): void {
  if (character === '\r') page.x = 0;
  else if (character === '\n') lineFeed(page, size);
  else if (character === '\b') page.x = Math.max(page.x - 1, 0);
  else if (character >= ' ' && character !== '\u007F') {
    if (page.x >= size.columns) {
      page.x = 0;
      lineFeed(page, size);
    }
    (page.lines[page.y] ??= [])[page.x] = character;
    page.x += 1;
  }
}

function lineFeed(page: Page, { rows }: Size): void {
  if (page.y < rows - 1) page.y += 1;
  else page.lines.shift();
}

function control(page: Page, { columns, rows }: Size, final: string, [first = 0, second = 0]: readonly number[]): void {
  const step = Math.max(first, 1);
  if (final === 'A') page.y -= step;
  else if (final === 'B') page.y += step;
  else if (final === 'C') page.x += step;
  else if (final === 'D') page.x -= step;
  else if (final === 'G') page.x = step - 1;
  else if (final === 'd') page.y = step - 1;
  else if (final === 'H' || final === 'f') [page.y, page.x] = [step - 1, Math.max(second, 1) - 1];
  else if (final === 'K') eraseLine(page, first);
  else if (final === 'J') eraseBelow(page, first);
  else return;
  page.x = Math.min(Math.max(page.x, 0), columns - 1);
  page.y = Math.min(Math.max(page.y, 0), rows - 1);
}

function eraseLine({ lines, x, y }: Page, mode: number): void {
  const line = (lines[y] ??= []);
  if (mode === 0) line.splice(x);
  else line.fill(' ', 0, mode === 1 ? x + 1 : undefined);
}

function eraseBelow(page: Page, mode: number): void {
  if (mode !== 0) {
    page.lines.length = 0;
    return;
  }
  eraseLine(page, 0);
  page.lines.splice(page.y + 1);
}

/** One control sequence, one character, or the beginning of a sequence whose rest is still to come. */
const tokens = new RegExp(
  [
    String.raw`\x1B\[(?<numbers>[\d;:]*)[ !"$']*(?<final>[@-~])`,
    String.raw`\x1B\[(?<code>[<-?][\d;:]*[ !"$']*[@-~])`,
    String.raw`\x1B\][^\x07\x1B]*(?:\x07|\x1B\\)`,
    String.raw`\x1B[()][\dA-Z]`,
    String.raw`\x1B[^[\]()]`,
    String.raw`(?<cut>\x1B(?:\[[<-?]?[\d;:]*|\][^\x07\x1B]*\x1B?|[()])?$)`,
    '.',
  ].join('|'),
  'gsu',
);
