import { describe, expect, it } from 'vitest';
import type { ClientSocket } from '../../src/client/client-socket.js';
import { createConnection } from '../../src/client/connection.js';
import type { ConnectionState } from '../../src/client/connection-state.js';
import type { Token } from '../../src/client/credentials.js';
import { MAX_STALE_TOKENS, MAX_TOKEN_FAILURES, TOKEN_TIMEOUT_MS } from '../../src/client/limits.js';
import type { Traffic } from '../../src/client/traffic.js';
import type { WireError } from '../../src/protocol/wire.js';
import { tokenOf } from './model-socket.js';
import { createVirtualEnvironment, settled } from './virtual-environment.js';

const error = (code: WireError['code'], more: Partial<WireError> = {}): WireError => ({
  code,
  message: 'No.',
  ...more,
});
const minute = 60_000;

/** A socket on which the test does everything itself that a server would. */
function openSocket() {
  const handlers = new Map<string, (given?: unknown) => void>();
  const asked: { event: string; payload: unknown; answer: (given: unknown) => void }[] = [];
  let hear: (event: string, payload: unknown) => void = () => undefined;
  const socket = {
    connected: false,
    active: false,
    auth: {} as unknown,
    attempts: [] as unknown[],
    on: (event: string, handler: (given?: unknown) => void) => void handlers.set(event, handler),
    onAny: (handler: typeof hear) => {
      hear = handler;
    },
    emit: (event: string, payload: unknown, answer: (given: unknown) => void) =>
      void asked.push({ event, payload, answer }),
    connect: () => void socket.attempts.push(socket.auth),
    disconnect: () => {
      if (!socket.connected) return;
      socket.connected = false;
      handlers.get('disconnect')?.('io client disconnect');
    },
  };
  return {
    socket,
    asked,
    admit: () => {
      socket.connected = true;
      handlers.get('connect')?.();
    },
    refuse: (data?: WireError) => handlers.get('connect_error')?.(Object.assign(new Error('no'), { data })),
    say: (event: string, payload: unknown) => hear(event, payload),
  };
}

function open(token?: Token) {
  const environment = createVirtualEnvironment();
  const server = openSocket();
  const states: ConnectionState[] = [];
  const problems: unknown[] = [];
  const traffic: Traffic[] = [];
  let losses = 0;
  const connection = createConnection({
    url: 'http://chat.example',
    token,
    sender: 'user',
    socketOptions: {},
    environment,
    openSocket: () => server.socket as unknown as ClientSocket,
    stateChanged: (state) => void states.push(state),
    connected: () => undefined,
    connectionLost: () => {
      losses += 1;
    },
    heard: () => undefined,
    traffic: (entry) => void traffic.push(entry),
    problem: (problem) => void problems.push(problem),
  });
  return {
    ...server,
    connection,
    environment,
    states,
    problems,
    traffic,
    losses: () => losses,
    attempts: server.socket.attempts,
    enter: async () => {
      connection.connect();
      await settled();
      server.admit();
    },
    /** Waits for an `authenticate`. @returns how long that took, in ms */
    renewal: async (): Promise<number> => {
      const since = environment.now();
      while (server.asked.length === 0 && environment.now() - since < 60 * minute) {
        await environment.advance(1_000);
      }
      return environment.now() - since;
    },
    /** Answers the `authenticate` that waits, and says with which token. */
    signedIn: async (given: object): Promise<unknown> => {
      const { event, payload, answer } = server.asked.pop() ?? { event: 'nothing' };
      expect(event).toBe('authenticate');
      answer?.(given);
      await settled();
      return (payload as { token: string }).token;
    },
  };
}

/** Tokens of one person, each of them good for ten minutes from when it is asked for. */
function openIssuer(person = 'patient-1') {
  const given: string[] = [];
  let environment = createVirtualEnvironment();
  const provide = async (): Promise<string> => {
    const token = tokenOf(person, environment.now() + 10 * minute);
    given.push(token);
    return token;
  };
  return {
    given,
    provide,
    follow: (own: typeof environment) => {
      environment = own;
    },
  };
}

