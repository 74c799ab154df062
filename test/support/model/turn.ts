import { blocksOf, textOf, type ModelRequest } from './request.js';
import { sideAnswer } from './side-answer.js';
import { scriptIn, type Gate, type Step, type ToolCall } from './script.js';

/** One reply of the model: what it waits for, what it says, and which tools it calls. No calls: the model is done. */
export interface Turn {
  readonly gates: readonly Gate[];
  readonly texts: readonly string[];
  readonly calls: readonly ToolCall[];
  /** The HTTP status to refuse with, in place of an answer. */
  readonly refusal: number | undefined;
}

/**
 * What the model says next in this conversation.
 *
 * The newest script counts; how far it has been played is read off the conversation itself (the tool calls made since),
 * so a server that has never seen the conversation before goes on where another stopped.
 */
export function nextTurn(request: ModelRequest): Turn {
  if (isSideRequest(request)) return { ...silence, texts: [sideAnswer(request)] };
  const { messages } = request.body;
  const at = messages.findLastIndex((message) => message.role === 'user' && scriptOf(message.content) !== undefined);
  const message = messages[at];
  if (message === undefined) return lastWord;
  const played = messages.slice(at).flatMap(({ content }) => blocksOf(content).filter(({ type }) => type === 'tool_use'));
  return turnAfter(played.length, turnsOf(scriptOf(message.content) ?? []));
}

/**
 * Whether the client asks on its own account (a title, a summary, a classification) and not for a conversation's next turn.
 *
 * Only conversations offer tools.
 */
export function isSideRequest({ body }: ModelRequest): boolean {
  return (body.tools ?? []).length === 0;
}

function scriptOf(content: Parameters<typeof blocksOf>[0]): readonly Step[] | undefined {
  return scriptIn(textOf(blocksOf(content).filter(({ type }) => type === 'text')));
}

function turnAfter(played: number, turns: readonly Turn[]): Turn {
  let left = played;
  for (const turn of turns) {
    if (left === 0) return turn;
    left -= turn.calls.length;
  }
  return lastWord;
}

function turnsOf(steps: readonly Step[]): readonly Turn[] {
  const turns: Turn[] = [];
  let turn = silence;
  for (const step of steps) {
    if ('text' in step) turn = { ...turn, texts: [...turn.texts, step.text] };
    else if ('barrier' in step || 'hold' in step) turn = { ...turn, gates: [...turn.gates, step] };
    else if ('fail' in step) turn = { ...turn, refusal: step.fail };
    else {
      turns.push({ ...turn, calls: 'parallel' in step ? step.parallel : [step] });
      turn = silence;
    }
  }
  return [...turns, turn.texts.length === 0 ? { ...turn, texts: lastWord.texts } : turn];
}

const silence: Turn = { gates: [], texts: [], calls: [], refusal: undefined };
const lastWord: Turn = { ...silence, texts: ['done'] };
