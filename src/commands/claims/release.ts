import { Argument, Command, Option } from 'commander';
import { release, releaseAll } from '../../coordination/claims/claims.js';
import type { Release } from '../../coordination/claims/decide.js';
import { UserError } from '../../system/errors.js';
import { claimantHere, claimedLine, claimedPath, pidOption } from './claimant.js';
import { shown } from '../output.js';

interface Options {
  readonly all?: true;
  readonly force?: true;
  readonly pid?: number;
}

/** `pclaudectl release` */
export function releaseCommand(environment: NodeJS.ProcessEnv): Command {
  const command = new Command('release')
    .description('take back claims of this session, or of the shell that runs the command')
    .addArgument(new Argument('[path...]', 'as it was claimed').argParser(claimedPath))
    .option('--all', 'all of them')
    .addOption(new Option('-f, --force', 'also those of others').conflicts('all'))
    .addOption(pidOption());
  return command.action(async (paths: readonly string[], { all, force, pid }: Options) => {
    if ((paths.length === 0) !== (all === true)) command.error('error: name the paths to release, or --all');
    const { stateDir, holder } = await claimantHere(environment, pid);
    if (all === true) await releaseAll(stateDir, holder);
    else throwRefused(await release(stateDir, holder, paths, force === true));
  });
}

function throwRefused(outcome: Release): void {
  if (outcome.state === 'refused')
    throw new UserError('claimed', claimedLine(outcome.claim, outcome.claim.path), 'to take it from them: --force');
  if (outcome.state !== 'unclaimed') return;
  const { path, covering } = outcome;
  if (covering) throw new UserError('not-claimed', claimedLine(covering, path), `release that: ${shown(covering.path)}`);
  throw new UserError('not-claimed', `no one has claimed ${shown(path)}`, 'pclaudectl claims lists what is claimed');
}
