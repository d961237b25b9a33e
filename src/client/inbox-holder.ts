import type { Ack, Consultation, ConsultationChangedAnswer, InboxUpdated } from '../protocol/wire.js';
import { closedError, refusedBy } from './chat-error.js';
import {
  createInbox,
  type DrivenInbox,
  type Inbox,
  type InboxDependencies,
  type InboxOptions,
} from './inbox.js';

/** Holds the one inbox of a client while it is open. */
export interface InboxHolder {
  /** The inbox that is open, or a new one. @throws when one is open with other options. */
  open(options: InboxOptions): Inbox;
  connected(): void;
  connectionLost(): void;
  heard(updated: InboxUpdated): void;
  close(): void;
}

export function createInboxHolder(
  dependencies: Pick<InboxDependencies, 'transport' | 'environment' | 'problem'>,
): InboxHolder {
  const { transport } = dependencies;
  let held: DrivenInbox | null = null;
  let asked = '';

  return {
    open: (options) => {
      const key = JSON.stringify(Object.entries(options).sort());
      if (held !== null && asked !== key) throw new Error('The inbox is open with other options.');
      if (held !== null) return held.inbox;
      const closed = (): void => {
        held = null;
      };
      const driven = createInbox({ ...dependencies, options, closed });
      asked = key;
      held = driven;
      if (transport.isUp()) driven.connected();
      else transport.wake();
      return driven.inbox;
    },
    connected: () => held?.connected(),
    connectionLost: () => held?.connectionLost(),
    heard: (updated) => held?.heard(updated),
    close: () => held?.inbox.close(),
  };
}

/**
 * The consultation in the answer to a change of it.
 *
 * @throws {ChatError} when it was not changed, or may not have been.
 */
export function consultationIn(answer: Ack<ConsultationChangedAnswer> | undefined): Consultation {
  if (answer === undefined) throw closedError();
  if (!answer.ok) throw refusedBy(answer.error);
  return answer.consultation;
}
