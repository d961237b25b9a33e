import type { Ack, ClientToServerEvents } from '../../../protocol/wire.js';
import { authenticate } from './authenticate.js';
import type { ClientEvent, Outcome } from './client-event.js';
import { endConsultation } from './end-consultation.js';
import { extendConsultation } from './extend-consultation.js';
import { getMessages } from './get-messages.js';
import { joinConsultation } from './join-consultation.js';
import { leaveConsultation } from './leave-consultation.js';
import { markRead } from './mark-read.js';
import { sendMessage } from './send-message.js';
import { typing } from './typing.js';
import { unwatchInbox } from './unwatch-inbox.js';
import { watchInbox } from './watch-inbox.js';

/** The answer to an event, without `ok`, as `src/protocol/wire.ts` promises it. */
type AnswerTo<Event extends keyof ClientToServerEvents> =
  NonNullable<Parameters<ClientToServerEvents[Event]>[1]> extends (
    answer: Ack<infer Answer extends object>,
  ) => void
    ? Answer
    : never;

/** The events that clients may send. An event that is not here is refused. */
export const CLIENT_EVENTS = {
  join_consultation: joinConsultation,
  leave_consultation: leaveConsultation,
  send_message: sendMessage,
  get_messages: getMessages,
  mark_read: markRead,
  typing,
  end_consultation: endConsultation,
  extend_consultation: extendConsultation,
  watch_inbox: watchInbox,
  unwatch_inbox: unwatchInbox,
  authenticate,
} as const satisfies {
  readonly [Event in keyof ClientToServerEvents]: ClientEvent<unknown, Outcome, AnswerTo<Event>>;
};

export type KnownEvent = keyof typeof CLIENT_EVENTS;

export function isKnownEvent(name: unknown): name is KnownEvent {
  return typeof name === 'string' && Object.hasOwn(CLIENT_EVENTS, name);
}
