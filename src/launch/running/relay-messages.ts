import type { ChildProcess, Serializable } from 'node:child_process';

/** Relays the messages between the parent and the child of this process over the channels that Node makes between processes. */
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
  // An open channel would keep this process alive.
  child.once('disconnect', () => {
    if (process.connected) process.disconnect();
  });
}

/** Ignores a failed send: a receiver that no longer listens is about to exit, which is reported by other events. */
function ended(): void {}

function isSerializable(value: unknown): value is Serializable {
  return value !== null && ['string', 'number', 'boolean', 'object'].includes(typeof value);
}
