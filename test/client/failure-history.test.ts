import { describe, expect, it } from 'vitest';
import { ChatError } from '../../src/client/chat-error.js';
import type { ClientSocket } from '../../src/client/client-socket.js';
import { createConnection } from '../../src/client/connection.js';
import type { ConnectionState } from '../../src/client/connection-state.js';
import { createFailureHistory } from '../../src/client/failure-history.js';
import {
  ANSWER_TIMEOUT_MS,
  MAX_DELAY_MS,
  MAX_SILENT_CONNECTIONS,
  MAX_UNEXPLAINED_FAILURES,
} from '../../src/client/limits.js';
import { createVirtualEnvironment } from './virtual-environment.js';

const notAChat = new ChatError('client.not_a_chat', 'No.');
const refused = new ChatError('server.error', 'No.');

describe('failures in a row', () => {
  const codesOf = (failures: readonly (readonly [ChatError | undefined, boolean])[]) => {
    const history = createFailureHistory();
    return failures.map(([error, hasLasted]) => history.add(error, hasLasted)?.code);
  };
  const unexplained = Array.from({ length: MAX_UNEXPLAINED_FAILURES - 1 }, () => [undefined, false] as const);

  it('that nobody explains are told of as such after some', () => {
    const codes = codesOf([...unexplained, [undefined, false], [undefined, false]]);
    expect(codes).toEqual([
      ...unexplained.map(() => undefined),
      'client.connection_failed',
      'client.connection_failed',
    ]);
  });

  it('for a session that nobody knows are told of from the second on, since a server may have started anew', () => {
    const unknown = new ChatError('client.session_unknown', 'No.');
    const twice = [
      [unknown, false],
      [unknown, false],
    ] as const;
    expect(codesOf([...twice, [undefined, true], ...twice])).toEqual([
      undefined,
      'client.session_unknown',
      undefined,
      undefined,
      'client.session_unknown',
    ]);
  });

  it.each([
    ['a connection that lasted', undefined, true],
    ['a failure that somebody explains', refused, false],
  ])('are counted anew after %s', (_what, error, hasLasted) => {
    const codes = codesOf([...unexplained, [error, hasLasted], ...unexplained]);
    expect(codes.filter((code) => code !== 'server.error')).not.toContain('client.connection_failed');
  });

  it('without an answer say that this is no chat, unless a connection in between has lasted', () => {
    expect(
      codesOf([
        [notAChat, false],
        [undefined, true],
        [notAChat, false],
        [notAChat, false],
      ]),
    ).toEqual([undefined, undefined, undefined, 'client.not_a_chat']);
  });
});

/** A client of a Socket.IO that lets everybody in and says, of its own, what `say` gives. */
function openAtStranger(say: () => readonly [event: string, payload: unknown] | null) {
  const environment = createVirtualEnvironment();
  const handlers = new Map<string, () => void>();
  const states: ConnectionState[] = [];
  const connectedAt: number[] = [];
  let hear: (event: string, payload: unknown) => void = () => undefined;
  const socket = {
    connected: false,
    active: true,
    auth: {},
    on: (event: string, handler: () => void) => void handlers.set(event, handler),
    onAny: (handler: typeof hear) => {
      hear = handler;
    },
    emit: () => {
      const said = say();
      if (said !== null) environment.setTimeout(() => hear(...said), 1);
    },
    connect: () =>
      environment.setTimeout(() => {
        socket.connected = true;
        connectedAt.push(environment.now());
        handlers.get('connect')?.();
      }, 1),
    disconnect: () => {
      if (!socket.connected) return;
      socket.connected = false;
      handlers.get('disconnect')?.();
    },
  };
  const connection = createConnection({
    url: 'http://chat.example',
    sender: 'user',
    environment,
    openSocket: () => socket as unknown as ClientSocket,
    stateChanged: (state) => void states.push(state),
    connected: () => void connection.request('join_consultation', { consultationId: 'c' }),
    connectionLost: () => undefined,
    heard: () => undefined,
    traffic: () => undefined,
    problem: () => undefined,
  });
  connection.connect();
  return { environment, states, connectedAt };
}

describe('a Socket.IO server that is no chat', () => {
  it.each([
    ['says nothing', () => null],
    ['says something of its own', () => ['welcome', { to: 'elsewhere' }] as const],
  ])('and %s is told of, and asked less and less often', async (_what, say) => {
    const { environment, states, connectedAt } = openAtStranger(say);
    await environment.advance(20 * (ANSWER_TIMEOUT_MS + MAX_DELAY_MS));
    const offline = states.filter(({ state }) => state === 'offline');
    const codes = offline.map((state) => ('error' in state ? state.error?.code : undefined));
    expect(codes.slice(0, MAX_SILENT_CONNECTIONS - 1)).toEqual([undefined]);
    expect(new Set(codes.slice(MAX_SILENT_CONNECTIONS - 1))).toEqual(new Set(['client.not_a_chat']));
    const pauses = connectedAt.slice(1).map((at, index) => at - (connectedAt[index] ?? 0));
    expect(pauses.at(-1)).toBeGreaterThan((pauses[0] ?? 0) + MAX_DELAY_MS / 3);
  });
});
