import { z } from 'zod';
import type { OwnConsultationChanged } from '../../../application/conversation/change-own-consultation.js';
import type { Session } from '../../../application/sessions/sessions.js';
import type { ConsultationChangedAnswer } from '../../../protocol/wire.js';
import { must } from '../../edge/must.js';
import { CONSULTATION_EXAMPLE, consultation, toWireConsultation } from '../shapes/consultation.js';
import { senderClaimOf } from '../shapes/handshake.js';
import { id, sender } from '../shapes/values.js';
import { type ClientEvent, ok, parse } from './client-event.js';

type Asked = Parameters<Session['extendConsultation']>[0];

/** 366 days. */
const MAX_DURATION_MINUTES = 527_040;
const MUST_BE_MINUTES = `must be a whole number from 1 to ${MAX_DURATION_MINUTES}`;

const payload = z
  .object({
    consultationId: id,
    durationMinutes: z
      .int({ error: must(MUST_BE_MINUTES) })
      .min(1, { error: must(MUST_BE_MINUTES) })
      .max(MAX_DURATION_MINUTES, { error: must(MUST_BE_MINUTES) })
      .meta({ description: 'How long it is to run from now, in minutes.' }),
    sender: sender.nullish().meta({
      description: 'As whom, where the connection has not said so by joining: only the doctor may.',
    }),
  })
  .meta({
    description: 'Until when a consultation is to take messages.',
    examples: [{ consultationId: 'consultation-123', durationMinutes: 2_880 }],
  });

export const extendConsultation = {
  summary: 'Let a consultation run longer, as its doctor.',
  payload,
  answer: z.strictObject({ ok, consultation }).meta({
    description: 'The consultation runs longer.',
    examples: [{ ok: true, consultation: CONSULTATION_EXAMPLE }],
  }),
  rate: 'mark_read',
  read: (given) => {
    const parsed = parse(payload, given);
    if (parsed.outcome === 'refused') return parsed;
    const { consultationId, durationMinutes, sender = null } = parsed.asked;
    return { outcome: 'parsed', asked: { consultationId, durationMinutes, sender } };
  },
  ask: async ({ sender, ...asked }, request) => {
    const asker = request.session.asker();
    // It may have been sent right behind the join that says who asks.
    const joined = request.queue.settled();
    if (joined !== null) await joined;
    const claimed = sender ?? senderClaimOf(request.handshake.auth);
    return request.session.extendConsultation({ ...asked, sender: claimed }, asker);
  },
  toWire: ({ consultation }) => ({ consultation: toWireConsultation(consultation) }),
} as const satisfies ClientEvent<Asked, OwnConsultationChanged, ConsultationChangedAnswer>;
