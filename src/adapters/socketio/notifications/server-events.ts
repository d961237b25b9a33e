import type { ServerToClientEvents } from '../../../protocol/wire.js';
import { consultationHead } from './consultation-head.js';
import { consultationUpdated } from './consultation-updated.js';
import { doctorAway } from './doctor-away.js';
import { doctorReady } from './doctor-ready.js';
import { error } from './error.js';
import { inboxUpdated } from './inbox-updated.js';
import { messagesRead } from './messages-read.js';
import { newMessage } from './new-message.js';
import { userJoined, userLeft } from './presence.js';
import type { ServerEvent } from './server-event.js';
import { typing } from './typing.js';

/** The events that the server may send. */
export const SERVER_EVENTS = {
  new_message: newMessage,
  doctor_ready: doctorReady,
  doctor_away: doctorAway,
  user_joined: userJoined,
  user_left: userLeft,
  typing,
  messages_read: messagesRead,
  consultation_head: consultationHead,
  inbox_updated: inboxUpdated,
  consultation_updated: consultationUpdated,
  error,
} as const satisfies { readonly [Event in keyof ServerToClientEvents]: ServerEvent<Event> };
