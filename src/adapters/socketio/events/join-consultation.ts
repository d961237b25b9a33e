import { z } from 'zod';
import { refuse } from '../../../application/answers/refusal.js';
import type { Joined } from '../../../application/conversation/join-consultation.js';
import type { Session } from '../../../application/sessions/sessions.js';
import { isoOf } from '../../../domain/instant.js';
import type { JoinConsultationAnswer } from '../../../protocol/wire.js';
import { toWireMessages } from '../../edge/wire-message.js';
import { CONSULTATION_EXAMPLE, consultation, toWireConsultation } from '../shapes/consultation.js';
import { senderClaimOf } from '../shapes/handshake.js';
import { headSeq, messages } from '../shapes/message.js';
import { presentPerson } from '../shapes/person.js';
import { id, instant, nextOpeningAt, sender, seq, toWireInstant } from '../shapes/values.js';
import { type ClientEvent, idOrObject, ok, parse } from './client-event.js';

type Asked = Parameters<Session['join']>[0];

// In all events a field that may be left out may also be null, because many languages write an absent value that way.
const fields = z
  .object({
    consultationId: id,
    after: seq.nullish().meta({
      description: 'The last `seq` that the client has: the answer carries what came after it.',
    }),
    last: z.object({ seq, messageId: id }).nullish().meta({
      description:
        'The last message that the client has, with its id: the answer says whether the history is another one by now.',
    }),
    sender: sender.nullish().meta({ description: 'As whom, where the connection did not say so.' }),
  })
  .meta({
    description: 'Which consultation to join, and from where on to catch up.',
    examples: [{ consultationId: 'consultation-123', after: 1 }],
  });

const answer = z
  .strictObject({
    ok,
    consultation,
    doctor: z.strictObject({
      open: z.boolean(),
      nextOpeningAt,
      timeZone: z.string().meta({ description: 'The time zone of the schedule, an IANA name.' }),
      noticeIntervalMs: z.int().meta({
        description:
          'Milliseconds between two `doctor_ready` while the doctor is on duty: longer silence confirms nothing.',
      }),
    }),
    now: instant.meta({
      description:
        'The time of the server when it answered, ISO 8601 in UTC with milliseconds: it tells how far off the clock of the client is.',
    }),
    headSeq,
    messages: messages.meta({
      description: 'What came after `after`, oldest first; empty when no `after` was given.',
    }),
    present: z
      .array(presentPerson)
      .meta({ description: 'Who is in the room now, the one who joins included.' }),
    otherHistory: z.literal(true).exactOptional().meta({
      description:
        'There if the message given as `last` is not stored any more, or not with its `seq`: fetch everything anew.',
    }),
  })
  .meta({
    description: 'The connection is in the room.',
    examples: [
      {
        ok: true,
        consultation: CONSULTATION_EXAMPLE,
        doctor: { open: true, nextOpeningAt: null, timeZone: 'UTC', noticeIntervalMs: 60_000 },
        now: '2026-03-29T07:00:00.000Z',
        headSeq: 0,
        messages: [],
        present: [{ userId: 'patient-1', sender: 'user' }],
      },
    ],
  });

export const joinConsultation = {
  summary: 'Join the room of a consultation, and catch up. Joining again fetches more.',
  payload: z.union([id, fields]).meta({
    description: 'The id alone, or with where to catch up from.',
    examples: ['consultation-123', { consultationId: 'consultation-123', after: 1 }],
  }),
  answer,
  rate: 'join_consultation',
  read: (payload) => {
    const parsed = parse(fields, idOrObject(payload));
    if (parsed.outcome === 'refused') return parsed;
    const { consultationId, after = null, last = null, sender = null } = parsed.asked;
    return { outcome: 'parsed', asked: { consultationId, after, last, sender } };
  },
  ask: async ({ consultationId, after, last, sender }, request) => {
    const asked = {
      consultationId,
      last,
      // A connection that is behind in reading joins without a page, and asks for the messages when it has caught up.
      after: request.isBehind() ? null : after,
      sender: sender ?? senderClaimOf(request.handshake.auth),
    };
    const asker = request.session.asker();
    const joined = await request.queue.run(async () =>
      // A join that nobody waits for any more must not take effect late.
      request.isOpen() ? request.session.join(asked, asker) : refuse('server.error'),
    );
    return joined.outcome === 'joined' && request.isBehind() ? { ...joined, messages: [] } : joined;
  },
  toWire: ({ consultation, doctor, now, headSeq, messages, present, isOtherHistory }) => ({
    consultation: toWireConsultation(consultation),
    doctor: { ...doctor, nextOpeningAt: toWireInstant(doctor.nextOpeningAt) },
    now: isoOf(now),
    headSeq,
    messages: toWireMessages(messages),
    present: present.map(({ userId, sender }) => ({ userId, sender })),
    ...(isOtherHistory && { otherHistory: true }),
  }),
} as const satisfies ClientEvent<Asked, Joined, JoinConsultationAnswer>;
