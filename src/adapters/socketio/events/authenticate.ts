import { z } from 'zod';
import type { SignedIn } from '../../../application/sessions/sign-in.js';
import type { AuthenticateAnswer, AuthenticatePayload } from '../../../protocol/wire.js';
import { token } from '../shapes/handshake.js';
import { instant, role, toWireInstant } from '../shapes/values.js';
import { type ClientEvent, ok, parse } from './client-event.js';

const payload = z
  .object({ token })
  .meta({ description: 'A fresh token.', examples: [{ token: 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl' }] });

const answer = z
  .strictObject({
    ok,
    userId: z
      .string()
      .nullable()
      .meta({ description: 'null in demo mode, where nobody has to say who they are.' }),
    role: role.nullable(),
    expiresAt: instant.nullable().meta({
      description:
        'When the connection ends unless a fresh token is handed in before; null when it does not.',
    }),
  })
  .meta({
    description: 'Who the connection is from now on.',
    examples: [{ ok: true, userId: 'patient-1', role: 'patient', expiresAt: '2026-03-29T08:00:00.000Z' }],
  });

export const authenticate = {
  summary: 'Hand in a fresh token without connecting anew.',
  payload,
  answer,
  rate: 'authenticate',
  read: (given) => parse(payload, given),
  ask: ({ token }, { session, handshake }) =>
    session.authenticate({ channel: 'socket', token, headers: handshake.headers }),
  toWire: ({ identity: { caller, expiresAt } }) => {
    const until = toWireInstant(expiresAt);
    if (caller.role === 'anyone') return { userId: null, role: null, expiresAt: until };
    return { userId: caller.id, role: caller.role, expiresAt: until };
  },
} as const satisfies ClientEvent<AuthenticatePayload, SignedIn, AuthenticateAnswer>;
