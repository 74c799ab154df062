import * as v from 'valibot';

/** One call of a client's tool, as the model would request it. `${MEMORY}` in a string becomes the session's memory folder. */
export interface ToolCall {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What the scripted model does next. Texts and gates belong to the tool call, or to the end, that follows them. */
export type Step =
  | ToolCall
  /** Several calls in one reply. */
  | { readonly parallel: readonly ToolCall[] }
  /** Text before the next call, or the final text. */
  | { readonly text: string }
  /** The reply waits until this many conversations have arrived at the barrier of this name; a name can be used once. */
  | { readonly barrier: string; readonly parties: number }
  /** The reply waits until the test releases this name. */
  | { readonly hold: string }
  /**
   * From here on the safety check of auto mode answers whether a call may run. Without it the API does not offer the check. With `hold`
   * each answer waits until the test releases this name.
   */
  | Check
  /** The steps of the client's own forks of the conversation, which continue it after its end, for example to save memories. */
  | { readonly fork: readonly Step[] }
  /** The API refuses with this HTTP status: 400 ends the run, 429 and 5xx are retried. Nothing after it is played. */
  | { readonly fail: number };

/** How the safety check of auto mode answers. */
export interface Check {
  readonly check: 'yes' | 'no';
  readonly hold?: string | undefined;
}

/** What holds a reply back. */
export type Gate = { readonly barrier: string; readonly parties: number } | { readonly hold: string };

/**
 * A user prompt that carries its own script.
 *
 * The script is encoded in the text, so a prompt can be the input of another script's `Agent` call: it is then
 * played in the subagent's conversation. As a part of the conversation it survives a resume.
 */
export function prompt(text: string, steps: readonly Step[]): string {
  return `${text}\n[[script:${Buffer.from(JSON.stringify(steps)).toString('base64url')}]]`;
}

/** The last script in a text; undefined if there is none. */
export function scriptIn(text: string): readonly Step[] | undefined {
  const encoded = [...text.matchAll(/\[\[script:([\w-]+)\]\]/g)].at(-1)?.[1];
  return encoded === undefined ? undefined : parseSteps(Buffer.from(encoded, 'base64url').toString());
}

function parseSteps(json: string): readonly Step[] {
  return v.parse(steps, JSON.parse(json));
}

const call = v.object({ tool: v.string(), input: v.record(v.string(), v.unknown()) });
const steps: v.GenericSchema<readonly Step[]> = v.array(
  v.union([
    call,
    v.object({ parallel: v.array(call) }),
    v.object({ text: v.string() }),
    v.object({ barrier: v.string(), parties: v.number() }),
    v.object({ check: v.picklist(['yes', 'no']), hold: v.optional(v.string()) }),
    v.object({ hold: v.string() }),
    v.object({ fork: v.lazy(() => steps) }),
    v.object({ fail: v.number() }),
  ]),
);
