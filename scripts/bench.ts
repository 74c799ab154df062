import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Argument, Command } from 'commander';
import * as v from 'valibot';
import { endEverything, endOnSignals } from '../test/support/lifetime.js';
import { type Comparison, compare, fails, TOLERANCE } from './bench/compare.js';
import { currentConditions, currentLoad } from './bench/conditions.js';
import { conditions, figureText, makePage } from './bench/page.js';
import { measurePart } from './bench/part.js';
import { parts } from './bench/parts.js';
import { formatReport, type MeasuredPart, parseReport, type Report } from './bench/report.js';
import type { Row } from './bench/rows.js';

// Measures what pclaude costs, as ratios within one run, because machines differ and so does one machine from minute to minute; and
// how many sessions at once behave. See docs/benchmarks.md.
const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));
const JSON_FILE = `${REPOSITORY}docs/benchmarks.json`;
const PAGE_FILE = `${REPOSITORY}docs/benchmarks.md`;
const TEMPLATE_FILE = `${REPOSITORY}scripts/bench/page.md`;

const command = new Command('bench')
  .description('Measures what pclaude costs. Without --write and --check it prints the figures.')
  .addArgument(new Argument('[part...]', 'the parts to measure; without any: all that do not take minutes').choices(Object.keys(parts)))
  .option('--write', 'write the figures to docs/benchmarks.json, and docs/benchmarks.md anew', false)
  .option('--check', `measure the rows that are marked in docs/benchmarks.md; exit with 1 if one is ${TOLERANCE * 100} % worse`, false)
  .parse(process.argv);
const { write, check } = v.parse(v.object({ write: v.boolean(), check: v.boolean() }), command.opts());
if (write && check) command.error('error: --write and --check exclude each other');
const named = command.args;

endOnSignals();
try {
  const before = await lastReport();
  const measured: Record<string, MeasuredPart> = {};
  const comparisons: Comparison[] = [];
  for (const [name, part] of Object.entries(parts)) {
    const rows = check ? part.rows.filter(({ checked }) => checked) : part.rows;
    if (rows.length === 0 || (named.length > 0 ? !named.includes(name) : part.slow)) continue;
    const reason = part.missing?.();
    if (reason !== undefined) {
      process.stdout.write(`\n${part.title}: not measured, ${reason}\n`);
      continue;
    }
    const now = await measure(name, rows);
    measured[name] = now;
    if (check) comparisons.push(...compare(rows, before.parts[name]?.figures ?? [], now.figures));
    else print(part.title, rows, now);
  }
  if (check) printComparisons(comparisons);
  if (write) await save(measured);
} finally {
  await endEverything();
}

async function measure(name: string, rows: readonly Row[]): Promise<MeasuredPart> {
  const part = parts[name];
  if (part === undefined) throw new Error(`no part is called ${name}`);
  const before = currentLoad();
  const begin = performance.now();
  try {
    const figures = await measurePart(part, rows);
    process.stderr.write(`${name}: ${((performance.now() - begin) / 1_000).toFixed(1)} s\n`);
    return { ...currentConditions(REPOSITORY), load: [before, currentLoad()], figures };
  } finally {
    await endEverything();
  }
}

function print(title: string, rows: readonly Row[], now: MeasuredPart): void {
  process.stdout.write(`\n${title}\n\n`);
  for (const row of rows) {
    const figure = now.figures.find(({ id }) => id === row.id);
    process.stdout.write(
      `${row.what.padEnd(88)} ${figure ? figureText(row, figure) : 'not measured'}${row.goal ? `   goal: ${row.goal}` : ''}\n`,
    );
  }
  process.stdout.write(`\n${conditions(now)}\n`);
}

function printComparisons(comparisons: readonly Comparison[]): void {
  for (const one of comparisons) {
    const figures = 'was' in one ? `${one.was.toFixed(3)} -> ${one.is.toFixed(3)}  ${(one.change * 100).toFixed(1).padStart(5)} %` : '';
    process.stdout.write(`${one.verdict.padEnd(11)}${one.id.padEnd(24)}${figures}\n`);
  }
  if (comparisons.some(({ verdict }) => verdict === 'faster'))
    process.stdout.write('faster than in docs/benchmarks.json: npm run bench -- --write\n');
  const failed = comparisons.filter(fails);
  if (failed.length === 0) return;
  process.stdout.write(
    `${failed.map(({ id }) => id).join(', ')}: more than ${TOLERANCE * 100} % worse than in docs/benchmarks.json, or not comparable with it\n`,
  );
  process.exitCode = 1;
}

async function lastReport(): Promise<Report> {
  return parseReport(await readFile(JSON_FILE, 'utf8'));
}

/** Replaces the parts that were measured, in what the file contains by now. */
async function save(measured: Report['parts']): Promise<void> {
  const report: Report = { version: 1, parts: { ...(await lastReport()).parts, ...measured } };
  const page = makePage(await readFile(TEMPLATE_FILE, 'utf8'), parts, report);
  await writeFile(JSON_FILE, formatReport(report));
  await writeFile(PAGE_FILE, page);
}
