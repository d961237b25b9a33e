import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import {
  createJoseAuthenticator,
  type JoseAuthenticatorOptions,
} from '../../../src/adapters/jose/jose-authenticator.js';
import { createRecordingLogger, type RecordingLogger } from '../../../src/adapters/memory/loggers.js';
import type { Authentication } from '../../../src/application/ports/identity.js';
import { signToken, TEST_SECRET, type TokenOptions } from '../../support/tokens.js';

/** A Monday morning: tokens are signed and looked at then, unless a test moves the clock. */
export const NOW = Date.parse('2026-03-02T09:00:00Z');

export interface Gate {
  readonly logger: RecordingLogger;
  enter(token: string | null): Promise<Authentication>;
  /** From now on it is so many ms after `NOW`. */
  setTime(afterNowMs: number): void;
}

export function openGate(options: Partial<JoseAuthenticatorOptions> = {}): Gate {
  const logger = createRecordingLogger();
  let now = NOW;
  const { authenticate } = createJoseAuthenticator({
    key: { kind: 'secret', secret: TEST_SECRET },
    issuer: null,
    audience: null,
    clockToleranceSeconds: 5,
    clock: { now: () => now },
    logger,
    ...options,
  });
  return {
    logger,
    enter: (token) => authenticate({ channel: 'socket', token, headers: {} }),
    setTime: (afterNowMs) => {
      now = NOW + afterNowMs;
    },
  };
}

/** Of patient-1, signed at `NOW` for an hour, unless told otherwise. */
export function sign(options: Partial<TokenOptions> = {}): Promise<string> {
  return signToken({ sub: 'patient-1', role: 'patient', now: NOW, ...options });
}

/** Whatever the reason. */
export const INVALID: unknown = expect.objectContaining({ outcome: 'invalid' });
export const EXPIRED: unknown = expect.objectContaining({ outcome: 'expired' });
export const PATIENT_FOR_AN_HOUR: Authentication = {
  outcome: 'authenticated',
  identity: { caller: { role: 'patient', id: 'patient-1' }, expiresAt: NOW + 3_600_000 },
};

/** A part of a token. */
export const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const goodClaims = { sub: 'patient-1', role: 'patient', exp: NOW / 1_000 + 60 };

/** Signed as HS256, whatever its header says. */
export function assemble(header: unknown, claims: unknown, secret: string | Buffer = TEST_SECRET): string {
  const signed = `${encoded(header)}.${encoded(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
