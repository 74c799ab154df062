import { Argument, Command, Option } from 'commander';
import { expect, test } from 'vitest';
import { commanderCompletion } from '../../../../src/commands/completion/script.js';

test('a command line is parsed down to its last command', () => {
  const show = new Command('show')
    .description('show one')
    .argument('<entry>')
    .argument('[file]')
    .option('-o, --output <path>', 'write it there');
  const log = new Command('log').alias('history').description('what was done').option('--session <id>', 'of one session').addCommand(show);
  const init = new Command('init')
    .description('for shells')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh']))
    .addOption(new Option('--secret').hideHelp());
  const program = new Command('tool')
    .option('--color [when]', 'in colour')
    .addOption(new Option('--level <level>', 'how much').choices(['some', 'all']))
    .addCommand(log)
    .addCommand(init)
    .addCommand(new Command('words'), { hidden: true });
  const help = { names: ['-h', '--help'], about: 'help', value: { kind: 'nothing' } };

  expect(commanderCompletion(program)).toEqual({
    program: 'tool',
    levels: [
      {
        path: '',
        options: [
          { names: ['--color'], about: 'in colour', value: { kind: 'nothing' } },
          { names: ['--level'], about: 'how much', value: { kind: 'words', words: ['some', 'all'] } },
          help,
        ],
        unlisted: [],
        commands: [
          { names: ['log', 'history'], about: 'what was done' },
          { names: ['init'], about: 'for shells' },
        ],
        rest: { kind: 'nothing' },
      },
      {
        path: 'log',
        options: [{ names: ['--session'], about: 'of one session', value: { kind: 'id' } }, help],
        unlisted: [],
        commands: [{ names: ['show'], about: 'show one' }],
        rest: { kind: 'nothing' },
      },
      {
        path: 'log show',
        options: [{ names: ['-o', '--output'], about: 'write it there', value: { kind: 'file' } }, help],
        unlisted: [],
        commands: [],
        rest: { kind: 'entry' },
      },
      { path: 'init', options: [help], unlisted: [], commands: [], rest: { kind: 'words', words: ['bash', 'zsh'] } },
    ],
  });
});
