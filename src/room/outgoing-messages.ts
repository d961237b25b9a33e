import {
  ChatError,
  type ConsultationChannel,
  type OutgoingMessage as LibraryOutgoing,
} from '../client/index.js';
import type { Message } from '../protocol/wire.js';
import { failureOf } from './failure.js';
import type { MessageOrigin } from './message-origin.js';
import type { OutgoingMessage } from './timeline.js';

/** Hears what is to be shown of the messages that were written here. */
export interface OutgoingListener {
  outgoingChanged(outgoing: OutgoingMessage): void;
  /** Another tab has settled the message. */
  outgoingGone(clientMessageId: string): void;
}

/** Keeps refused messages longer than the room that shows them. The library keeps those that are on their way. */
export interface KeptFailures {
  failures(): readonly OutgoingMessage[];
  keepFailures(failures: readonly OutgoingMessage[]): void;
}

/** The messages that were written here and are on their way, or were refused and wait for somebody to decide. */
export interface OutgoingMessages {
  /** How many were refused. */
  readonly failures: number;
  /** Called when the library tells of a step of a message. */
  changed(origin: MessageOrigin, message: LibraryOutgoing): void;
  submit(via: ConsultationChannel, content: string, clientMessageId?: string): void;
  /** Sends a refused message again, unless `via` speaks for somebody else or somewhere else. */
  retry(via: ConsultationChannel, clientMessageId: string): void;
  withdraw(clientMessageId: string): void;
  /** Messages have come. They settle any of them that was taken for refused, such as by another tab's copy. */
  arrived(messages: readonly Message[]): void;
  /** Shows what an earlier visit, or an earlier page, has left to be sent or decided. */
  showUnsettled(via: ConsultationChannel): void;
}

/** @param kept when left out, nothing is kept, and refused messages last as long as the object that is returned. */
export function createOutgoingMessages(
  listener: OutgoingListener,
  now: () => number,
  kept?: KeptFailures,
): OutgoingMessages {
  const failed = new Map(kept?.failures().map((one) => [one.clientMessageId, one]));

  function forget(clientMessageId: string): void {
    if (failed.delete(clientMessageId)) kept?.keepFailures([...failed.values()]);
  }

  function changed(origin: MessageOrigin, message: LibraryOutgoing): void {
    const { clientMessageId, content, writtenAt, progress } = message;
    const common = { clientMessageId, ...origin, content, writtenAt };
    forget(clientMessageId);
    if (progress.state === 'elsewhere') listener.outgoingGone(clientMessageId);
    else if (progress.state === 'refused') fail(failedMessage(origin, message, progress.error));
    else listener.outgoingChanged({ ...common, progress });
  }

  function fail(outgoing: OutgoingMessage): void {
    failed.set(outgoing.clientMessageId, outgoing);
    kept?.keepFailures([...failed.values()]);
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
    get failures() {
      return failed.size;
    },
    changed,
    submit,
    retry: (via, clientMessageId) => {
      const outgoing = failed.get(clientMessageId);
      // What one party wrote must not be sent as the other party, nor in another consultation.
      if (outgoing !== undefined && isAuthor(via, outgoing)) submit(via, outgoing.content, clientMessageId);
    },
    withdraw: forget,
    arrived: (messages) => {
      if (failed.size === 0) return;
      for (const { clientMessageId = '', sender, content } of messages) {
        const mine = failed.get(clientMessageId);
        if (mine?.sender === sender && mine.content.trim() === content) forget(clientMessageId);
      }
    },
    showUnsettled: (via) => {
      const { consultationId, sender, outbox } = via;
      if (sender === null) return;
      for (const message of outbox) forget(message.clientMessageId);
      const refused = [...failed.values()].filter((outgoing) => isAuthor(via, outgoing));
      const written = [...outbox, ...refused].sort((a, b) => a.writtenAt - b.writtenAt);
      for (const one of written) {
        if ('sender' in one) listener.outgoingChanged(one);
        else changed({ consultationId, sender }, one);
      }
    },
  };
}

/** A message that the server does not take. */
export function failedMessage(
  origin: MessageOrigin,
  { clientMessageId, content, writtenAt }: LibraryOutgoing,
  error: ChatError,
): OutgoingMessage {
  const progress = { state: 'failed', failure: failureOf(error) } as const;
  return { clientMessageId, ...origin, content, writtenAt, progress };
}

function isAuthor(via: ConsultationChannel, outgoing: OutgoingMessage): boolean {
  return via.consultationId === outgoing.consultationId && via.sender === outgoing.sender;
}
