import { z } from 'zod';
import type { Session } from '../../../application/sessions/sessions.js';
import { must } from '../../edge/must.js';
import { id } from '../shapes/values.js';
import { askBehindJoin, type ClientEvent, type Outcome, ok, parse } from './client-event.js';

type Asked = Parameters<Session['setTyping']>[0];

const payload = z
  .object({ consultationId: id, isTyping: z.boolean({ error: must('must be true or false') }) })
  .meta({
    description: 'Whether the person at this connection types.',
    examples: [{ consultationId: 'consultation-123', isTyping: true }],
  });

export const typing = {
  summary: 'Say that one types, or has stopped, in a consultation that this connection has joined.',
  payload,
  answer: z.strictObject({ ok, consultationId: id }).meta({
    description: 'The others are told.',
    examples: [{ ok: true, consultationId: 'consultation-123' }],
  }),
  rate: 'typing',
  read: (given) => parse(payload, given),
  ask: (asked, request) => askBehindJoin(request, (asker) => request.session.setTyping(asked, asker)),
  toWire: (_, { consultationId }) => ({ consultationId }),
} as const satisfies ClientEvent<Asked, Outcome, { readonly consultationId: string }>;
