import type { Part } from './part.js';
import type { MeasuredPart, Report } from './report.js';
import type { Figure, Row } from './rows.js';

/**
 * Makes docs/benchmarks.md: replaces each `{{name}}` of the template, on a line of its own, by the table of the part with this name. Throws
 * when the template and the parts do not fit: a table would be missing.
 */
export function makePage(template: string, parts: Readonly<Record<string, Pick<Part, 'title' | 'rows'>>>, report: Report): string {
  const shown = new Set<string>();
  const page = template.replaceAll(/^\{\{(.*)\}\}$/gm, (_, name: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`the template shows ${name}, which is not a part`);
    shown.add(name);
    return table(name, part.rows, report.parts[name]);
  });
  const missing = Object.keys(parts).filter((name) => !shown.has(name));
  if (missing.length > 0) throw new Error(`the template does not show ${missing.join(', ')}`);
  return page;
}

/** The value as people read it and, in brackets, its spread. */
export function figureText(row: Row, figure: Figure): string {
  const { value, low, high, rounds, outOf } = figure;
  const of = outOf === undefined ? '' : ` of ${number(outOf, row.unit)}`;
  const unit = row.unit === 'ms' ? ' ms' : row.unit === 'percent' ? ' %' : '';
  const spread = rounds > 1 ? ` (${number(low, row.unit)} to ${number(high, row.unit)})` : '';
  return `${number(value, row.unit)}${of}${unit}${spread}`;
}

/** The conditions under which a part was measured, as one sentence. */
export function conditions({ measured, commit, node, machine, load, figures }: MeasuredPart): string {
  const rounds = Math.max(...figures.map((figure) => figure.rounds));
  const how = rounds > 1 ? `Medians of up to ${rounds} rounds; in brackets: the middle half of the rounds` : 'One round';
  const { system, processor, cores, memoryGiB } = machine;
  return `${how}. Commit ${commit}, ${measured.slice(0, 10)}, Node ${node}, ${cores} cores (${processor}), ${memoryGiB} GiB, ${system}; load ${load[0].toFixed(1)} before and ${load[1].toFixed(1)} after.`;
}

function table(name: string, rows: readonly Row[], measured: MeasuredPart | undefined): string {
  if (measured === undefined) return `Not measured yet: \`npm run bench -- ${name} --write\`.`;
  const lines = rows.map((row) => {
    const figure = measured.figures.find(({ id }) => id === row.id);
    return `| ${row.what}${row.checked ? ' ✓' : ''} | ${figure ? figureText(row, figure) : 'not measured'} | ${row.goal ?? ''} |`;
  });
  return ['| | measured | goal |', '|---|---|---|', ...lines, '', conditions(measured)].join('\n');
}

function number(value: number, unit: Row['unit']): string {
  if (unit === 'ratio') return value.toFixed(2);
  if (unit === 'percent') return value.toFixed(3);
  if (unit === 'ms' && Math.abs(value) < 100) return value.toFixed(1);
  return Math.round(value).toLocaleString('en');
}
