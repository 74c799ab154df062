import { readFileSync } from 'node:fs';

/** A shell code block of the README. */
export interface ReadmeBlock {
  /** The heading above it. */
  readonly heading: string;
  readonly code: string;
}

/** The shell code blocks of the README, in order. */
export function readmeBlocks(): ReadmeBlock[] {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  return [...readme.matchAll(/```sh\n(.*?)```/gs)].map(({ 1: code = '', index }) => ({
    heading: /.*\n## (.*?)\n/s.exec(readme.slice(0, index))?.[1] ?? '',
    code,
  }));
}

/** Whether a block builds or installs a clone, which takes minutes. */
export function isOfClone({ code }: ReadmeBlock): boolean {
  return code.includes('npm ci');
}