describe('signing in', () => {
  it('asks at each attempt, and gives the handshake what it got', async () => {
    let asked = 0;
    const rig = open(() => {
      asked += 1;
      return `token ${asked}`;
    });
    rig.connection.connect();
    expect(rig.attempts).toEqual([]);
    await settled();
    rig.refuse();
    await rig.environment.advance(1_000);
    expect(rig.attempts).toEqual([
      { sender: 'user', token: 'token 1' },
      { sender: 'user', token: 'token 2' },
    ]);
  });

  it.each([
    [undefined, { sender: 'user' }],
    ['', { sender: 'user' }],
    ['a text', { sender: 'user', token: 'a text' }],
  ])('connects at once with %j', (token, auth) => {
    const rig = open(token);
    rig.connection.connect();
    expect(rig.attempts).toEqual([auth]);
  });

  describe('before the token expires', () => {
    async function enter(person?: string) {
      const issuer = openIssuer(person);
      const rig = open(issuer.provide);
      issuer.follow(rig.environment);
      await rig.enter();
      return { ...rig, issuer };
    }

    it('hands in a fresh one over the same connection, again and again', async () => {
      const rig = await enter();
      const first = await rig.renewal();
      expect(first).toBeGreaterThanOrEqual(7 * minute);
      expect(first).toBeLessThan(9.1 * minute);
      const expiresAt = new Date(rig.environment.now() + 20 * minute).toISOString();
      const token = await rig.signedIn({ ok: true, userId: 'p', role: 'patient', expiresAt });
      expect(token).toBe(rig.issuer.given[1]);
      // By what the server says, not by what the token does.
      const second = await rig.renewal();
      expect(second).toBeGreaterThanOrEqual(14 * minute);
      expect(second).toBeLessThan(18.1 * minute);
      expect(await rig.signedIn({ ok: true, userId: 'p', role: 'patient', expiresAt: null })).toBe(
        rig.issuer.given[2],
      );
      await rig.environment.advance(60 * minute);
      expect([rig.issuer.given.length, rig.attempts.length, rig.losses()]).toEqual([3, 1, 0]);
    });

    it.each(['server.error', 'rate.limited', 'auth.expired'] as const)(
      'tries again where it is put off with %s',
      async (code) => {
        const rig = await enter();
        await rig.renewal();
        await rig.signedIn({ ok: false, error: error(code, { retryAfterMs: 5_000 }) });
        expect(await rig.renewal()).toBeGreaterThanOrEqual(5_000);
        await rig.signedIn({ ok: true, userId: 'p', role: 'patient', expiresAt: null });
        expect([rig.losses(), rig.problems]).toEqual([0, []]);
      },
    );

    it('lets the connection last where a fresh one is refused, and says so', async () => {
      const rig = await enter();
      await rig.renewal();
      await rig.signedIn({ ok: false, error: error('auth.invalid') });
      expect(rig.problems).toMatchObject([{ code: 'auth.invalid' }]);
      await rig.environment.advance(60 * minute);
      expect([rig.connection.state(), rig.asked]).toEqual([{ state: 'online' }, []]);
    });

    it('starts a new connection for a token of somebody else', async () => {
      let person = 'patient-1';
      const rig = open(async () => tokenOf(person, rig.environment.now() + 10 * minute));
      await rig.enter();
      person = 'patient-2';
      await rig.environment.advance(9.5 * minute);
      expect([rig.asked, rig.losses(), rig.attempts.length]).toEqual([[], 1, 2]);
    });

    /** Where the server finds the person and the role is configured there. */
    const claims = {
      iss: 'https://sso.clinic.example/realms/clinic',
      sub: 'account-1',
      role: 'member',
      preferred_username: 'ada@clinic.example',
      realm_access: { roles: ['practitioner'] },
    };
    const signed = (given: object) => `e30.${btoa(JSON.stringify(given))}.unsigned`;

    it.each([
      ['another name', { preferred_username: 'grace@clinic.example' }],
      ['another role within a list', { realm_access: { roles: ['patient'] } }],
      ['a claim more', { 'https://clinic.example/user_id': 'patient-2' }],
      ['another issuer', { iss: 'https://other.example' }],
    ])('starts a new connection for a token with %s', async (_what, changed) => {
      let now = claims;
      const line = open(async () => signed({ ...now, exp: (line.environment.now() + 10 * minute) / 1_000 }));
      await line.enter();
      now = { ...claims, ...changed };
      await line.environment.advance(9.5 * minute);
      expect([line.asked, line.losses(), line.attempts.length]).toEqual([[], 1, 2]);
    });

    it('keeps the connection where only the token is another, whatever names its person', async () => {
      const { sub: _sub, role: _role, ...nameless } = claims;
      let tokens = 0;
      const line = open(async () => {
        tokens += 1;
        const at = line.environment.now() / 1_000;
        return signed({ jti: `token-${tokens}`, iat: at, nbf: at, exp: at + 600, ...nameless });
      });
      await line.enter();
      await line.renewal();
      await line.signedIn({ ok: true, userId: 'p', role: 'doctor', expiresAt: null });
      expect([tokens, line.losses(), line.attempts.length]).toEqual([2, 0, 1]);
    });

    it('waits for another where it is given the same one', async () => {
      const environment = createVirtualEnvironment();
      const token = tokenOf('patient-1', environment.now() + 10 * minute);
      let asked = 0;
      const rig = open(() => {
        asked += 1;
        return token;
      });
      await rig.enter();
      await rig.environment.advance(10 * minute);
      expect(rig.asked).toEqual([]);
      expect(asked).toBeGreaterThan(2);
      expect(asked).toBeLessThan(12);
    });

    it.each([
      ['is no JSON Web Token', 'opaque'],
      ['expired long ago by the clock of the device', tokenOf('patient-1', 1)],
      ['never expires', 'e30.e30.'],
    ])('does nothing where the token %s', async (_what, token) => {
      const rig = open(() => token);
      await rig.enter();
      await rig.environment.advance(60 * minute);
      expect(rig.asked).toEqual([]);
      expect(rig.environment.timers()).toBe(0);
    });
  });

  describe('when the token has expired', () => {
    it.each([
      ['an error event says so', (rig: ReturnType<typeof open>) => rig.say('error', error('auth.expired'))],
      [
        'a request is refused',
        async (rig: ReturnType<typeof open>) => {
          rig.asked.pop()?.answer({ ok: false, error: error('auth.expired') });
        },
      ],
    ])('and %s, it comes back with a fresh one', async (_how, tell) => {
      const rig = open(openIssuer().provide);
      await rig.enter();
      const answer = rig.connection.request('mark_read', { consultationId: 'c', seq: 1, sender: 'user' });
      await tell(rig);
      // Not refused: it goes out again.
      expect(await answer).toBeUndefined();
      expect(rig.losses()).toBe(1);
      expect(rig.states.at(-1)).toMatchObject({
        state: 'offline',
        willRetry: true,
        error: { code: 'auth.expired' },
      });
      await rig.environment.advance(1_000);
      expect(rig.attempts).toHaveLength(2);
      rig.admit();
      expect([rig.connection.state(), rig.problems]).toEqual([{ state: 'online' }, []]);
    });

    it('and there is only the one, it is signed out until told otherwise', async () => {
      const rig = open('a text');
      await rig.enter();
      rig.say('error', error('auth.expired'));
      expect(rig.states.at(-1)).toMatchObject({ state: 'signed_out', error: { code: 'auth.expired' } });
      await rig.environment.advance(60 * minute);
      expect(rig.attempts).toHaveLength(1);
      rig.connection.signIn('another');
      expect(rig.attempts.at(-1)).toEqual({ sender: 'user', token: 'another' });
      rig.admit();
      expect(rig.connection.state()).toEqual({ state: 'online' });
    });

    it('and comes back, failures of before do not count any more', async () => {
      const rig = open(openIssuer().provide);
      rig.connection.connect();
      for (let round = 0; round < 2; round += 1) {
        for (let index = 1; index < MAX_STALE_TOKENS; index += 1) {
          await rig.environment.advance(20_000);
          rig.refuse(error('auth.expired'));
        }
        await rig.environment.advance(20_000);
        rig.admit();
        expect(rig.connection.state()).toEqual({ state: 'online' });
        rig.say('error', error('server.error'));
        rig.socket.disconnect();
      }
    });

    it('and every fresh one has too, it is signed out', async () => {
      const rig = open(openIssuer().provide);
      rig.connection.connect();
      for (let index = 0; index < MAX_STALE_TOKENS; index += 1) {
        await rig.environment.advance(20_000);
        rig.refuse(error('auth.expired'));
      }
      expect(rig.connection.state()).toMatchObject({ state: 'signed_out', error: { code: 'auth.expired' } });
      await rig.environment.advance(60 * minute);
      expect(rig.attempts).toHaveLength(MAX_STALE_TOKENS);
    });
  });

  it.each(['auth.invalid', 'auth.required'] as const)('stops at %s, and resumes when told', async (code) => {
    const rig = open(openIssuer().provide);
    rig.connection.connect();
    await settled();
    rig.refuse(error(code));
    expect(rig.connection.state()).toMatchObject({ state: 'signed_out', error: { code } });
    await rig.environment.advance(60 * minute);
    expect(rig.attempts).toHaveLength(1);
    rig.connection.connect();
    await settled();
    expect(rig.attempts).toHaveLength(2);
  });

  it('stops where the server opens the connection and then wants a token', async () => {
    const rig = open();
    await rig.enter();
    const answer = rig.connection.request('typing', { consultationId: 'c', isTyping: true });
    rig.asked.pop()?.answer({ ok: false, error: error('auth.required') });
    expect(await answer).toBeUndefined();
    expect(rig.connection.state()).toMatchObject({ state: 'signed_out', error: { code: 'auth.required' } });
  });

  it('waits as long as a server asks that cannot tell, or has too many at the door', async () => {
    const rig = open('a text');
    rig.connection.connect();
    rig.refuse(error('rate.limited', { retryAfterMs: 20_000 }));
    expect(rig.connection.state()).toMatchObject({
      state: 'offline',
      willRetry: true,
      error: { code: 'rate.limited' },
    });
    await rig.environment.advance(19_999);
    expect(rig.attempts).toHaveLength(1);
    await rig.environment.advance(1_000);
    expect(rig.attempts).toHaveLength(2);
    rig.refuse(error('server.error'));
    await rig.environment.advance(2_000);
    expect(rig.attempts).toHaveLength(3);
  });

  it('asks again for a token that cannot be had, for more than a minute, and then is signed out', async () => {
    const failure = new Error('the network is gone');
    let isWell = false;
    const rig = open(() => {
      if (!isWell) throw failure;
      return 'a text';
    });
    rig.connection.connect();
    await rig.environment.advance(minute / 2);
    expect(rig.connection.state()).toMatchObject({ state: 'offline', error: { code: 'client.no_token' } });
    await rig.environment.advance(5 * minute);
    expect(rig.connection.state()).toMatchObject({
      state: 'signed_out',
      error: { code: 'client.no_token' },
    });
    expect(rig.problems).toEqual(Array.from({ length: MAX_TOKEN_FAILURES }, () => failure));
    expect(rig.attempts).toEqual([]);
    isWell = true;
    rig.connection.connect();
    await settled();
    rig.admit();
    expect(rig.connection.state()).toEqual({ state: 'online' });
  });

  it('does not wait for ever for a token, and takes none that comes too late', async () => {
    const late: ((token: string) => void)[] = [];
    const rig = open(() => new Promise((resolve) => late.push(resolve)));
    rig.connection.connect();
    await rig.environment.advance(TOKEN_TIMEOUT_MS + 1_000);
    expect(late).toHaveLength(2);
    late[0]?.('late');
    await settled();
    expect(rig.attempts).toEqual([]);
    rig.connection.disconnect();
    late[1]?.('later');
    await settled();
    expect(rig.attempts).toEqual([]);
    expect(rig.environment.timers()).toBe(0);
  });

  it('hands over what it is told while it is connected: the same person’s without a break', async () => {
    const mine = openIssuer();
    const rig = open(await mine.provide());
    await rig.enter();
    const next = tokenOf('patient-1', rig.environment.now() + 30 * minute);
    rig.connection.signIn(next);
    expect(await rig.signedIn({ ok: true, userId: 'p', role: 'patient', expiresAt: null })).toBe(next);
    expect(rig.attempts).toHaveLength(1);
    rig.connection.signIn('whoever');
    expect(rig.attempts.slice(1)).toEqual([{ sender: 'user', token: 'whoever' }]);
    expect(rig.losses()).toBe(1);
  });

  it('rests where the server has closed a connection that nobody used, and comes back when it is wanted', async () => {
    const rig = open('a text');
    await rig.enter();
    rig.say('error', error('connection.idle'));
    expect(rig.connection.state()).toMatchObject({
      state: 'offline',
      willRetry: false,
      error: { code: 'connection.idle' },
    });
    await rig.environment.advance(60 * minute);
    expect([rig.attempts.length, rig.problems]).toEqual([1, []]);
    rig.connection.wake();
    rig.admit();
    expect(rig.connection.state()).toEqual({ state: 'online' });
    rig.connection.disconnect();
    rig.connection.wake();
    expect(rig.attempts).toHaveLength(2);
  });

  it('takes a new token for an attempt that is under way', async () => {
    const rig = open('one');
    rig.connection.connect();
    rig.connection.signIn('two');
    expect(rig.attempts.at(-1)).toEqual({ sender: 'user', token: 'two' });
    rig.connection.close();
    rig.connection.signIn('three');
    expect(rig.attempts).toHaveLength(2);
  });

  it('does as a listener says that decides at once', async () => {
    const rig = open('one');
    await rig.enter();
    const { push } = rig.states;
    rig.states.push = (state) => {
      if (state.state === 'signed_out') rig.connection.signIn('two');
      return push.call(rig.states, state);
    };
    rig.say('error', error('auth.expired'));
    rig.admit();
    expect(rig.connection.state()).toEqual({ state: 'online' });
    rig.connection.close();
    expect(rig.environment.timers()).toBe(0);
  });

  it('shows no token to whoever looks at the traffic', async () => {
    const issuer = openIssuer();
    const rig = open(issuer.provide);
    issuer.follow(rig.environment);
    await rig.enter();
    await rig.renewal();
    await rig.signedIn({ ok: true, userId: 'p', role: 'patient', expiresAt: null });
    expect(rig.traffic.map(({ event }) => event)).toEqual(['authenticate', 'authenticate']);
    const shown = JSON.stringify([rig.traffic, rig.states, rig.problems]);
    for (const token of issuer.given) expect(shown).not.toContain(token);
  });
});
