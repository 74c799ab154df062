import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { notices } from '../../../scripts/notices.js';
import { createScratch } from '../../support/scratch.js';

test('each bundled package has its licence, once', () => {
  const scratch = createScratch();
  for (const [name, licence] of [
    ['one', 'LICENSE'],
    ['@scope/two', 'LICENSE.md'],
    ['three', 'licence.txt'],
  ] as const) {
    scratch.write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.2.3' }));
    scratch.write(`node_modules/${name}/${licence}`, `text of ${name}\n`);
  }
  const text = notices(
    ['src/a.ts', 'node_modules/one/a.js', 'node_modules/one/lib/b.js', 'node_modules/@scope/two/index.js'].map((path) => scratch.at(path)),
  );
  expect(text).toBe(
    'pclaude is shipped together with parts of these packages.\n\n@scope/two 1.2.3\n\ntext of @scope/two\n\none 1.2.3\n\ntext of one\n',
  );
});

test('a package without a licence is not bundled', () => {
  const scratch = createScratch();
  scratch.write('node_modules/none/package.json', '{"name":"none","version":"1.0.0"}');
  expect(() => notices([scratch.at('node_modules/none/index.js')])).toThrow('no licence');
});

test('the built package has the licences of the packages in it', () => {
  const built = readFileSync(new URL('../../../dist/THIRD-PARTY-LICENSES.txt', import.meta.url), 'utf8');
  expect(built).toContain('\njsonc-parser ');
  expect(built).toContain('Copyright');
});
