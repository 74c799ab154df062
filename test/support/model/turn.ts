import { blocksOf, textOf, userTexts, type ModelRequest } from './request.js';
import { checkAnswer, isCheckRequest, sideAnswer } from './side-answer.js';
import { scriptIn, type Check, type Gate, type Step, type ToolCall } from './script.js';

/** One reply of the model: its gates, its text, and its tool calls. Without calls the model is done. */
export interface Turn {
  readonly gates: readonly Gate[];
  readonly texts: readonly string[];
  readonly calls: readonly ToolCall[];
  /** The answer of auto mode's safety check to these calls; undefined: the API does not offer the check. */
  readonly check: Check | undefined;
  /** The HTTP status of a refusal, sent instead of an answer. */
  readonly refusal: number | undefined;
}

/**
 * The next reply of the model in this conversation.
 *
 * The newest script is used. The conversation itself (the tool calls made after the script) shows how far it has been played,
 * so a server that has never seen the conversation continues where another one stopped.
 */
export function nextTurn(request: ModelRequest): Turn {
  if (isCheckRequest(request)) return checkTurn(request);
  if (isSideRequest(request)) return { ...silence, texts: [sideAnswer(request)] };
  const { messages } = request.body;
  const at = messages.findLastIndex((message) => message.role === 'user' && scriptOf(message.content) !== undefined);
  const message = messages[at];
  if (message === undefined) return lastWord;
  const steps = scriptOf(message.content) ?? [];
  const since = messages.slice(at);
  const fork = steps.find((step) => 'fork' in step);
  const end = since.findIndex(({ role, content }) => role === 'assistant' && callsIn(content) === 0);
  if (fork !== undefined && end !== -1) return turnAfter(callsSince(since.slice(end)), turnsOf(fork.fork));
  return turnAfter(callsSince(since), turnsOf(steps));
}

function callsSince(messages: ModelRequest['body']['messages']): number {
  return messages.reduce((sum, { content }) => sum + callsIn(content), 0);
}

function callsIn(content: Parameters<typeof blocksOf>[0]): number {
  return blocksOf(content).filter(({ type }) => type === 'tool_use').length;
}

/**
 * Whether the client asks for itself (a title, a summary, a classification) and not for a conversation's next turn.
 *
 * Only conversations offer tools.
 */
export function isSideRequest({ body }: ModelRequest): boolean {
  return (body.tools ?? []).length === 0;
}

/** The answer to a client that asks for auto mode's safety check in a separate request, as clients before 2.1.329 do. */
function checkTurn(request: ModelRequest): Turn {
  // The request does not say how far the script was played, so its first check applies to all of its calls.
  const check = (scriptIn(userTexts(request).join('\n')) ?? []).find((step) => 'check' in step);
  const gates = check?.hold === undefined ? [] : [{ hold: check.hold }];
  return { ...silence, gates, texts: [check === undefined ? sideAnswer(request) : checkAnswer(request, check.check)] };
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
  let check: Check | undefined;
  for (const step of steps) {
    if ('fork' in step) continue;
    if ('check' in step) check = step;
    else if ('text' in step) turn = { ...turn, texts: [...turn.texts, step.text] };
    else if ('barrier' in step || 'hold' in step) turn = { ...turn, gates: [...turn.gates, step] };
    else if ('fail' in step) turn = { ...turn, refusal: step.fail };
    else {
      turns.push({ ...turn, check, calls: 'parallel' in step ? step.parallel : [step] });
      turn = silence;
    }
  }
  return [...turns, turn.texts.length === 0 ? { ...turn, texts: lastWord.texts } : turn];
}

const silence: Turn = { gates: [], texts: [], calls: [], check: undefined, refusal: undefined };
const lastWord: Turn = { ...silence, texts: ['done'] };
