/** How ports are dealt out: in blocks, which are numbered from 1 on. */
export interface PortBlocks {
  /** Where the first one begins. */
  readonly portBase: number;
  /** How many ports there are in each. */
  readonly ports: number;
}

/**
 * Where the user has said nothing. Below the ports that systems give out by themselves (Linux from 32768 on, macOS from 49152),
 * and where none of the usual servers listens.
 */
export const DEFAULT_BLOCKS: PortBlocks = { portBase: 23_000, ports: 20 };

const HIGHEST_PORT = 65_535;

/** The first port of a block; undefined where there are not so many. */
export function firstPort(block: number, { portBase, ports }: PortBlocks): number | undefined {
  const port = portBase + (block - 1) * ports;
  return port + ports - 1 <= HIGHEST_PORT ? port : undefined;
}

/** The block that begins with a port; undefined when none does. */
export function blockAt(port: number, { portBase, ports }: PortBlocks): number | undefined {
  const block = (port - portBase) / ports + 1;
  return Number.isInteger(block) && block >= 1 ? block : undefined;
}
