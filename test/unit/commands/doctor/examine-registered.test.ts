import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CHECKS } from '../../../../src/commands/doctor/examine.js';

const FOLDER = new URL('../../../../src/commands/doctor/', import.meta.url);

it('doctor runs each existing check once', async () => {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const modules = await Promise.all(files.map(async (name): Promise<Record<string, unknown>> => import(new URL(name, FOLDER).href)));
  const names = modules.flatMap((module) => Object.values(module)).flatMap((value) => (isCheck(value) ? [value.name] : []));
  expect(CHECKS.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
});

function isCheck(value: unknown): value is { readonly name: string } {
  return typeof value === 'object' && value !== null && 'find' in value && 'name' in value;
}
