import type { ToolCall } from '../support/messages-api.js';

/** A call that reads a file of the memory folder. */
export function readMemory(name: string): ToolCall {
  return { tool: 'Read', input: { file_path: memoryPath(name) } };
}

/** A call that writes a whole file of the memory folder. */
export function writeMemory(name: string, content: string): ToolCall {
  return { tool: 'Write', input: { file_path: memoryPath(name), content } };
}

/** A call that replaces words in a file of the memory folder. */
export function editMemory(name: string, oldText: string, newText: string): ToolCall {
  return { tool: 'Edit', input: { file_path: memoryPath(name), old_string: oldText, new_string: newText } };
}

/** A call that runs a subagent, with its own conversation and script, to its end. */
export function askAgent(agentPrompt: string): ToolCall {
  return {
    tool: 'Agent',
    input: { description: 'take notes', prompt: agentPrompt, subagent_type: 'general-purpose', run_in_background: false },
  };
}

/** The folder is the one that the system prompt of the conversation names. */
function memoryPath(name: string): string {
  return `\${MEMORY}/${name}`;
}
