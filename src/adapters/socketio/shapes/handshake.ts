import { z } from 'zod';
import type { Sender } from '../../../protocol/wire.js';
import { must } from '../../edge/must.js';
import { sender } from './values.js';
import { wireError } from './wire-error.js';

export const token = z
  .string({ error: must('must be text') })
  .meta({ description: 'A JSON Web Token, or what the host application takes for one.' });

/** The credentials that a client may show in the handshake, by the `auth` option of its Socket.IO library. */
export const handshakeAuth = z
  .object({
    token: token.nullish(),
    sender: sender.nullish().meta({
      description: 'As whom the connection speaks. With a token: only as the party that the token names.',
    }),
  })
  .meta({
    description:
      "The handshake's `auth`. A token never travels in the URL, which would be logged on its way.",
    examples: [{ token: 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl' }, { sender: 'doctor' }],
  });

/** The error that a client library passes to `connect_error` when the handshake is refused. */
export const connectError = z.strictObject({ message: wireError.shape.message, data: wireError }).meta({
  description: 'The handshake was refused.',
  examples: [
    {
      message: 'This sign-in is not valid.',
      data: { code: 'auth.invalid', message: 'This sign-in is not valid.' },
    },
  ],
});

const senderClaim = z.object({ sender });

/** The party as which the connection speaks, according to the handshake's `auth`; null when it names none. */
export function senderClaimOf(auth: unknown): Sender | null {
  const parsed = senderClaim.safeParse(auth);
  return parsed.success ? parsed.data.sender : null;
}
