import { toWireMessage } from '../../edge/wire-message.js';
import { message } from '../shapes/message.js';
import type { ServerEvent } from './server-event.js';

export const newMessage = {
  summary: "A message was stored; to everybody in the room, the sender's own connections too.",
  shape: 'Message',
  payload: message,
  to: 'room',
  toWire: ({ message }) => toWireMessage(message),
} as const satisfies ServerEvent<'new_message'>;
