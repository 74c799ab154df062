import { endEverything } from '../../test/support/lifetime.js';
import { benchEndings } from './endings.js';
import { benchIdle } from './idle.js';
import { benchLostWrites } from './lost-writes.js';

/** Many sessions at once: what they lose, how they end, how long they hold the lock, and what one costs that does nothing. */
export async function benchSessions(): Promise<void> {
  try {
    await benchLostWrites();
    await benchEndings();
    await benchIdle();
  } finally {
    await endEverything();
  }
}
