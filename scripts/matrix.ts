import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installClient } from './matrix/install.js';
import { factsOf, type Facts } from './matrix/facts.js';
import { matrixTable } from './matrix/table.js';

/**
 * Runs the tests of test/client/facts against several versions of the client, one after the other, and prints which fact holds in
 * which version: `npm run test:matrix`, or with other versions as arguments. Exits with 1 if a fact does not hold in the last one.
 */
const VERSIONS = ['2.1.143', '2.1.144', '2.1.200', '2.1.260', '2.1.287', '2.1.332'];

const versions = process.argv.length > 2 ? process.argv.slice(2) : VERSIONS;
const cache = join(tmpdir(), 'pclaude-client-matrix');
mkdirSync(cache, { recursive: true });

const matrix: Facts[] = [];
for (const version of versions) {
  process.stderr.write(`${version}: installing\n`);
  const client = await installClient(join(cache, version), version);
  process.stderr.write(`${version}: ${client}\n`);
  const facts = await factsOf(version, client, join(cache, `${version}.json`));
  for (const { fact, why } of facts.broken) process.stderr.write(`${version}: ${fact}: ${why}\n`);
  matrix.push(facts);
}
process.stdout.write(matrixTable(matrix));
process.exitCode = (matrix.at(-1)?.broken.length ?? 0) > 0 ? 1 : 0;
