/** The neighbour's own process: it attacks from `start` to `stop`, and says what each strike has come to. */
import { constants, setPriority } from 'node:os';
import { createRandom } from '../random.js';
import { attack } from './attacks.js';
import type { FromNeighbour, ToNeighbour } from './messages.js';

// In life it has a machine of its own: what it computes here must not be taken from those it is compared with.
setPriority(constants.priority.PRIORITY_LOW);

// Whoever measures is gone: nothing may be left running.
process.on('disconnect', () => process.exit(1));

function tell(message: FromNeighbour): void {
  process.send?.(message);
}

let over = new AbortController();
process.on('message', (message: ToNeighbour) => {
  if (message.type === 'stop') {
    over.abort();
    return;
  }
  over = new AbortController();
  const random = createRandom(message.seed);
  void attack(message.target, random, over.signal, (strike) => tell({ type: 'strike', strike })).then(() =>
    tell({ type: 'stopped' }),
  );
});
