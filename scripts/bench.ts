import { benchLaunches } from './bench/launches.js';
import { benchMerges } from './bench/merges.js';

// What pclaude costs, as ratios within one run: machines differ, and so does one machine from minute to minute. With a
// word, `launches` or `merges`, only that part. See docs/benchmarks.md.
const part = process.argv[2];
if (part !== 'merges') await benchLaunches();
if (part !== 'launches') await benchMerges();
