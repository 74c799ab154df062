import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import * as v from 'valibot';

/** The facts that hold in one version of the client, and those that do not. */
export interface Facts {
  readonly version: string;
  readonly holding: readonly string[];
  readonly broken: readonly { readonly fact: string; readonly why: string }[];
}

/** The time limit of a test, in ms. A fact takes a few turns of a second each, so the limit is shorter than elsewhere. */
const BOUND_MS = 60_000;

const report = v.object({
  testResults: v.array(
    v.object({
      assertionResults: v.array(v.object({ title: v.string(), status: v.string(), failureMessages: v.array(v.string()) })),
    }),
  ),
});

/** Runs the tests of the facts against a client. `file`: where the test runner may leave its report. */
export async function factsOf(version: string, client: string, file: string): Promise<Facts> {
  rmSync(file, { force: true });
  const args = [
    'vitest',
    'run',
    '--project',
    'facts',
    '--reporter=json',
    `--outputFile=${file}`,
    `--testTimeout=${BOUND_MS}`,
    'test/client/facts',
  ];
  // The report says which tests failed; without a report, the test runner itself has failed.
  await once(spawn('npx', args, { env: { ...process.env, PCLAUDE_TEST_CLIENT: client }, stdio: ['ignore', 'ignore', 'inherit'] }), 'close');
  return readFacts(version, file);
}

function readFacts(version: string, file: string): Facts {
  const { testResults } = v.parse(report, JSON.parse(readFileSync(file, 'utf8')));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  if (tests.length === 0) throw new Error(`no test ran against ${version}`);
  const broken = tests.filter(({ status }) => status !== 'passed');
  return {
    version,
    holding: tests.filter(({ status }) => status === 'passed').map(({ title }) => title),
    broken: broken.map(({ title, failureMessages }) => ({ fact: title, why: reasonIn(failureMessages[0] ?? '') })),
  };
}

/** The sentence of the test, without the stack. */
function reasonIn(message: string): string {
  const [first = ''] = message.split('\n');
  return first.startsWith('Error: STACK_TRACE_ERROR')
    ? 'it did not come in time'
    : first.replace(/^\w*Error: /, '').replace(/(?:: )?expected .*$/, '');
}
