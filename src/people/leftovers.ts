import type { ChatClient, ConsultationChannel } from '../client/index.js';
import type { Sender } from '../protocol/wire.js';
import { failedMessage } from '../room/outgoing-messages.js';
import type { OutgoingMessage } from '../room/timeline.js';

/**
 * Sends the messages that are still on their way when somebody leaves a room. The room's channel is opened once more until
 * everything is sent, so that nobody has to come back for that.
 */
export interface Leftovers {
  /** Whether a room still has something to send. Call this before the room is gone. */
  has(consultationId: string): boolean;
  /** The consultations that still have messages on their way. */
  readonly inFlight: readonly string[];
  /** Sends what is left. Called when the room is gone. */
  send(consultationId: string): void;
  /** Called before the room is shown again, which then sends the rest itself. */
  stop(consultationId: string): void;
  close(): void;
}

/** @param refused called with each message that the server refuses, because its writer has to decide about it. */
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
        // The outbox tells its listeners first and forgets the message afterwards.
        queueMicrotask(() => channel.outbox.length === 0 && stop(consultationId));
      });
      // Everything may have been sent meanwhile, by another tab or before a reload.
      if (channel.outbox.length === 0) stop(consultationId);
    },
    stop,
    close() {
      for (const consultationId of [...channels.keys()]) stop(consultationId);
    },
  };
}
