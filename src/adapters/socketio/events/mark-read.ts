import { z } from 'zod';
import type { MarkedRead } from '../../../application/conversation/mark-read.js';
import type { Session } from '../../../application/sessions/sessions.js';
import { senderClaimOf } from '../shapes/handshake.js';
import { id, sender, seq } from '../shapes/values.js';
import { askBehindJoin, type ClientEvent, ok, parse } from './client-event.js';

type Asked = Parameters<Session['markRead']>[0];

const payload = z
  .object({
    consultationId: id,
    seq,
    sender: sender
      .nullish()
      .meta({ description: 'As whom, where the connection has not said so by joining.' }),
  })
  .meta({
    description: 'One party has read everything up to and including `seq`.',
    examples: [{ consultationId: 'consultation-123', seq: 2, sender: 'doctor' }],
  });

export const markRead = {
  summary: 'Say how far one has read. The mark is stored and never goes back.',
  payload,
  answer: z.strictObject({ ok, consultationId: id, seq }).meta({
    description: 'Where the mark stands.',
    examples: [{ ok: true, consultationId: 'consultation-123', seq: 2 }],
  }),
  rate: 'mark_read',
  read: (given) => {
    const parsed = parse(payload, given);
    if (parsed.outcome === 'refused') return parsed;
    const { consultationId, seq, sender = null } = parsed.asked;
    return { outcome: 'parsed', asked: { consultationId, seq, sender } };
  },
  ask: ({ consultationId, seq, sender }, request) => {
    const asked = { consultationId, seq, sender: sender ?? senderClaimOf(request.handshake.auth) };
    return askBehindJoin(request, (asker) => request.session.markRead(asked, asker));
  },
  toWire: ({ seq }, { consultationId }) => ({ consultationId, seq }),
} as const satisfies ClientEvent<
  Asked,
  MarkedRead,
  { readonly consultationId: string; readonly seq: number }
>;
