import type { Ack, Message, Sender, SendMessageAnswer } from '../protocol/wire.js';
import { createRetry } from './backoff.js';
import { isPassing, refusedBy } from './chat-error.js';
import type { Environment } from './environment.js';
import { invariant } from './invariant.js';
import type { Outbox, OutgoingMessage } from './outbox.js';
import type { Transport } from './transport.js';

export interface OutboxSenderDependencies {
  readonly consultationId: string;
  readonly sender: Sender;
  readonly transport: Transport;
  readonly outbox: Outbox;
  readonly environment: Environment;
  readonly maxInFlight: number;
}

/**
 * Sends the messages of the outbox, the oldest first and several at a time. Each of them is sent until it is stored or
 * definitely refused.
 */
export interface OutboxSender {
  /** Sends the messages that may be sent now. */
  pump(): void;
  /** Called when the connection is lost. Every message without an answer is sent again, from the oldest on. */
  connectionLost(): void;
  /** Called with each stored message that is seen. If it is one of ours, this settles it as an answer would. */
  saw(message: Message): void;
  close(): void;
}

/**
 * Messages keep their order in this way. One connection keeps the order of its requests, and after a loss every message
 * without an answer is sent again, from the oldest on. When the server puts a message off (`server.*`, `rate.limited`),
 * nothing new is sent until everything on the wire is answered. Then sending goes on from the oldest, one at a time
 * until one is stored.
 */
export function createOutboxSender(dependencies: OutboxSenderDependencies): OutboxSender {
  const { consultationId, sender, transport, outbox, maxInFlight } = dependencies;
  const retry = createRetry(dependencies.environment);
  let inFlight = 0;
  let window = maxInFlight;
  /** Set while the server has asked for a pause. `retryAfterMs` is in ms. */
  let pause: { readonly retryAfterMs: number | undefined } | null = null;
  let epoch = 0;
  let isPumping = false;

  function pump(): void {
    // Listeners are told of each step, and may themselves send. Such a message must not overtake the others.
    if (isPumping) return;
    isPumping = true;
    try {
      while (pause === null && inFlight < window && transport.isUp()) {
        const message = outbox.nextWaiting();
        if (message === undefined) break;
        void transmit(message, epoch);
      }
    } finally {
      isPumping = false;
    }
  }

  async function transmit({ clientMessageId, content }: OutgoingMessage, mine: number): Promise<void> {
    inFlight += 1;
    outbox.sending(clientMessageId);
    const payload = { consultationId, sender, content, clientMessageId };
    const answer = await transport.request('send_message', payload);
    if (mine !== epoch || answer === undefined) return;
    inFlight -= 1;
    /* @__PURE__ */ invariant(() => inFlight >= 0, 'out of bounds');
    take(answer, clientMessageId, content);
    // A listener may have closed everything meanwhile.
    if (mine === epoch) goOn();
  }

  function take(answer: Ack<SendMessageAnswer>, clientMessageId: string, content: string): void {
    // The message may have been seen as stored before this answer arrived, and another text may now be waiting under
    // its id.
    const isOfThis = outbox.find(clientMessageId)?.content === content;
    if (answer.ok) {
      if (isOfThis) outbox.stored(clientMessageId, answer);
      window = maxInFlight;
      retry.reset();
    } else if (isPassing(answer.error)) {
      if (isOfThis) outbox.waitAgain(clientMessageId);
      slowDown(answer.error.retryAfterMs);
    } else if (isOfThis) {
      outbox.refused(clientMessageId, refusedBy(answer.error, clientMessageId));
    }
  }

  function slowDown(retryAfterMs = 0): void {
    const asked = Math.max(retryAfterMs, pause?.retryAfterMs ?? 0);
    pause = { retryAfterMs: asked > 0 ? asked : undefined };
    window = 1;
  }

  function goOn(): void {
    if (pause === null) pump();
    else if (inFlight === 0 && !retry.isWaiting()) {
      retry.later(() => {
        pause = null;
        pump();
      }, pause.retryAfterMs);
    }
  }

  return {
    pump,
    connectionLost: () => {
      epoch += 1;
      inFlight = 0;
      for (const { clientMessageId } of outbox.messages()) outbox.waitAgain(clientMessageId);
      goOn();
    },
    saw: (message) => {
      const { clientMessageId, sender: author, content } = message;
      if (clientMessageId === undefined || author !== sender) return;
      const mine = outbox.find(clientMessageId);
      // The server may hold another text under this id. Then the server's answer, a conflict, is what counts.
      if (mine?.content.trim() === content) outbox.stored(clientMessageId, message);
    },
    close: () => {
      epoch += 1;
      retry.cancel();
      outbox.close();
    },
  };
}
