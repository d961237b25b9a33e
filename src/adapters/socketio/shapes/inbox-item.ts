import { z } from 'zod';
import type { InboxItem } from '../../../application/ports/notification.js';
import { isoOf } from '../../../domain/instant.js';
import { invariant } from '../../../domain/invariant.js';
import type { InboxItem as WireInboxItem } from '../../../protocol/wire.js';
import { person } from './person.js';
import { id, instant, sender, seq, toWireInstant } from './values.js';

export const INBOX_ITEM_EXAMPLE = {
  consultationId: 'consultation-123',
  status: 'open',
  expiresAt: '2026-03-30T07:00:00.000Z',
  openedAt: '2026-03-29T07:00:00.000Z',
  headSeq: 1,
  readSeq: 0,
  unread: 1,
  lastMessageAt: '2026-03-29T07:00:00.000Z',
  lastSender: 'user',
  waitingSince: '2026-03-29T07:00:00.000Z',
  ahead: 0,
  user: { id: 'patient-1', name: 'Alex Morgan' },
  doctor: { id: 'doctor-1', name: 'Dr. Lena Fischer' },
  present: ['user'],
} as const;

export const inboxItem = z
  .strictObject({
    consultationId: id,
    status: z.enum(['open', 'ended', 'expired']),
    expiresAt: instant,
    openedAt: instant,
    headSeq: seq.meta({ description: 'The `seq` of the last message; 0 before the first.' }),
    readSeq: seq.meta({ description: "One's own mark: up to which `seq` one has read." }),
    unread: z.int().meta({ description: 'How many messages of the other party lie behind the own mark.' }),
    lastMessageAt: instant.nullable(),
    lastSender: sender.nullable(),
    waitingSince: instant.nullable().meta({
      description:
        'When the patient sent the first message that the doctor has not answered; null where nobody waits.',
    }),
    ahead: z.int().nullable().meta({
      description: "How many of the doctor's open consultations have waited longer; null where nobody waits.",
    }),
    user: person,
    doctor: person,
    present: z.array(sender).meta({ description: 'Which of the parties are present now.' }),
  })
  .meta({
    description: 'A consultation as one of its parties sees it in their inbox. Nothing of what was said.',
    examples: [INBOX_ITEM_EXAMPLE],
  });

export function toWireInboxItem(item: InboxItem): WireInboxItem {
  const { side, waitingSince, lastMessageAt } = item;
  invariant(side !== null, 'an inbox is of one of the parties');
  return {
    consultationId: item.consultationId,
    status: item.status,
    expiresAt: isoOf(item.expiresAt),
    openedAt: isoOf(item.openedAt),
    headSeq: item.headSeq,
    readSeq: item.readSeq[side],
    unread: item.unread[side],
    lastMessageAt: toWireInstant(lastMessageAt),
    lastSender: item.lastSender,
    waitingSince: toWireInstant(waitingSince),
    ahead: item.ahead,
    user: item.patient,
    doctor: item.doctor,
    present: item.present,
  };
}
