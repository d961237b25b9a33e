import { z } from 'zod';
import { MAX_DURATION_MINUTES } from '../../../application/administration/until.js';
import type { OwnConsultationChanged } from '../../../application/conversation/change-own-consultation.js';
import type { Session } from '../../../application/sessions/sessions.js';
import type { ConsultationChangedAnswer } from '../../../protocol/wire.js';
import { mustBeMinutes } from '../../edge/must-be-minutes.js';
import { CONSULTATION_EXAMPLE, consultation, toWireConsultation } from '../shapes/consultation.js';
import { senderClaimOf } from '../shapes/handshake.js';
import { id, sender } from '../shapes/values.js';
import { askBehindJoin, type ClientEvent, ok, parse } from './client-event.js';

type Asked = Parameters<Session['extendConsultation']>[0];

const payload = z
  .object({
    consultationId: id,
    durationMinutes: z
      .int({ error: mustBeMinutes })
      .min(1, { error: mustBeMinutes })
      .max(MAX_DURATION_MINUTES, { error: mustBeMinutes })
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
  ask: ({ consultationId, durationMinutes, sender }, request) => {
    const claimed = sender ?? senderClaimOf(request.handshake.auth);
    const asked = { consultationId, durationMinutes, sender: claimed };
    return askBehindJoin(request, (asker) => request.session.extendConsultation(asked, asker));
  },
  toWire: ({ consultation }) => ({ consultation: toWireConsultation(consultation) }),
} as const satisfies ClientEvent<Asked, OwnConsultationChanged, ConsultationChangedAnswer>;
