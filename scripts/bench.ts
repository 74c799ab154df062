import { endEverything } from '../test/support/lifetime.js';
import { benchEndings } from './bench/endings.js';
import { benchHooks } from './bench/hooks.js';
import { benchIdle } from './bench/idle.js';
import { benchLaunches } from './bench/launches.js';
import { benchLostWrites } from './bench/lost-writes.js';
import { benchMerges } from './bench/merges.js';

// Measures what pclaude costs, as ratios within one run, because machines differ and so does one machine from minute to minute; and
// how many sessions at once behave. Arguments select parts. See docs/benchmarks.md.
const parts = {
  launches: benchLaunches,
  hooks: benchHooks,
  merges: benchMerges,
  lost: benchLostWrites,
  endings: benchEndings,
  idle: benchIdle,
};
const groups: Readonly<Record<string, readonly string[]>> = { sessions: ['lost', 'endings', 'idle'] };

const words = process.argv.slice(2);
const wanted = words.flatMap((word) => groups[word] ?? [word]);
for (const word of wanted)
  if (!(word in parts))
    throw new Error(`no part is called ${word}; there are ${[...Object.keys(parts), ...Object.keys(groups)].join(', ')}`);
try {
  for (const [name, bench] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await bench();
} finally {
  await endEverything();
}
