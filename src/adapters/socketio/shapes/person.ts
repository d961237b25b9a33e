import { z } from 'zod';
import { sender } from './values.js';

export const partyId = z.string().meta({
  description: "A patient's or a doctor's id: 1 to 128 letters, digits or characters of `. _ - ~ @ | : +`.",
});

export const person = z
  .strictObject({ id: partyId, name: z.string() })
  .meta({ description: 'A patient or a doctor.', examples: [{ id: 'patient-1', name: 'Alex Morgan' }] });

/** The id of a party, or of the connection if it has not said whose it is. */
export const userId = z.string().meta({
  description: "The party's id; the connection's for one that has not said whose it is.",
  examples: ['patient-1'],
});

export const senderIfSaid = sender
  .nullable()
  .meta({ description: 'null where the connection has not said it.' });

export const presentPerson = z
  .strictObject({ userId, sender: senderIfSaid })
  .meta({ description: 'A person who is in the room now, on however many devices.' });
