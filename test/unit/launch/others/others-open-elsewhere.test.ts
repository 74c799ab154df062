import { expect, it } from 'vitest';
import { findSharedDir, projectSlug } from '../../../../src/client/shared-dir.js';
import { openElsewhere } from '../../../../src/launch/others/others.js';
import { processStart } from '../../../../src/system/process.js';
import { createScratch, type Scratch } from '../../../support/scratch.js';

const CONVERSATION = '01234567-89ab-cdef-0123-456789abcdef';

it.each<readonly [variables: NodeJS.ProcessEnv, folder: string, line: boolean]>([
  [{}, projectSlug('/project'), true],
  [{}, 'team', false],
  [{ CLAUDE_CODE_PROJECT_DIR_NAME: 'team' }, 'team', true],
  [{ CLAUDE_CODE_PROJECT_DIR_NAME: 'team' }, projectSlug('/project'), false],
])('with %j, the newest conversation in projects/%s is the one to continue: %s', (variables, folder, line) => {
  const scratch = createScratch();
  leaveOpen(scratch);
  scratch.write(`shared/projects/${folder}/${CONVERSATION}.jsonl`, '{}\n');
  const environment = { ...variables, CLAUDE_CONFIG_DIR: scratch.at('shared') };
  const shared = findSharedDir(environment, '/');
  const found = openElsewhere({ stateDir: scratch.at('state'), shared, environment, cwd: '/project' }, { kind: 'newest' });
  expect(found !== undefined).toBe(line);
});

/** Records this process as a plain client that has the conversation open. */
function leaveOpen(scratch: Scratch): void {
  const { pid } = process;
  const record = { pid, procStart: processStart(pid), sessionId: CONVERSATION, cwd: '/project', startedAt: 1, kind: 'interactive' };
  scratch.write(`shared/sessions/${pid}.json`, JSON.stringify(record));
}
