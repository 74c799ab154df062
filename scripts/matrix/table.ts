import type { Facts } from './facts.js';

/** A Markdown table with a row per fact and a column per version; below it, why a fact does not hold. */
export function matrixTable(matrix: readonly Facts[]): string {
  const facts = [...new Set(matrix.flatMap(({ holding, broken }) => [...holding, ...broken.map(({ fact }) => fact)]))].toSorted();
  const rows = facts.map((fact) => [fact, ...matrix.map(({ holding }) => (holding.includes(fact) ? 'yes' : '**no**'))]);
  const head = ['fact', ...matrix.map(({ version }) => version)];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`);
  const reasons = matrix.flatMap(({ version, broken }) => broken.map(({ fact, why }) => `- ${version}, ${fact}: ${why}\n`));
  return [...lines, ...(reasons.length > 0 ? ['\n', ...reasons] : [])].join('');
}
