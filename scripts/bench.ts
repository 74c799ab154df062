import { benchLaunches } from './bench/launches.js';
import { benchMerges } from './bench/merges.js';
import { benchSessions } from './bench/sessions.js';

// What pclaude costs, as ratios within one run: machines differ, and so does one machine from minute to minute. And what
// many sessions at once come to. With a word only that part. See docs/benchmarks.md.
const parts = new Map([['launches', benchLaunches], ['merges', benchMerges], ['sessions', benchSessions]]);
const wanted = process.argv.slice(2);
for (const name of wanted) if (!parts.has(name)) throw new Error(`there is no part ${name}, only ${[...parts.keys()].join(', ')}`);
for (const [name, bench] of parts) if (wanted.length === 0 || wanted.includes(name)) await bench();
