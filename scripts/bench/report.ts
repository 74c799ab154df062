import * as v from 'valibot';

const figureSchema = v.strictObject({
  id: v.string(),
  value: v.number(),
  low: v.number(),
  high: v.number(),
  rounds: v.number(),
  outOf: v.optional(v.number()),
});

const partSchema = v.strictObject({
  measured: v.string(),
  /** With `+` if files were changed after it. */
  commit: v.string(),
  node: v.string(),
  machine: v.strictObject({ system: v.string(), processor: v.string(), cores: v.number(), memoryGiB: v.number() }),
  /** The load of the machine over one minute, before and after the measurement. */
  load: v.tuple([v.number(), v.number()]),
  figures: v.array(figureSchema),
});

const reportSchema = v.strictObject({ version: v.literal(1), parts: v.record(v.string(), partSchema) });

/** The content of docs/benchmarks.json: each part with the conditions under which it was measured last. */
export type Report = v.InferOutput<typeof reportSchema>;
export type MeasuredPart = Report['parts'][string];

/** Throws when the text is not a report. */
export function parseReport(text: string): Report {
  return v.parse(reportSchema, JSON.parse(text));
}

/** One figure a line, so that a change shows what became slower. */
export function formatReport({ version, parts }: Report): string {
  const all = Object.entries(parts).map(([name, { figures, ...conditions }]) => {
    const head = JSON.stringify(conditions, null, 2)
      .split('\n')
      .slice(1, -1)
      .map((line) => `    ${line.slice(2)}`);
    const lines = figures.map((figure) => `        ${JSON.stringify(figure)}`).join(',\n');
    return `    ${JSON.stringify(name)}: {\n${head.map((line) => `  ${line}`).join('\n')},\n      "figures": [\n${lines}\n      ]\n    }`;
  });
  return `{\n  "version": ${version},\n  "parts": {\n${all.join(',\n')}\n  }\n}\n`;
}
