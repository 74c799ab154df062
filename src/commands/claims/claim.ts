import { Argument, Command } from 'commander';
import type { HeldClaim } from '../../coordination/claims/lease.js';
import { waitForClaim } from '../../coordination/claims/wait.js';
import { UserError } from '../../system/errors.js';
import { claimantHere, claimedLine, claimedPath, pidOption } from './claimant.js';
import { claimJson } from './claim-table.js';
import { note, printJson } from '../output.js';
import { timeoutOf, type WaitOptions, waitOptions } from '../waiting.js';

interface Options extends WaitOptions {
  readonly pid?: number;
  readonly json?: true;
}

/** `pclaudectl claim` */
export function claimCommand(environment: NodeJS.ProcessEnv): Command {
  const command = new Command('claim')
    .description('claim files or folders for this session, or for the shell that runs the command; all of them or none')
    .addArgument(new Argument('<path...>', 'need not exist; a folder is claimed with all below it').argParser(claimedPath));
  for (const option of [...waitOptions('fail'), pidOption()]) command.addOption(option);
  return command.option('--json', 'what was claimed, as a JSON array').action(async (paths: readonly string[], options: Options) => {
    const { stateDir, holder } = await claimantHere(environment, options.pid);
    const timeout = timeoutOf(options, 'fail');
    const line = (claim: HeldClaim): string => claimedLine(claim, wantedPath(paths, claim));
    const outcome = await waitForClaim(stateDir, holder, paths, { timeout, onLong: (claim) => note(`waiting: ${line(claim)}`) });
    if (outcome.state === 'refused') {
      throw new UserError('claimed', line(outcome.inTheWay[0]), timeout > 0 ? 'wait longer, or try again later' : 'to wait for it: --wait');
    }
    if (options.json === true) printJson(outcome.claims.map(claimJson));
  });
}

/** The requested path that a claim conflicts with. */
function wantedPath(paths: readonly string[], { path: claimed }: HeldClaim): string {
  return paths.find((path) => path === claimed || path.startsWith(`${claimed}/`) || claimed.startsWith(`${path}/`)) ?? claimed;
}
