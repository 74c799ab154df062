import type { ChildProcess, Serializable } from 'node:child_process';

/** Hands on what our parent and our child say to each other over the channels that Node makes between processes. */
export function relayMessages(child: ChildProcess): void {
  process.on('message', (message) => {
    if (isSerializable(message) && child.connected) child.send(message, ended);
  });
  child.on('message', (message) => {
    if (process.connected) process.send?.(message, undefined, undefined, ended);
  });
  process.once('disconnect', () => {
    if (child.connected) child.disconnect();
  });
  // An open channel would keep us alive.
  child.once('disconnect', () => {
    if (process.connected) process.disconnect();
  });
}

/** Who does not listen any more is about to end, which we are told of in another way. */
function ended(): void {}

function isSerializable(value: unknown): value is Serializable {
  return value !== null && ['string', 'number', 'boolean', 'object'].includes(typeof value);
}
