import { z } from 'zod';
import { isoOf } from '../../../domain/instant.js';
import type { Presence } from '../../../protocol/wire.js';
import { senderIfSaid, userId } from '../shapes/person.js';
import { id, instant } from '../shapes/values.js';
import type { NotificationOf, ServerEvent } from './server-event.js';

const payload = z.strictObject({ consultationId: id, userId, sender: senderIfSaid, at: instant }).meta({
  description: 'A person came, with the first of their connections, or went, with the last.',
  examples: [
    {
      consultationId: 'consultation-123',
      userId: 'patient-1',
      sender: 'user',
      at: '2026-03-29T07:00:00.000Z',
    },
  ],
});

function toWire(told: NotificationOf<'user_joined' | 'user_left'>): Presence {
  const { consultationId, userId, sender, at } = told;
  return { consultationId, userId, sender, at: isoOf(at) };
}

export const userJoined = {
  summary: 'A person came, with the first of their connections; to the others in the room.',
  shape: 'Presence',
  payload,
  to: 'room',
  toWire,
} as const satisfies ServerEvent<'user_joined'>;

export const userLeft = {
  summary: 'A person went, with the last of their connections, a dropped one too; to the others in the room.',
  shape: 'Presence',
  payload,
  to: 'room',
  toWire,
} as const satisfies ServerEvent<'user_left'>;
