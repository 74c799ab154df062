import packageJson from '../../../../package.json' with { type: 'json' };
import { unsupported } from '../../../system/process/supported.js';
import { type Check, type Finding, finding } from '../check.js';

/** The operating system and Node. */
export const system: Check = {
  name: 'system',
  fine: '',
  find: () => systemFindings(process.platform, process.versions.node),
};

export function systemFindings(platform: NodeJS.Platform, node: string): Finding[] {
  const problem = unsupported(platform);
  if (problem) return [finding('error', problem.message, problem.hint)];
  const oldest = packageJson.engines.node.replace('>=', '');
  if (isOlder(node, oldest)) return [finding('error', `Node.js ${node} is too old`, `install Node.js ${oldest} or later`)];
  return [finding('ok', `Node.js ${node} on ${platform}`, null)];
}

function isOlder(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldMajor = 0, oldMinor = 0] = oldest.split('.').map(Number);
  return major < oldMajor || (major === oldMajor && minor < oldMinor);
}
