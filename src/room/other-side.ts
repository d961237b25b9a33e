import type { Sender } from '../protocol/wire.js';

export function otherSide(sender: Sender): Sender {
  return sender === 'doctor' ? 'user' : 'doctor';
}
