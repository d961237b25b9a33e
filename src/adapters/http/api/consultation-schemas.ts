import { z } from 'zod';
import type { AuditEntry } from '../../../application/administration/audit-entry.js';
import { MAX_DURATION_MINUTES, type Until } from '../../../application/administration/until.js';
import type { MessagePage } from '../../../application/conversation/get-messages.js';
import type { ConsultationView, InboxItem } from '../../../application/ports/notification.js';
import type { Instant } from '../../../domain/instant.js';
import { isoOf } from '../../../domain/instant.js';
import { invariant } from '../../../domain/invariant.js';
import { mustBeMinutes } from '../../edge/must-be-minutes.js';
import { toWireMessages } from '../../edge/wire-message.js';
import { documented } from './api-schemas.js';
import { EXAMPLES } from './examples.js';
import { answeredInstant, id, instant, isoOrNull, oneOf, personId } from './fields.js';

/** `expiresAt` or `durationMinutes`. */
const untilFields = {
  expiresAt: documented(instant().nullish(), { description: 'When it runs out. This or `durationMinutes`.' }),
  durationMinutes: documented(
    z
      .int({ error: mustBeMinutes })
      .min(1, { error: mustBeMinutes })
      .max(MAX_DURATION_MINUTES, { error: mustBeMinutes })
      .nullish(),
    {
      description: 'The same as minutes from now.',
      examples: [30],
    },
  ),
};

interface GivenUntil {
  readonly expiresAt?: Instant | null | undefined;
  readonly durationMinutes?: number | null | undefined;
}

function checkUntil({ value, issues }: z.core.ParsePayload<GivenUntil>): void {
  const hasMoment = (value.expiresAt ?? null) !== null;
  const hasMinutes = (value.durationMinutes ?? null) !== null;
  const issue = { code: 'custom', input: value } as const;
  if (!hasMoment && !hasMinutes) {
    issues.push({ ...issue, path: ['expiresAt'], message: 'is required, or durationMinutes' });
  }
  if (hasMoment && hasMinutes) {
    issues.push({ ...issue, path: ['durationMinutes'], message: 'cannot go together with expiresAt' });
  }
}

/** Until when the consultation runs, according to a body that has been checked. */
export function untilOf({ expiresAt, durationMinutes }: GivenUntil): Until {
  if (typeof expiresAt === 'number') return { expiresAt };
  invariant(typeof durationMinutes === 'number', 'a checked body says until when');
  return { durationMinutes };
}

export const newConsultation = documented(
  z
    .object({
      id: documented(id('consultation-7').nullish(), { description: 'Made when left out.' }),
      patientId: personId('patient-lind'),
      doctorId: personId(),
      ...untilFields,
    })
    .check(checkUntil),
  { id: 'NewConsultation', examples: [EXAMPLES.newConsultation] },
);

export const newEnd = documented(z.object(untilFields).check(checkUntil), {
  id: 'NewEnd',
  examples: [EXAMPLES.newEnd],
});
export const reopening = documented(z.object({ expiresAt: instant() }), {
  id: 'Reopening',
  examples: [EXAMPLES.reopening],
});

export const consultationId = z.object({ consultationId: id('consultation-7') });
export const status = () => oneOf(['open', 'ended', 'expired']);

const person = documented(z.object({ id: z.string(), name: z.string() }), { id: 'Person' });

export const consultationSchema = documented(
  z.object({
    id: z.string(),
    patientId: z.string(),
    doctorId: z.string(),
    patient: person,
    doctor: person,
    isActive: documented(z.boolean(), { description: 'True exactly while `status` is `open`.' }),
    status: status(),
    expiresAt: answeredInstant(),
    readSeq: documented(z.object({ user: z.int(), doctor: z.int() }), {
      description: 'Up to which `seq` each party has read; 0 before the first. `user` is the patient.',
    }),
  }),
  { id: 'Consultation', examples: [EXAMPLES.consultation] },
);

