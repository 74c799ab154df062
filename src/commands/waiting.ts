import { InvalidArgumentError, Option } from 'commander';

/** The options for how long a command waits. */
export interface WaitOptions {
  readonly wait?: true;
  readonly fail?: true;
  readonly timeout?: number;
}

/** `--wait`, `--fail` and `--timeout`; `usual` is the default. */
export function waitOptions(usual: 'wait' | 'fail'): Option[] {
  const note = (option: 'wait' | 'fail'): string => (option === usual ? ' (the default)' : '');
  return [
    new Option('--wait', `wait until it is free${note('wait')}`).conflicts('fail'),
    new Option('--fail', `do not wait${note('fail')}`).conflicts(['wait', 'timeout']),
    new Option('--timeout <seconds>', 'wait so long at most').argParser(seconds),
  ];
}

/** The timeout in milliseconds. */
export function timeoutOf({ wait, fail, timeout }: WaitOptions, usual: 'wait' | 'fail'): number {
  if (timeout !== undefined) return timeout * 1_000;
  return wait === true || (fail !== true && usual === 'wait') ? Infinity : 0;
}

function seconds(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= 0)) throw new InvalidArgumentError('A number of seconds, from 0 on.');
  return number;
}
