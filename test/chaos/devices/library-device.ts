import { ChatError, connect, type Traffic } from '../../../src/client/index.js';
import type {
  Ack,
  Message,
  MessagesRead,
  Sender,
  SendMessageAnswer,
  SendMessagePayload,
} from '../../../src/protocol/wire.js';
import type { Recorder } from '../history.js';
import type { TcpProxy } from '../tcp-proxy.js';
import { type ChaosDevice, refusedAs, type SendOutcome, seen } from './device.js';

export interface LibraryDeviceOptions {
  readonly id: string;
  readonly consultationId: string;
  readonly sender: Sender;
  readonly token: string;
  readonly proxy: TcpProxy;
  readonly recorder: Recorder;
}

/** The client library as an application uses it. It repeats by itself, so one send is one operation here. */
export function createLibraryDevice(options: LibraryDeviceOptions): ChaosDevice {
  const { id, consultationId, sender, token, proxy, recorder } = options;
  const client = connect(proxy.url, { sender, token });
  const channel = client.consultation(consultationId);
  let connection = 0;
  let shown = 0;
  const inFlight = new Set<Promise<unknown>>();
  const unanswered = countUnanswered();

  client.onState(({ state }) => {
    if (state === 'online') connection += 1;
  });
  client.onTraffic((traffic: Traffic) => {
    unanswered.hear(traffic);
    const { direction, event, payload } = traffic;
    if (direction !== 'in') return;
    const at = recorder.now();
    if (event === 'new_message') {
      const message = recorder.intern(seen(payload as Message));
      recorder.delivery({ device: id, connection, at, via: 'live', message });
    } else if (event === 'messages_read') {
      const { consultationId: of, reader, seq } = payload as MessagesRead;
      recorder.readNotice({ device: id, connection, at, consultationId: of, reader, seq });
    }
  });
  channel.onMessage((received) => {
    const message = recorder.intern(seen(received));
    recorder.applied({ device: id, at: recorder.now(), message });
    shown = message.seq;
  });

  async function say(content: string, clientMessageId: string): Promise<SendOutcome> {
    const invokedAt = recorder.now();
    const outcome = await channel
      .send(content, { clientMessageId })
      .then((sent): SendOutcome => ({ type: 'ok', ...sent, duplicate: null }), outcomeOfError);
    const settledAt = recorder.now();
    const sent = { device: id, consultationId, sender, clientMessageId, content, invokedAt, settledAt };
    recorder.send({ ...sent, outcome });
    if (outcome.type === 'refused' && unanswered.has(clientMessageId)) {
      recorder.send({ ...sent, outcome: { type: 'unknown', reason: 'an earlier request was not answered' } });
    }
    return outcome;
  }

  return {
    ...options,
    client: 'library',
    shown: () => shown,
    say: (content, clientMessageId) => {
      const saying = say(content, clientMessageId);
      inFlight.add(saying);
      void saying.finally(() => inFlight.delete(saying));
      return saying;
    },
    markRead: async () => {
      const seq = shown;
      if (seq === 0) return;
      const invokedAt = recorder.now();
      channel.markRead(seq);
      // The library tells later, as often as it must, and says nothing of the outcome.
      const outcome = { type: 'unknown', reason: 'not told' } as const;
      recorder.mark({
        device: id,
        consultationId,
        reader: sender,
        seq,
        invokedAt,
        settledAt: invokedAt,
        outcome,
      });
    },
    leaveAndReturn: async () => {
      channel.leave();
      await channel.join().catch(() => {});
    },
    reconnect: () => {
      client.disconnect();
      client.connect();
    },
    close: async () => {
      client.close();
      await Promise.allSettled(inFlight);
    },
  };
}

/**
 * Knows the messages of which a request has not been answered. The library repeats it, and tells of the last answer. But a
 * process that was frozen may handle the first request after another one has refused the repeat by another clock.
 */
function countUnanswered() {
  const counts = new Map<string, number>();
  const add = (clientMessageId: string, count: number): void => {
    counts.set(clientMessageId, (counts.get(clientMessageId) ?? 0) + count);
  };
  return {
    hear: ({ direction, event, payload }: Traffic): void => {
      if (event !== 'send_message') return;
      if (direction === 'out') add((payload as SendMessagePayload).clientMessageId ?? '', 1);
      const answered = direction === 'answer' ? (payload as Ack<SendMessageAnswer>) : null;
      if (answered?.ok === false) add(answered.error.clientMessageId ?? '', -1);
    },
    has: (clientMessageId: string): boolean => (counts.get(clientMessageId) ?? 0) > 0,
  };
}

function outcomeOfError(error: unknown): SendOutcome {
  if (!(error instanceof ChatError)) throw error;
  if (error.code === 'client.closed') return { type: 'unknown', reason: error.code };
  return refusedAs(error.code);
}
