import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MemoryProject } from '../../test/client/memory-project.js';
import type { Section } from './sections.js';

/** The kinds of shared files that sessions write at the same moment. */
export const targetNames = ['memory', 'index', 'skill', 'link'] as const;

export type TargetName = (typeof targetNames)[number];

/** A file that all sessions write. */
export interface SharedFile {
  /** The path by which the sessions name it. */
  readonly named: string;
  /** The path behind all links. */
  readonly path: string;
}

/** The location and the contents of a kind of file. */
interface Target {
  /** Returns the file of a round. Every round has its own, except that a project has only one `MEMORY.md`. */
  readonly locate: (project: MemoryProject, round: string) => SharedFile;
  /** Makes one part of such a file: whole lines; the first is unique if the title is. */
  readonly part: (title: string, words: string) => Section;
}

const paragraph: Target['part'] = (title, words) => ({ title, text: `## ${title}\n\n${words}.\n\n` });
const entry: Target['part'] = (title, words) => ({ title, text: `- [${title}](${slugOf(title)}.md) — ${words}\n` });
const entryBelowHeading: Target['part'] = (title, words) => ({
  title,
  text: `## ${title}\n\n- [${title}](${slugOf(title)}/SKILL.md) — ${words}\n\n`,
});

/** A memory note, `MEMORY.md`, a skill's `_index.md`, and a file behind a link that leads out of `~/.claude`. */
export const targets: Readonly<Record<TargetName, Target>> = {
  memory: {
    locate: ({ memory }, round) => ({ named: `\${MEMORY}/${round}.md`, path: join(memory, `${round}.md`) }),
    part: paragraph,
  },
  index: {
    locate: ({ memory }) => ({ named: '${MEMORY}/MEMORY.md', path: join(memory, 'MEMORY.md') }),
    part: entry,
  },
  skill: {
    locate: ({ shared }, round) => ({ named: shared('skills', round, '_index.md'), path: shared('skills', round, '_index.md') }),
    part: entryBelowHeading,
  },
  link: {
    // The folder is the link, because the client refuses to write a file that is itself a link.
    locate: ({ shared, sandbox }, round) => ({
      named: shared('skills', round, 'OPINIONS.md'),
      path: sandbox.at('dotfiles', round, 'OPINIONS.md'),
    }),
    part: paragraph,
  },
};

/** Writes the file, and makes the link that leads to its folder if the sessions name it through one. */
export async function placeFile({ sandbox, shared }: MemoryProject, { named, path }: SharedFile, content: string): Promise<void> {
  await sandbox.write(path, content);
  if (!named.startsWith(shared()) || named === path) return;
  await mkdir(dirname(dirname(named)), { recursive: true });
  await symlink(dirname(path), dirname(named));
}

function slugOf(title: string): string {
  return title.toLowerCase().replaceAll(' ', '-');
}
