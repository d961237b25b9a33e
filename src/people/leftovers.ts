import type { ChatClient, ConsultationChannel } from '../client/index.js';
import type { Sender } from '../protocol/wire.js';
import { failedMessage } from '../room/outgoing-messages.js';
import type { OutgoingMessage } from '../room/timeline.js';

/**
 * A room that is left while a message is still on its way: its channel is opened once more until everything is sent, so
 * that nobody has to come back for it.
 */
export interface Leftovers {
  /** To be asked while the room is still there. @returns whether something is left to be sent. */
  has(consultationId: string): boolean;
  /** Consultations of which something is being sent. */
  readonly inFlight: readonly string[];
  /** Once the room is gone. */
  send(consultationId: string): void;
  /** Before the room is shown again. */
  stop(consultationId: string): void;
  close(): void;
}

/** @param refused is told what the server will not have: somebody has to decide about it. */
export function createLeftovers(
  client: ChatClient,
  sender: Sender,
  refused: (message: OutgoingMessage) => void,
): Leftovers {
  const channels = new Map<string, ConsultationChannel>();
  function stop(consultationId: string): void {
    channels.get(consultationId)?.close();
    channels.delete(consultationId);
  }
  return {
    get inFlight() {
      return [...channels.keys()];
    },
    has: (consultationId) => client.consultation(consultationId, { sender }).outbox.length > 0,
    send(consultationId) {
      if (channels.has(consultationId)) return;
      const channel = client.consultation(consultationId, { sender, from: 'now' });
      channels.set(consultationId, channel);
      channel.onOutbox((message) => {
        const { progress } = message;
        if (progress.state === 'refused')
          refused(failedMessage({ consultationId, sender }, message, progress.error));
        // The outbox forgets a message after it has told of it.
        queueMicrotask(() => channel.outbox.length === 0 && stop(consultationId));
      });
      // It may have gone out meanwhile, in another tab or before a reload.
      if (channel.outbox.length === 0) stop(consultationId);
    },
    stop,
    close() {
      for (const consultationId of [...channels.keys()]) stop(consultationId);
    },
  };
}
