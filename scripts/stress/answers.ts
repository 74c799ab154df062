import { lastRequests, type ModelRequest, toolResults, type ToolResult, userTexts } from '../../test/support/messages-api.js';

/** What became of a writer's calls in one round. */
export interface Answer {
  /**
   * `refused` is the client's own answer to a whole-file Write of a file that another has changed since this session read it: plain
   * `claude` gives it, too, when the sessions run one after the other.
   */
  readonly outcome: 'written' | 'refused' | 'failed';
  /** The beginning of what the tool answered, where it did not write: the same for all failures of one kind. */
  readonly message: string;
}

/** Where the script of a writer begins: by these words its conversation is known. */
export function writerPrompt(writer: number): string {
  return `You are writer ${writer}.`;
}

/** All answers that each writer got, in order. */
export function resultsByWriter(requests: readonly ModelRequest[]): Map<number, readonly ToolResult[]> {
  return new Map(
    lastRequests(requests).flatMap((request): [number, ToolResult[]][] => {
      const writer = /You are writer (\d+)\./.exec(userTexts(request).join('\n'))?.[1];
      return writer === undefined ? [] : [[Number(writer), toolResults(request)]];
    }),
  );
}

/** Sums up what the calls of one round were answered; `expected` is how many there are when all goes well. */
export function answerOf(results: readonly ToolResult[], expected: number): Answer {
  const failed = results.find(({ isError }) => isError);
  if (failed !== undefined) return { outcome: isRefusal(failed) ? 'refused' : 'failed', message: messageOf(failed) };
  return results.length < expected ? { outcome: 'failed', message: 'no answer' } : { outcome: 'written', message: '' };
}

/** The client says the one when it looks before the tool runs, and the other when the tool itself looks. */
const REFUSALS = /File has been modified .*since|Read it again|File content has changed since it was last read/;

function isRefusal({ tool, text }: ToolResult): boolean {
  return tool === 'Write' && REFUSALS.test(text);
}

/** Without paths and figures, which differ from call to call. */
function messageOf({ tool, text }: ToolResult): string {
  const [beginning = ''] = text.replaceAll(/<\/?tool_use_error>/g, '').replaceAll(/\/\S+/g, 'FILE').split(/[:.,\n]/);
  return `${tool}: ${beginning.trim()}`;
}
