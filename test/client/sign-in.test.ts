import { describe, expect, it } from 'vitest';
import { type ConnectionState, createConnection } from '../../src/client/connection.js';
import type { Token } from '../../src/client/credentials.js';
import { MAX_STALE_TOKENS, MAX_TOKEN_FAILURES, TOKEN_TIMEOUT_MS } from '../../src/client/limits.js';
import type { ClientSocket } from '../../src/client/line.js';
import type { Traffic } from '../../src/client/requests.js';
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
    lineUp: () => undefined,
    lineLost: () => {
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
    const line = open(() => {
      asked += 1;
      return `token ${asked}`;
    });
    line.connection.connect();
    expect(line.attempts).toEqual([]);
    await settled();
    line.refuse();
    await line.environment.advance(1_000);
    expect(line.attempts).toEqual([
      { sender: 'user', token: 'token 1' },
      { sender: 'user', token: 'token 2' },
    ]);
  });

  it.each([
    [undefined, { sender: 'user' }],
    ['', { sender: 'user' }],
    ['a text', { sender: 'user', token: 'a text' }],
  ])('connects at once with %j', (token, auth) => {
    const line = open(token);
    line.connection.connect();
    expect(line.attempts).toEqual([auth]);
  });

  describe('before the token expires', () => {
    async function enter(person?: string) {
      const issuer = openIssuer(person);
      const line = open(issuer.provide);
      issuer.follow(line.environment);
      await line.enter();
      return { ...line, issuer };
    }

    it('hands in a fresh one over the same connection, again and again', async () => {
      const line = await enter();
      const first = await line.renewal();
      expect(first).toBeGreaterThanOrEqual(7 * minute);
      expect(first).toBeLessThan(9.1 * minute);
      const expiresAt = new Date(line.environment.now() + 20 * minute).toISOString();
      const token = await line.signedIn({ ok: true, userId: 'p', role: 'patient', expiresAt });
      expect(token).toBe(line.issuer.given[1]);
      // By what the server says, not by what the token does.
      const second = await line.renewal();
      expect(second).toBeGreaterThanOrEqual(14 * minute);
      expect(second).toBeLessThan(18.1 * minute);
      expect(await line.signedIn({ ok: true, userId: 'p', role: 'patient', expiresAt: null })).toBe(
        line.issuer.given[2],
      );
      await line.environment.advance(60 * minute);
      expect([line.issuer.given.length, line.attempts.length, line.losses()]).toEqual([3, 1, 0]);
    });

    it.each(['server.error', 'rate.limited', 'auth.expired'] as const)(
      'tries again where it is put off with %s',
      async (code) => {
        const line = await enter();
        await line.renewal();
        await line.signedIn({ ok: false, error: error(code, { retryAfterMs: 5_000 }) });
        expect(await line.renewal()).toBeGreaterThanOrEqual(5_000);
        await line.signedIn({ ok: true, userId: 'p', role: 'patient', expiresAt: null });
        expect([line.losses(), line.problems]).toEqual([0, []]);
      },
    );

    it('lets the connection last where a fresh one is refused, and says so', async () => {
      const line = await enter();
      await line.renewal();
      await line.signedIn({ ok: false, error: error('auth.invalid') });
      expect(line.problems).toMatchObject([{ code: 'auth.invalid' }]);
      await line.environment.advance(60 * minute);
      expect([line.connection.state(), line.asked]).toEqual([{ state: 'online' }, []]);
    });

    it('starts a new connection for a token of somebody else', async () => {
      let person = 'patient-1';
      const line = open(async () => tokenOf(person, line.environment.now() + 10 * minute));
      await line.enter();
      person = 'patient-2';
      await line.environment.advance(9.5 * minute);
      expect([line.asked, line.losses(), line.attempts.length]).toEqual([[], 1, 2]);
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
      const line = open(() => {
        asked += 1;
        return token;
      });
      await line.enter();
      await line.environment.advance(10 * minute);
      expect(line.asked).toEqual([]);
      expect(asked).toBeGreaterThan(2);
      expect(asked).toBeLessThan(12);
    });

    it.each([
      ['is no JSON Web Token', 'opaque'],
      ['expired long ago by the clock of the device', tokenOf('patient-1', 1)],
      ['never expires', 'e30.e30.'],
    ])('does nothing where the token %s', async (_what, token) => {
      const line = open(() => token);
      await line.enter();
      await line.environment.advance(60 * minute);
      expect(line.asked).toEqual([]);
      expect(line.environment.timers()).toBe(0);
    });
  });

  describe('when the token has expired', () => {
    it.each([
      ['an error event says so', (line: ReturnType<typeof open>) => line.say('error', error('auth.expired'))],
      [
        'a request is refused',
        async (line: ReturnType<typeof open>) => {
          line.asked.pop()?.answer({ ok: false, error: error('auth.expired') });
        },
      ],
    ])('and %s, it comes back with a fresh one', async (_how, tell) => {
      const line = open(openIssuer().provide);
      await line.enter();
      const answer = line.connection.request('mark_read', { consultationId: 'c', seq: 1, sender: 'user' });
      await tell(line);
      // Not refused: it goes out again.
      expect(await answer).toBeUndefined();
      expect(line.losses()).toBe(1);
      expect(line.states.at(-1)).toMatchObject({
        state: 'offline',
        willRetry: true,
        error: { code: 'auth.expired' },
      });
      await line.environment.advance(1_000);
      expect(line.attempts).toHaveLength(2);
      line.admit();
      expect([line.connection.state(), line.problems]).toEqual([{ state: 'online' }, []]);
    });

    it('and there is only the one, it is signed out until told otherwise', async () => {
      const line = open('a text');
      await line.enter();
      line.say('error', error('auth.expired'));
      expect(line.states.at(-1)).toMatchObject({ state: 'signed_out', error: { code: 'auth.expired' } });
      await line.environment.advance(60 * minute);
      expect(line.attempts).toHaveLength(1);
      line.connection.signIn('another');
      expect(line.attempts.at(-1)).toEqual({ sender: 'user', token: 'another' });
      line.admit();
      expect(line.connection.state()).toEqual({ state: 'online' });
    });

    it('and comes back, failures of before do not count any more', async () => {
      const line = open(openIssuer().provide);
      line.connection.connect();
      for (let round = 0; round < 2; round += 1) {
        for (let index = 1; index < MAX_STALE_TOKENS; index += 1) {
          await line.environment.advance(20_000);
          line.refuse(error('auth.expired'));
        }
        await line.environment.advance(20_000);
        line.admit();
        expect(line.connection.state()).toEqual({ state: 'online' });
        line.say('error', error('server.error'));
        line.socket.disconnect();
      }
    });

    it('and every fresh one has too, it is signed out', async () => {
      const line = open(openIssuer().provide);
      line.connection.connect();
      for (let index = 0; index < MAX_STALE_TOKENS; index += 1) {
        await line.environment.advance(20_000);
        line.refuse(error('auth.expired'));
      }
      expect(line.connection.state()).toMatchObject({ state: 'signed_out', error: { code: 'auth.expired' } });
      await line.environment.advance(60 * minute);
      expect(line.attempts).toHaveLength(MAX_STALE_TOKENS);
    });
  });

  it.each(['auth.invalid', 'auth.required'] as const)('stops at %s, and resumes when told', async (code) => {
    const line = open(openIssuer().provide);
    line.connection.connect();
    await settled();
    line.refuse(error(code));
    expect(line.connection.state()).toMatchObject({ state: 'signed_out', error: { code } });
    await line.environment.advance(60 * minute);
    expect(line.attempts).toHaveLength(1);
    line.connection.connect();
    await settled();
    expect(line.attempts).toHaveLength(2);
  });

  it('stops where the server opens the connection and then wants a token', async () => {
    const line = open();
    await line.enter();
    const answer = line.connection.request('typing', { consultationId: 'c', isTyping: true });
    line.asked.pop()?.answer({ ok: false, error: error('auth.required') });
    expect(await answer).toBeUndefined();
    expect(line.connection.state()).toMatchObject({ state: 'signed_out', error: { code: 'auth.required' } });
  });

  it('waits as long as a server asks that cannot tell, or has too many at the door', async () => {
    const line = open('a text');
    line.connection.connect();
    line.refuse(error('rate.limited', { retryAfterMs: 20_000 }));
    expect(line.connection.state()).toMatchObject({
      state: 'offline',
      willRetry: true,
      error: { code: 'rate.limited' },
    });
    await line.environment.advance(19_999);
    expect(line.attempts).toHaveLength(1);
    await line.environment.advance(1_000);
    expect(line.attempts).toHaveLength(2);
    line.refuse(error('server.error'));
    await line.environment.advance(2_000);
    expect(line.attempts).toHaveLength(3);
  });

  it('asks again for a token that cannot be had, for more than a minute, and then is signed out', async () => {
    const failure = new Error('the network is gone');
    let isWell = false;
    const line = open(() => {
      if (!isWell) throw failure;
      return 'a text';
    });
    line.connection.connect();
    await line.environment.advance(minute / 2);
    expect(line.connection.state()).toMatchObject({ state: 'offline', error: { code: 'client.no_token' } });
    await line.environment.advance(5 * minute);
    expect(line.connection.state()).toMatchObject({
      state: 'signed_out',
      error: { code: 'client.no_token' },
    });
    expect(line.problems).toEqual(Array.from({ length: MAX_TOKEN_FAILURES }, () => failure));
    expect(line.attempts).toEqual([]);
    isWell = true;
    line.connection.connect();
    await settled();
    line.admit();
    expect(line.connection.state()).toEqual({ state: 'online' });
  });

  it('does not wait for ever for a token, and takes none that comes too late', async () => {
    const late: ((token: string) => void)[] = [];
    const line = open(() => new Promise((resolve) => late.push(resolve)));
    line.connection.connect();
    await line.environment.advance(TOKEN_TIMEOUT_MS + 1_000);
    expect(late).toHaveLength(2);
    late[0]?.('late');
    await settled();
    expect(line.attempts).toEqual([]);
    line.connection.disconnect();
    late[1]?.('later');
    await settled();
    expect(line.attempts).toEqual([]);
    expect(line.environment.timers()).toBe(0);
  });

  it('hands over what it is told while it is connected: the same person’s without a break', async () => {
    const mine = openIssuer();
    const line = open(await mine.provide());
    await line.enter();
    const next = tokenOf('patient-1', line.environment.now() + 30 * minute);
    line.connection.signIn(next);
    expect(await line.signedIn({ ok: true, userId: 'p', role: 'patient', expiresAt: null })).toBe(next);
    expect(line.attempts).toHaveLength(1);
    line.connection.signIn('whoever');
    expect(line.attempts.slice(1)).toEqual([{ sender: 'user', token: 'whoever' }]);
    expect(line.losses()).toBe(1);
  });

  it('rests where the server has closed a connection that nobody used, and comes back when it is wanted', async () => {
    const line = open('a text');
    await line.enter();
    line.say('error', error('connection.idle'));
    expect(line.connection.state()).toMatchObject({
      state: 'offline',
      willRetry: false,
      error: { code: 'connection.idle' },
    });
    await line.environment.advance(60 * minute);
    expect([line.attempts.length, line.problems]).toEqual([1, []]);
    line.connection.wake();
    line.admit();
    expect(line.connection.state()).toEqual({ state: 'online' });
    line.connection.disconnect();
    line.connection.wake();
    expect(line.attempts).toHaveLength(2);
  });

  it('takes a new token for an attempt that is under way', async () => {
    const line = open('one');
    line.connection.connect();
    line.connection.signIn('two');
    expect(line.attempts.at(-1)).toEqual({ sender: 'user', token: 'two' });
    line.connection.close();
    line.connection.signIn('three');
    expect(line.attempts).toHaveLength(2);
  });

  it('does as a listener says that decides at once', async () => {
    const line = open('one');
    await line.enter();
    const { push } = line.states;
    line.states.push = (state) => {
      if (state.state === 'signed_out') line.connection.signIn('two');
      return push.call(line.states, state);
    };
    line.say('error', error('auth.expired'));
    line.admit();
    expect(line.connection.state()).toEqual({ state: 'online' });
    line.connection.close();
    expect(line.environment.timers()).toBe(0);
  });

  it('shows no token to whoever looks at the traffic', async () => {
    const issuer = openIssuer();
    const line = open(issuer.provide);
    issuer.follow(line.environment);
    await line.enter();
    await line.renewal();
    await line.signedIn({ ok: true, userId: 'p', role: 'patient', expiresAt: null });
    expect(line.traffic.map(({ event }) => event)).toEqual(['authenticate', 'authenticate']);
    const shown = JSON.stringify([line.traffic, line.states, line.problems]);
    for (const token of issuer.given) expect(shown).not.toContain(token);
  });
});
