import type { Sender } from '../protocol/wire.js';
import { createRetry } from './backoff.js';
import { type ChatError, isPassing, refusedBy } from './chat-error.js';
import { createTimer, type Environment } from './environment.js';
import { READ_MARK_DELAY_MS } from './limits.js';
import type { Transport } from './transport.js';

export type ReadSeq = Readonly<Record<Sender, number>>;

export interface ReadMarksDependencies {
  readonly consultationId: string;
  readonly sender: Sender;
  readonly transport: Transport;
  readonly environment: Environment;
  /** Called with a mark that the server has definitely refused. */
  readonly problem: (error: ChatError) => void;
}

/**
 * Tells the server how far this party has read. Marks never go back, and those of a short while are sent as one. A mark
 * is repeated until the server is known to have it.
 */
export interface ReadMarks {
  mark(seq: number): void;
  /** Called with the mark that the server has for this party. It may come from another device. */
  known(seq: number): void;
  connected(): void;
  connectionLost(): void;
  restart(): void;
  /** Tells once more what the server is not known to have, such as of somebody who looked in for a moment, and no more. */
  close(): void;
}

export function createReadMarks(dependencies: ReadMarksDependencies): ReadMarks {
  const { consultationId, sender, transport, environment, problem } = dependencies;
  const timer = createTimer(environment);
  const retry = createRetry(environment);
  let wanted = 0;
  let told = 0;
  let isAsking = false;
  let epoch = 0;

  async function tell(): Promise<void> {
    if (isAsking || retry.isWaiting() || wanted <= told || !transport.isUp()) return;
    isAsking = true;
    const [mine, seq] = [epoch, wanted];
    const answer = await transport.request('mark_read', { consultationId, seq, sender });
    if (mine !== epoch || answer === undefined) return;
    isAsking = false;
    if (answer.ok || !isPassing(answer.error)) {
      told = Math.max(told, seq);
      retry.reset();
      if (!answer.ok) problem(refusedBy(answer.error));
      void tell();
    } else retry.later(() => void tell(), answer.error.retryAfterMs);
  }

  function forgetAnswers(): void {
    epoch += 1;
    isAsking = false;
    timer.cancel();
    retry.cancel();
  }

  return {
    mark: (seq) => {
      if (seq <= wanted) return;
      wanted = seq;
      if (!timer.isRunning()) timer.start(READ_MARK_DELAY_MS, () => void tell());
    },
    known: (seq) => {
      told = Math.max(told, seq);
    },
    connected: () => void tell(),
    connectionLost: forgetAnswers,
    restart: () => {
      forgetAnswers();
      wanted = 0;
      told = 0;
    },
    close: () => {
      forgetAnswers();
      void tell();
      forgetAnswers();
    },
  };
}
