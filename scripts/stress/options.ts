import { Command, InvalidArgumentError, Option } from 'commander';
import * as v from 'valibot';
import { targetNames } from './targets.js';
import { wayNames } from './rounds.js';

/** The conditions under which the sessions write. */
const variantNames = ['none', 'agents', 'plain', 'busy'] as const;

export type VariantName = (typeof variantNames)[number];

/** The command line of the stress script. */
export type StressOptions = v.InferOutput<typeof optionsSchema>;

const optionsSchema = v.object({
  sessions: v.number(),
  rounds: v.number(),
  target: v.array(v.picklist(targetNames)),
  way: v.array(v.picklist(wayNames)),
  variant: v.array(v.picklist(variantNames)),
  program: v.picklist(['pclaude', 'claude']),
  keep: v.number(),
  json: v.boolean(),
});

/** Reads the command line. For `--help` and wrong usage it prints a text and exits. */
export function stressOptions(argv: readonly string[]): StressOptions {
  const command = new Command('stress')
    .description(
      'Real sessions write one file at the same moment: counts what is lost, doubled or failed, and ends with 1 when anything is.',
    )
    .option('--sessions <count>', 'how many sessions write', wholeNumber, 8)
    .option(
      '--rounds <count>',
      'how many rounds of each case; each round is a launch of its own, in which all cases follow one another',
      wholeNumber,
      1,
    )
    .addOption(new Option('--target <names...>', 'which files').choices(targetNames).default(targetNames))
    .addOption(new Option('--way <names...>', 'how they are written').choices(wayNames).default(wayNames))
    .addOption(
      new Option(
        '--variant <names...>',
        'agents: four of the sessions are agents of one; plain: two plain claude write beside them; busy: eight busy loops run',
      )
        .choices(variantNames)
        .default(['none']),
    )
    .addOption(new Option('--program <name>', 'what the sessions are').choices(['pclaude', 'claude']).default('pclaude'))
    .option('--keep <count>', 'how many homes of bad launches are kept', wholeNumber, 5)
    .option('--json', 'print all outcomes as JSON in place of the tables', false);
  return v.parse(optionsSchema, command.parse(argv).opts());
}

/** Reads the value of an option. Throws an error that commander reports as wrong usage. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('it is not a whole number');
  return Number(text);
}
