import { describe, expect, it } from 'vitest';
import { ChatError, type ClientErrorCode, type HandshakeErrorCode } from '../../src/client/chat-error.js';
import { isIdle, isWaiting, isWithoutToken, stateAfter } from '../../src/client/connection-state.js';
import type { ErrorCode } from '../../src/protocol/wire.js';

type Code = ErrorCode | HandshakeErrorCode | ClientErrorCode;
const error = (code: Code): ChatError => new ChatError(code, 'No.');

describe('the state after a connection was refused or lost', () => {
  const cases: readonly (readonly [code: Code, withToken: string, without: string])[] = [
    ['server.error', 'waits', 'waits'],
    ['server.overloaded', 'waits', 'waits'],
    ['rate.limited', 'waits', 'waits'],
    ['auth.expired', 'waits', 'signed_out'],
    ['client.no_token', 'waits', 'signed_out'],
    ['auth.invalid', 'signed_out', 'signed_out'],
    ['auth.required', 'signed_out', 'signed_out'],
    ['connection.idle', 'rests', 'rests'],
    ['request.invalid', 'rests', 'rests'],
    ['client.wrong_path', 'waits', 'waits'],
    ['client.not_a_chat', 'waits', 'waits'],
    ['client.no_websocket', 'waits', 'waits'],
    ['client.session_unknown', 'waits', 'waits'],
    ['client.connection_failed', 'waits', 'waits'],
    ['request.origin_forbidden', 'waits', 'waits'],
    ['server.unavailable', 'waits', 'waits'],
    ['client.wrong_namespace', 'rests', 'rests'],
  ];
  const outcome = (code: Code, mayGetToken: boolean): string => {
    const next = stateAfter(error(code), mayGetToken);
    expect(next).toMatchObject({ error: { code } });
    if (next.state !== 'offline') return next.state;
    return next.willRetry ? 'waits' : 'rests';
  };

  it.each(cases)('%s: %s with another token to be had, %s without', (code, withToken, without) => {
    expect([outcome(code, true), outcome(code, false)]).toEqual([withToken, without]);
  });

  it('waits for the next attempt where nobody said why', () => {
    for (const mayGetToken of [true, false]) {
      expect(stateAfter(undefined, mayGetToken)).toEqual({ state: 'offline', willRetry: true });
    }
  });
});

describe('a connection state', () => {
  it('is idle when the server closed what nobody used, and not when somebody disconnected', () => {
    expect(isIdle(stateAfter(error('connection.idle'), true))).toBe(true);
    expect(isIdle({ state: 'offline', willRetry: false })).toBe(false);
    expect(isIdle({ state: 'online' })).toBe(false);
  });

  it('lacks a token only when the application had none to give', () => {
    expect(isWithoutToken(stateAfter(error('client.no_token'), false))).toBe(true);
    expect(isWithoutToken(stateAfter(error('client.no_token'), true))).toBe(false);
    expect(isWithoutToken(stateAfter(error('auth.invalid'), true))).toBe(false);
  });

  it('waits when the next attempt comes by itself', () => {
    expect(isWaiting(stateAfter(undefined, false))).toBe(true);
    expect(isWaiting({ state: 'offline', willRetry: false })).toBe(false);
    expect(isWaiting({ state: 'connecting' })).toBe(false);
  });
});
