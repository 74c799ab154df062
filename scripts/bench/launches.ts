import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { heading, median, now, repeat, row } from './measure.js';

// The client is a shell script that records when it starts and when it ends.
const PCLAUDE = fileURLToPath(new URL('../../dist/pclaude.js', import.meta.url));
const CHANGED_MEMORIES = 20;

interface Place {
  readonly home: string;
  readonly client: string;
}

interface Timing {
  /** All in milliseconds: from the start of pclaude to that of the client, and from the client's end to that of pclaude. */
  readonly launch: number;
  readonly finish: number;
}

/** Makes a home with these numbers of transcripts, skills and memories, and a client that runs `body`. */
async function makePlace(
  root: string,
  name: string,
  sizes: { transcripts: number; skills: number; memories: number },
  body = '',
): Promise<Place> {
  const home = join(root, name);
  const shared = join(home, '.claude');
  const project = join(shared, 'projects', join(home, 'work').replaceAll(/[^a-zA-Z0-9]/g, '-'));
  await Promise.all(
    [join(project, 'memory'), join(shared, 'skills'), join(home, 'work')].map(async (folder) => mkdir(folder, { recursive: true })),
  );
  await writeFile(
    join(home, '.claude.json'),
    JSON.stringify({
      numStartups: 1,
      projects: Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`/p/${at}`, { allowedTools: [], lastCost: at }])),
    }),
  );
  await writeFile(join(shared, 'settings.json'), '{ "permissions": { "allow": ["Bash(ls:*)"] } }\n');
  for (let at = 0; at < sizes.transcripts; at++) await writeFile(join(project, `${at}.jsonl`), '{}\n');
  for (let at = 0; at < sizes.memories; at++) await writeFile(join(project, 'memory', `note-${at}.md`), `note ${at}\n`);
  for (let at = 0; at < sizes.skills; at++) {
    await mkdir(join(shared, 'skills', `skill-${at}`));
    await writeFile(join(shared, 'skills', `skill-${at}`, 'SKILL.md'), `skill ${at}\n`);
  }
  const client = join(home, 'client.sh');
  await writeFile(client, `#!/bin/sh\ndate +%s%N\ndate +%s%N\n${body}\ndate +%s%N\n`);
  await chmod(client, 0o755);
  return { home, client };
}

async function launch({ home, client }: Place): Promise<Timing> {
  const start = now();
  const child = spawn(process.execPath, [PCLAUDE, 'hello'], {
    cwd: join(home, 'work'),
    env: environment(home, client),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(child, 'exit');
  const end = now();
  const [first = 0, second = 0, ended = 0] = output
    .trim()
    .split('\n')
    .map((line) => Number(line) / 1e6);
  // Reading the clock takes a program as well: the second reading takes as long as the first.
  return { launch: first - (second - first) - start, finish: end - ended };
}

/** Starts and ends `node` with nothing to do. */
async function idleStart(): Promise<number> {
  const start = now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore', env: environment('/', '') }), 'exit');
  return now() - start;
}

/** Resident memory, in MiB, of a waiting process. */
async function resident(args: readonly string[], env: NodeJS.ProcessEnv, cwd: string, ready: boolean): Promise<number> {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    if (ready) await once(child.stdout, 'data');
    else await once(child, 'spawn').then(() => new Promise((resolve) => setTimeout(resolve, 500)));
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
  } finally {
    child.stdin.end();
    if (!ready) child.kill();
    await once(child, 'exit');
  }
}

function environment(home: string, client: string): NodeJS.ProcessEnv {
  return { HOME: home, PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, PCLAUDE_CLAUDE_PATH: client, ANTHROPIC_API_KEY: 'none' };
}

/** Measures what a launch and an end cost, compared with node itself. */
export async function benchLaunches(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'pclaude-bench-'));
  try {
    const large = { transcripts: 10_000, skills: 1_000, memories: 500 };
    const writes = `d="$(dirname "$2")"; i=0; while [ $i -lt ${CHANGED_MEMORIES} ]; do mkdir -p "$d/memory/c$i"; echo "new $i" > "$d/memory/c$i/new-$i.md"; i=$((i+1)); done`;
    // The client lives long enough for its launcher to load what it needs at the end.
    const lives = 'sleep 2';
    const [small, big, writer, waiter] = await Promise.all([
      makePlace(root, 'small', { transcripts: 0, skills: 0, memories: 0 }, lives),
      makePlace(root, 'big', large, lives),
      makePlace(root, 'writer', large, `${lives}; ${writes}`),
      makePlace(root, 'waiter', large, 'read line'),
    ]);
    spawnSync('sync'); // else the disk is still busy with these files
    // Launches come first: measurements that write much keep the disk busy after their end.
    const measured = await repeat(async () => ({ idle: await idleStart(), small: await launch(small), big: await launch(big) }));
    const writing = await repeat(async () => launch(writer));
    const idle = median(measured.map((round) => round.idle));
    const inBig = median(measured.map((round) => round.big.launch));
    heading(`10,000 transcripts, 1,000 skills, 500 memories; node -e 0 takes ${idle.toFixed(1)} ms`);
    row('start of pclaude to start of the client / node -e 0', (inBig / idle).toFixed(2), 'at most 1.5');
    row('the same / with an empty shared dir', (inBig / median(measured.map((round) => round.small.launch))).toFixed(2), 'about 1');
    row(
      'end of the client to end of pclaude, nothing to merge',
      `${median(measured.map((round) => round.big.finish)).toFixed(1)} ms`,
      'at most 10 ms',
    );
    row(
      `  with ${CHANGED_MEMORIES} changed memory files`,
      `${median(writing.map((timing) => timing.finish)).toFixed(1)} ms`,
      'at most 50 ms',
    );
    const waiting = await resident([PCLAUDE, 'hello'], environment(waiter.home, waiter.client), join(waiter.home, 'work'), true);
    const bare = await resident(['-e', 'setInterval(()=>{},1e6)'], environment('/', ''), '/', false);
    row('memory of a waiting pclaude / an idle node', (waiting / bare).toFixed(2), 'at most 1.3');
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
