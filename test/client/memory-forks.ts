import type { ToolCall } from '../support/messages-api.js';
import type { Project } from '../support/project.js';
import type { Environment } from '../support/real-client.js';

/**
 * Lets the client save and consolidate memories by itself. Its own flags enable that. They go into its state file, as if the client had
 * stored them in an earlier run, and the returned environment lets the client read them without any traffic.
 */
export async function forksOn({ sandbox, stateFile, env }: Project): Promise<Environment> {
  const state: unknown = JSON.parse(await sandbox.read(stateFile));
  const cachedGrowthBookFeatures = {
    // Save memories after each turn, also with -p.
    tengu_passport_quail: true,
    tengu_slate_thimble: true,
    tengu_bramble_lintel: 1,
    // Consolidate them as soon as there is another conversation.
    tengu_onyx_plover: { enabled: true, minHours: 0.0001, minSessions: 1 },
  };
  await sandbox.write(
    stateFile,
    JSON.stringify(Object.assign({}, state, { cachedGrowthBookFeatures, cachedGrowthBookFeaturesAt: Date.now() })),
  );
  return { ...env, CLAUDE_CODE_GB_DISK_CACHE_WHEN_TELEMETRY_OFF: '1' };
}

/** A call that runs a shell command. */
export function bash(command: string): ToolCall {
  return { tool: 'Bash', input: { command, description: 'Look after memory' } };
}
