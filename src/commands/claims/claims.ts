import { Command } from 'commander';
import { listClaims } from '../../coordination/claims/claims.js';
import { claimJson, claimTable } from './claim-table.js';
import { loadStore } from '../../session/from-environment.js';
import { print, printIfTerminal, printJson, terminalWidth } from '../output.js';

/** `pclaudectl claims` */
export function claimsCommand(environment: NodeJS.ProcessEnv): Command {
  return new Command('claims')
    .description('list what is claimed, and by whom')
    .option('--json', 'as a JSON array')
    .action(async ({ json }: { json?: true }) => {
      const claims = await listClaims((await loadStore(environment)).stateDir);
      if (json === true) printJson(claims.map(claimJson));
      else if (claims.length === 0) printIfTerminal('nothing is claimed');
      else print(claimTable(claims, Date.now(), terminalWidth()));
    });
}
