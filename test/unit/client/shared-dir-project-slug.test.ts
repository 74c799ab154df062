import { expect, it } from 'vitest';
import { projectSlug } from '../../../src/client/shared-dir.js';

it.each([
  ['/home/me/my_project', '-home-me-my-project'],
  ['/a.b/ü', '-a-b--'],
  [`/${'x'.repeat(199)}`, `-${'x'.repeat(199)}`],
])('projectSlug of %s', (path, slug) => {
  expect(projectSlug(path)).toBe(slug);
});

it('projectSlug gives distinct names to long paths', () => {
  const [one, two] = ['1', '2'].map((end) => projectSlug(`/${'x'.repeat(250)}${end}`));
  expect(one).toMatch(/^-x{199}-[0-9a-z]+$/);
  expect(one).not.toBe(two);
});
