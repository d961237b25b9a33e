import {
  ChatError,
  type ConsultationChannel,
  type OutgoingMessage as LibraryOutgoing,
} from '../client/index.js';
import { failureOf } from './failure.js';
import type { Place } from './place.js';
import type { OutgoingMessage } from './timeline.js';

/** Is told what is to be shown of the messages that were written here. */
export interface OutgoingListener {
  outgoingChanged(outgoing: OutgoingMessage): void;
  /** Another tab has settled it. */
  outgoingGone(clientMessageId: string): void;
}

/** The messages that were written here: on their way, or refused and waiting for somebody to decide about them. */
export interface OutgoingMessages {
  /** Called when the library tells of a step of a message. */
  changed(place: Place, message: LibraryOutgoing): void;
  submit(via: ConsultationChannel, content: string, clientMessageId?: string): void;
  /** Sends a refused message again, unless `via` speaks for somebody else or somewhere else. */
  retry(via: ConsultationChannel, clientMessageId: string): void;
  withdraw(clientMessageId: string): void;
  /** Shows what an earlier visit, or an earlier page, has left to be sent or decided about. */
  showUnsettled(via: ConsultationChannel): void;
}

export function createOutgoingMessages(listener: OutgoingListener, now: () => number): OutgoingMessages {
  const failed = new Map<string, OutgoingMessage>();

  function changed(place: Place, message: LibraryOutgoing): void {
    const { clientMessageId, content, writtenAt, progress } = message;
    const common = { clientMessageId, ...place, content, writtenAt };
    failed.delete(clientMessageId);
    if (progress.state === 'elsewhere') listener.outgoingGone(clientMessageId);
    else if (progress.state === 'refused')
      fail({ ...common, progress: { state: 'failed', failure: failureOf(progress.error) } });
    else listener.outgoingChanged({ ...common, progress });
  }

  function fail(outgoing: OutgoingMessage): void {
    failed.set(outgoing.clientMessageId, outgoing);
    listener.outgoingChanged(outgoing);
  }

  function submit(via: ConsultationChannel, content: string, clientMessageId?: string): void {
    const { consultationId, sender } = via;
    via.send(content, clientMessageId === undefined ? {} : { clientMessageId }).catch((error: unknown) => {
      // The outbox tells whatever else becomes of the message.
      if (!(error instanceof ChatError) || error.code !== 'client.outbox_full' || sender === null) return;
      const id = error.clientMessageId ?? '';
      const progress = { state: 'failed', failure: { kind: 'outbox-full' } } as const;
      fail({ clientMessageId: id, consultationId, sender, content, writtenAt: now(), progress });
    });
  }

  return {
    changed,
    submit,
    retry: (via, clientMessageId) => {
      const outgoing = failed.get(clientMessageId);
      // What one party wrote must not be sent as the other one, nor in another consultation.
      if (outgoing !== undefined && isAuthor(via, outgoing)) submit(via, outgoing.content, clientMessageId);
    },
    withdraw: (clientMessageId) => void failed.delete(clientMessageId),
    showUnsettled: (via) => {
      const { consultationId, sender, outbox } = via;
      if (sender === null) return;
      for (const message of outbox) changed({ consultationId, sender }, message);
      for (const outgoing of failed.values()) if (isAuthor(via, outgoing)) listener.outgoingChanged(outgoing);
    },
  };
}

function isAuthor(via: ConsultationChannel, outgoing: OutgoingMessage): boolean {
  return via.consultationId === outgoing.consultationId && via.sender === outgoing.sender;
}
