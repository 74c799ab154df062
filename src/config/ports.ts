/** Ports are given out in blocks, which are numbered from 1 on. */
export interface PortBlocks {
  /** The first port of the first block. */
  readonly portBase: number;
  /** The number of ports in each block. */
  readonly ports: number;
}

/**
 * The default. It is below the ports that systems assign by themselves (Linux from 32768 on, macOS from 49152), in a range in which
 * none of the common servers listens.
 */
export const DEFAULT_BLOCKS: PortBlocks = { portBase: 23_000, ports: 20 };

const HIGHEST_PORT = 65_535;

/** The first port of a block; undefined when the block would exceed the highest port. */
export function firstPort(block: number, { portBase, ports }: PortBlocks): number | undefined {
  const port = portBase + (block - 1) * ports;
  return port + ports - 1 <= HIGHEST_PORT ? port : undefined;
}

/** The block that begins with this port; undefined when there is none. */
export function blockAt(port: number, { portBase, ports }: PortBlocks): number | undefined {
  const block = (port - portBase) / ports + 1;
  return Number.isInteger(block) && block >= 1 ? block : undefined;
}
