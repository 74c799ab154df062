import { createServer } from 'node:http';
import { atEnd } from './lifetime.js';
import { closeServer, listenOnLoopback } from './loopback.js';
import { createScriptedModel, failOnProblems, type ScriptedModel } from './model/model.js';

export { prompt, type Step, type ToolCall } from './model/script.js';
export {
  lastRequests,
  memoryFolder,
  systemText,
  toolResults,
  userTexts,
  type ModelRequest,
  type ToolResult,
} from './model/request.js';

/** A Messages API on loopback, played by scripts in the prompts. */
export interface MessagesApi extends Omit<ScriptedModel, 'answer' | 'close'> {
  /** For ANTHROPIC_BASE_URL. */
  readonly url: string;
  /** Closes every socket and frees the port; rejects if there were problems. Called automatically when the test ends. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a Messages API on a free port of 127.0.0.1.
 *
 *     const api = await startMessagesApi();
 *     await run(claude, ['-p', prompt('note it', [
 *       { tool: 'Read', input: { file_path: '${MEMORY}/MEMORY.md' } },
 *       { barrier: 'all read', parties: 8 },
 *       { tool: 'Edit', input: { file_path: '${MEMORY}/MEMORY.md', old_string: 'a', new_string: 'b' } },
 *     ])], …);
 *     expect(lastRequests(api.requests).flatMap(toolResults).filter((result) => result.isError)).toEqual([]);
 */
export async function startMessagesApi(): Promise<MessagesApi> {
  const model = createScriptedModel();
  const server = createServer(model.answer);
  const url = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  const stop = async (): Promise<void> => {
    model.close();
    await closeServer(server);
    failOnProblems(model);
  };
  atEnd(stop);
  return { ...model, url, stop };
}
