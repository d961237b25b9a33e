import { z } from 'zod';
import { senderIfSaid, userId } from '../shapes/person.js';
import { id } from '../shapes/values.js';
import type { ServerEvent } from './server-event.js';

export const typing = {
  summary: 'Somebody types, or stopped; to the others in the room.',
  shape: 'Typing',
  payload: z.strictObject({ consultationId: id, userId, sender: senderIfSaid, isTyping: z.boolean() }).meta({
    description: 'A person types, or stopped.',
    examples: [{ consultationId: 'consultation-123', userId: 'patient-1', sender: 'user', isTyping: true }],
  }),
  to: 'room',
  toWire: ({ consultationId, userId, sender, isTyping }) => ({ consultationId, userId, sender, isTyping }),
} as const satisfies ServerEvent<'typing'>;
