import type { Sender } from '../../src/protocol/wire.js';
import { createSigningKey, signToken } from '../support/tokens.js';
import { CONSULTATIONS, NEIGHBOURS, partiesOf, SENDERS } from './clinic.js';

export const AUDIENCE = 'consultation-chat';
/** Further than any step of the clock, in seconds. */
const GOOD_FOR_SECONDS = 10 * 365 * 24 * 60 * 60;

/** A good token of one party of a consultation. */
export type TokenOf = (consultationId: string, sender: Sender) => string;

/** Without the time of their making: a clock that was stepped back would take that for the future. */
const LASTING = { audience: AUDIENCE, expiresIn: GOOD_FOR_SECONDS, claims: { iat: undefined } } as const;

export async function signTokens(): Promise<TokenOf> {
  const tokens = new Map<string, string>();
  for (const consultationId of [...CONSULTATIONS, NEIGHBOURS]) {
    const { patientId, doctorId } = partiesOf(consultationId);
    for (const sender of SENDERS) {
      const who = sender === 'user' ? { sub: patientId, role: 'patient' } : { sub: doctorId, role: 'doctor' };
      tokens.set(`${consultationId}/${sender}`, await signToken({ ...who, ...LASTING }));
    }
  }
  return (consultationId, sender) => {
    const token = tokens.get(`${consultationId}/${sender}`);
    if (token === undefined) throw new Error(`${sender} of ${consultationId} is nobody here`);
    return token;
  };
}

/** Tokens of one person that prove nothing, each for another reason. */
export async function signBadTokens(sub: string): Promise<readonly string[]> {
  const who = { sub, role: 'patient', ...LASTING };
  const key = await createSigningKey('ES256', 'of-nobody');
  const unsigned = [{ alg: 'none' }, { sub, role: 'patient', exp: 4e9 }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return [
    'nonsense',
    'x'.repeat(7_000),
    `${unsigned}.`,
    await signToken({ ...who, secret: 'another-secret-of-more-than-32-bytes' }),
    await signToken({ ...who, key }),
    await signToken({ ...who, expiresIn: -GOOD_FOR_SECONDS }),
    await signToken({ ...who, audience: 'somebody-else' }),
    await signToken({ ...who, role: 'emperor' }),
  ];
}
