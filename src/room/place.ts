import type { Sender } from '../protocol/wire.js';

/** Where somebody speaks, and as whom. */
export interface Place {
  readonly consultationId: string;
  readonly sender: Sender;
}

export function otherSide(sender: Sender): Sender {
  return sender === 'doctor' ? 'user' : 'doctor';
}