/** A consultation as inboxes show it. */
export const listedConsultation = documented(
  consultationSchema.extend({
    openedAt: answeredInstant(),
    headSeq: documented(z.int(), { description: 'The `seq` of the last message; 0 before the first.' }),
    unread: documented(z.int().nullable(), {
      description: "Messages of the other party behind the caller's own mark; null for an administrator.",
    }),
    lastMessageAt: documented(answeredInstant().nullable(), { description: 'null before the first.' }),
    lastSender: z.enum(['user', 'doctor']).nullable(),
    waitingSince: documented(answeredInstant().nullable(), {
      description:
        'When the patient sent the first message that the doctor has not answered; null where nobody waits.',
    }),
    ahead: documented(z.int().nullable(), {
      description: 'How many open consultations of the doctor have waited longer; null where nobody waits.',
    }),
    present: documented(z.array(z.enum(['user', 'doctor'])), {
      description: 'Which of the parties are present now.',
    }),
  }),
  { id: 'ListedConsultation', examples: [EXAMPLES.listedConsultation] },
);

export function toListedConsultation(item: InboxItem): z.output<typeof listedConsultation> {
  const { side, openedAt, headSeq, unread, lastMessageAt, lastSender, waitingSince, ahead, present } = item;
  return {
    ...toConsultation(item),
    openedAt: isoOf(openedAt),
    headSeq,
    unread: side === null ? null : unread[side],
    lastMessageAt: isoOrNull(lastMessageAt),
    lastSender,
    waitingSince: isoOrNull(waitingSince),
    ahead,
    present: [...present],
  };
}

/** A message in the same form as on the sockets. */
const messageSchema = documented(
  z.object({
    messageId: z.string(),
    consultationId: z.string(),
    sender: z.enum(['user', 'doctor']),
    content: z.string(),
    sentAt: answeredInstant(),
    user: person,
    doctor: person,
    seq: documented(z.int(), {
      description: 'Dense from 1 within the consultation; the order for everybody.',
    }),
    clientMessageId: documented(z.string(), { description: 'Where the sender gave one.' }).optional(),
  }),
  {
    id: 'Message',
    examples: [EXAMPLES.message],
    description: 'As `new_message` on the sockets. The patient is `user` here.',
  },
);

export const messagePage = documented(
  z.object({
    messages: documented(z.array(messageSchema), { description: 'In the order of `seq`.' }),
    headSeq: documented(z.int(), { description: 'The `seq` of the last message; 0 when there is none.' }),
    hasMore: documented(z.boolean(), { description: 'Whether the same direction holds more.' }),
  }),
  { id: 'MessagePage' },
);

export const auditEntry = documented(
  z.object({
    version: documented(z.int(), { description: 'The number of the event in this consultation, from 1.' }),
    type: documented(z.string(), { description: 'What happened.', examples: ['ConsultationExtended'] }),
    at: answeredInstant(),
    actor: z.object({ kind: z.enum(['patient', 'doctor', 'admin', 'system']), id: z.string() }),
    details: documented(z.record(z.string(), z.union([z.string(), z.number(), z.null()])), {
      description: 'What belongs to it; never what a message says.',
    }),
  }),
  { id: 'AuditEntry', examples: [EXAMPLES.auditEntry] },
);

export function toConsultation(view: ConsultationView): z.output<typeof consultationSchema> {
  const { consultationId, patient, doctor, status, expiresAt, readSeq } = view;
  return {
    id: consultationId,
    patientId: patient.id,
    doctorId: doctor.id,
    patient,
    doctor,
    isActive: status === 'open',
    status,
    expiresAt: isoOf(expiresAt),
    readSeq,
  };
}

export function toMessagePage({ messages, headSeq, hasMore }: MessagePage): z.output<typeof messagePage> {
  return { messages: [...toWireMessages(messages)], headSeq, hasMore };
}

export function toAuditEntry(entry: AuditEntry): z.output<typeof auditEntry> {
  const { version, type, at, actor, details } = entry;
  return { version, type, at: isoOf(at), actor, details: { ...details } };
}
