import { toWireError, wireError } from '../shapes/wire-error.js';
import type { ServerEvent } from './server-event.js';

export const error = {
  summary:
    'An event without an acknowledgement was refused, or the connection is about to be closed; to that connection alone.',
  shape: 'WireError',
  payload: wireError,
  to: 'connection',
  toWire: ({ refusal }) => toWireError(refusal),
} as const satisfies ServerEvent<'error'>;
