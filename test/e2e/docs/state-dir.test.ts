import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sessionPaths } from '../../../src/session/paths.js';
import { pclaude, pclaudectl } from '../../support/real-client.js';
import { run } from '../../support/run.js';
import { createSandbox } from '../../support/sandbox.js';
import { createStubClient } from '../../support/stub-client.js';

/** The paths in the first column of the page, as patterns. A folder stands for everything in it. */
function patterns(): RegExp[] {
  const page = readFileSync(new URL('../../../docs/state-dir.md', import.meta.url), 'utf8');
  return [...page.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) => {
    const [first = '', ...others] = [...cell.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
    const folder = first.replace(/[^/]+\/?$/, '');
    return [first, ...others.map((path) => (path.split('/')[0] === first.split('/')[0] ? path : folder + path))].map(patternOf);
  });
}

function patternOf(path: string): RegExp {
  const words = path
    .replaceAll('.', '\\.')
    .replaceAll(/\b(?:ID|DIR|REPO|NAME)\b/g, '[^/]+')
    .replaceAll(/\bHASH\b/g, '[0-9a-f]+')
    .replaceAll(/\bN\b/g, '\\d+');
  return new RegExp(`^${words}${path.endsWith('/') ? '' : '$'}`);
}

function pathsBelow(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name);
    return entry.isDirectory() ? pathsBelow(folder, path) : [path];
  });
}

test('docs/state-dir.md names every file that sessions and commands leave, and only the user may read each', async () => {
  const sandbox = await createSandbox();
  await sandbox.write('.claude/settings.json', '{"model":"opus"}');
  const client = await createStubClient(
    sandbox,
    'echo "{\\"model\\":\\"sonnet\\"}" > "$CLAUDE_CONFIG_DIR/settings.json"; echo note > "$CLAUDE_CONFIG_DIR/note.md"; case "$*" in *killed*) kill -9 $PPID $$;; esac',
  );
  const cwd = await sandbox.repo('project');
  const options = { cwd, env: sandbox.env({ extra: { ...client.env, ANTHROPIC_API_KEY: 'none' } }) };
  await run(pclaude, ['first'], options);
  await run(pclaude, ['killed'], options);
  await run(pclaudectl, ['claim', 'src'], options);
  await run(pclaudectl, ['lock', 'name', '--', 'true'], options);
  await run(pclaudectl, ['worktree', 'add', 'feature'], options);

  const left = pathsBelow(sandbox.stateDir);
  expect(left).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^open\/[^/]+$/),
      expect.stringMatching(/^log\/.*\/000001\.jsonl$/),
      expect.stringMatching(/session\.json$/),
    ]),
  );
  const known = patterns();
  expect(left.filter((path) => !known.some((pattern) => pattern.test(path)))).toEqual([]);
  const open = left.filter(
    (path) => !path.includes('/.claude/') && !path.includes('/base/') && (statSync(join(sandbox.stateDir, path)).mode & 0o077) !== 0,
  );
  expect(open).toEqual([]);
});

test('docs/state-dir.md names every path of a session', () => {
  const known = patterns();
  const { id: _, root, ...paths } = sessionPaths('/state', 'ID');
  const missing = Object.values(paths).filter(
    (path) =>
      !known.some(
        (pattern) =>
          pattern.test(path.slice('/state/'.length)) ||
          pattern.test(`${path.slice('/state/'.length)}/`) ||
          pattern.test(`${path.slice('/state/'.length)}/home/`),
      ),
  );
  expect(missing).toEqual([]);
  expect(root).toBe('/state/sessions/ID');
});
