import { lastRequests, type ModelRequest, toolResults, type ToolResult, userTexts } from '../../test/support/messages-api.js';

/** The outcome of a writer's calls in one round. */
export interface Answer {
  /**
   * `refused` is the client's own answer to a whole-file Write when another session has changed the file since this one read it. Plain
   * `claude` gives the same answer when the sessions run one after the other.
   */
  readonly outcome: 'written' | 'refused' | 'failed';
  /** The beginning of the tool's answer if it did not write, else empty. All failures of one kind have the same message. */
  readonly message: string;
}

/** The first words of a writer's prompt; they identify its conversation. */
export function writerPrompt(writer: number): string {
  return `You are writer ${writer}.`;
}

/** Groups the results of all tool calls by writer, in order. */
export function resultsByWriter(requests: readonly ModelRequest[]): Map<number, readonly ToolResult[]> {
  return new Map(
    lastRequests(requests).flatMap((request): [number, ToolResult[]][] => {
      const writer = /You are writer (\d+)\./.exec(userTexts(request).join('\n'))?.[1];
      return writer === undefined ? [] : [[Number(writer), toolResults(request)]];
    }),
  );
}

/** Sums up the results of a writer's calls in one round. Fewer than `expected` results are a failure. */
export function answerOf(results: readonly ToolResult[], expected: number): Answer {
  const failed = results.find(({ isError }) => isError);
  if (failed !== undefined) return { outcome: isRefusal(failed) ? 'refused' : 'failed', message: messageOf(failed) };
  return results.length < expected ? { outcome: 'failed', message: 'no answer' } : { outcome: 'written', message: '' };
}

/** The first two come from the client's check before the tool runs, the last from the check in the tool itself. */
const REFUSALS = /File has been modified .*since|Read it again|File content has changed since it was last read/;

function isRefusal({ tool, text }: ToolResult): boolean {
  return tool === 'Write' && REFUSALS.test(text);
}

/** Leaves out paths and figures, because they differ from call to call. */
function messageOf({ tool, text }: ToolResult): string {
  const [beginning = ''] = text
    .replaceAll(/<\/?tool_use_error>/g, '')
    .replaceAll(/\/\S+/g, 'FILE')
    .split(/[:.,\n]/);
  return `${tool}: ${beginning.trim()}`;
}
