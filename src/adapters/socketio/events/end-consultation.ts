import { z } from 'zod';
import type { OwnConsultationChanged } from '../../../application/conversation/change-own-consultation.js';
import type { Session } from '../../../application/sessions/sessions.js';
import type { ConsultationChangedAnswer } from '../../../protocol/wire.js';
import { CONSULTATION_EXAMPLE, consultation, toWireConsultation } from '../shapes/consultation.js';
import { senderClaimOf } from '../shapes/handshake.js';
import { id, sender } from '../shapes/values.js';
import { askBehindJoin, type ClientEvent, idOrObject, ok, parse } from './client-event.js';

type Asked = Parameters<Session['endConsultation']>[0];

const fields = z.object({
  consultationId: id,
  sender: sender.nullish().meta({
    description: 'As whom, where the connection has not said so by joining: only the doctor may.',
  }),
});

const ENDED = { ...CONSULTATION_EXAMPLE, isActive: false, status: 'ended' } as const;

export const endConsultation = {
  summary: 'End a consultation, as its doctor.',
  payload: z.union([id, fields]).meta({
    description: 'Which consultation to end.',
    examples: ['consultation-123', { consultationId: 'consultation-123' }],
  }),
  answer: z.strictObject({ ok, consultation }).meta({
    description: 'The consultation has ended.',
    examples: [{ ok: true, consultation: ENDED }],
  }),
  rate: 'mark_read',
  read: (given) => {
    const parsed = parse(fields, idOrObject(given));
    if (parsed.outcome === 'refused') return parsed;
    const { consultationId, sender = null } = parsed.asked;
    return { outcome: 'parsed', asked: { consultationId, sender } };
  },
  ask: ({ consultationId, sender }, request) => {
    const asked = { consultationId, sender: sender ?? senderClaimOf(request.handshake.auth) };
    return askBehindJoin(request, (asker) => request.session.endConsultation(asked, asker));
  },
  toWire: ({ consultation }) => ({ consultation: toWireConsultation(consultation) }),
} as const satisfies ClientEvent<Asked, OwnConsultationChanged, ConsultationChangedAnswer>;
