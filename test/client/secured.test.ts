import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJoseAuthenticator } from '../../src/adapters/jose/jose-authenticator.js';
import { DEFAULT_SESSION_LIMITS } from '../../src/application/sessions/session-limits.js';
import { createSystemEnvironment } from '../../src/client/environment.js';
import { type ChatClient, type ConnectOptions, connect } from '../../src/client/index.js';
import { createMemoryStorage } from '../../src/client/outbox-storage.js';
import type { Sender } from '../../src/protocol/wire.js';
import { type ChatHarness, openChat } from '../adapters/socketio/chat-harness.js';
import { openConsultation, tomorrow } from '../support/clinic.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';

const consultationId = 'consultation-1';
const until = <Value>(value: () => Value) => expect.poll(value, { timeout: 20_000, interval: 10 });

/** Nobody waits for a renewal: what is due in so long (ms) or later comes at a hundredth of its time. */
const LONG_MS = 30_000;

describe('the client library and a server that wants tokens', () => {
  let chat: ChatHarness;
  const clients: ChatClient[] = [];

  beforeEach(async () => {
    chat = await openChat({
      memory: {
        isOpen: false,
        decorate: ({ clock, logger }) => ({
          authenticator: createJoseAuthenticator({
            key: { kind: 'secret', secret: TEST_SECRET },
            issuer: null,
            audience: null,
            clockToleranceSeconds: 0,
            clock,
            logger,
          }),
        }),
      },
    });
    await openConsultation(chat.application, { expiresAt: tomorrow(chat.time.clock.now()) });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await chat.close();
  });

  function tokenFor(sender: Sender, expiresIn = 3_600, sub = sender === 'user' ? 'patient-1' : 'doctor-1') {
    const role = sender === 'user' ? 'patient' : 'doctor';
    return signToken({ sub, role, expiresIn, now: chat.time.clock.now() });
  }

  function enter(sender: Sender, token: ConnectOptions['token'], options: ConnectOptions = {}) {
    const system = createSystemEnvironment();
    const environment = {
      ...system,
      now: chat.time.clock.now,
      setTimeout: (run: () => void, ms: number) => system.setTimeout(run, ms < LONG_MS ? ms : ms / 100),
    };
    const client = connect(chat.url, {
      sender,
      environment,
      ...(token === undefined ? {} : { token }),
      ...options,
    });
    clients.push(client);
    const states: string[] = [];
    client.onState(({ state }) => void states.push(state));
    const channel = client.consultation(consultationId);
    const texts: string[] = [];
    channel.onMessage(({ content }) => void texts.push(content));
    return { client, channel, texts, states };
  }

  it('hands in fresh tokens over one and the same connection', async () => {
    const given: string[] = [];
    const memory = createMemoryStorage();
    const kept: string[] = [];
    const storage = { ...memory, setItem: (...item: [string, string]) => void kept.push(...item) };
    let lifetime = 60;
    const provide = async (): Promise<string> => {
      const token = await tokenFor('user', lifetime);
      given.push(token);
      return token;
    };
    const { client, channel, states } = enter('user', provide, { storage });
    client.onState(({ state }) => {
      if (state === 'online') lifetime = 3_600;
    });
    const answers: unknown[] = [];
    client.onTraffic(({ direction, event, payload }) => {
      if (event === 'authenticate' && direction === 'answer') answers.push(payload);
    });
    await channel.send('with the first');
    await until(() => answers.length).toBe(1);
    expect(answers).toMatchObject([{ ok: true, userId: 'patient-1', role: 'patient' }]);
    await chat.time.advance(61_000);
    await expect(channel.send('with the second')).resolves.toMatchObject({ seq: 2 });
    expect(states).toEqual(['online']);
    expect(kept.join()).toContain('with the second');
    for (const token of given) expect(JSON.stringify([chat.logger, kept])).not.toContain(token);
  });

  it('loses, doubles and reorders nothing when tokens expire in the middle of it', async () => {
    const patient = enter('user', () => tokenFor('user', 60));
    const doctor = enter('doctor', await tokenFor('doctor'));
    const written: string[] = [];
    const sent: Promise<unknown>[] = [];
    for (let round = 0; round < 4; round += 1) {
      for (let index = 0; index < 8; index += 1) {
        const text = `text ${round * 8 + index}`;
        written.push(text);
        sent.push(patient.channel.send(text));
      }
      if (round % 2 === 1) await Promise.race(sent.slice(-8));
      // Late for the client's own renewal: the server ends the connection.
      await chat.time.advance(60_000);
    }
    await Promise.all(sent);
    await until(() => doctor.texts).toEqual(written);
    await until(() => patient.texts).toEqual(written);
    expect(patient.states).toContain('offline');
    expect(patient.states).not.toContain('signed_out');
  });

  it('waits, signed out, where its only token expires, and goes on with the next', async () => {
    const { client, channel, texts } = enter('user', await tokenFor('user', 60));
    await channel.send('before');
    await chat.time.advance(60_000);
    await until(() => client.state).toMatchObject({ state: 'signed_out', error: { code: 'auth.expired' } });
    const during = [channel.send('during'), channel.send('meanwhile')];
    expect(channel.outbox.map(({ progress }) => progress.state)).toEqual(['waiting', 'waiting']);
    client.signIn(await tokenFor('user'));
    await Promise.all(during);
    await until(() => texts).toEqual(['before', 'during', 'meanwhile']);
  });

  it.each([
    ['no token', 'auth.required', () => undefined],
    ['something that is no token', 'auth.invalid', () => 'nonsense'],
    [
      'a forged one',
      'auth.invalid',
      () => signToken({ sub: 'patient-1', role: 'patient', secret: 'x'.repeat(32) }),
    ],
    ['an old one', 'auth.expired', () => tokenFor('user', -60)],
  ])('is signed out with %s, and sends what waited after signing in', async (_what, code, make) => {
    const { client, channel } = enter('user', await make());
    const sent = channel.send('patient text');
    await until(() => client.state).toMatchObject({ state: 'signed_out', error: { code } });
    client.signIn(() => tokenFor('user'));
    await expect(sent).resolves.toMatchObject({ seq: 1 });
  });

  it('tells a party who speaks as the other one, and a stranger, apart from the server’s other refusals', async () => {
    const other = enter('doctor', await tokenFor('user'));
    await expect(other.channel.send('as the doctor')).rejects.toMatchObject({
      code: 'consultation.forbidden',
    });
    const stranger = enter('user', await tokenFor('user', 3_600, 'patient-2'));
    await expect(stranger.channel.join()).rejects.toMatchObject({ code: 'consultation.not_found' });
    await expect(stranger.channel.send('hello')).rejects.toMatchObject({ code: 'consultation.not_found' });
  });

  it('takes another connection for another person', async () => {
    const { client, channel, states } = enter('user', await tokenFor('user', 3_600, 'patient-2'));
    await expect(channel.join()).rejects.toMatchObject({ code: 'consultation.not_found' });
    client.signIn(await tokenFor('user'));
    await channel.join();
    expect(states.filter((state) => state === 'online')).toHaveLength(2);
    await expect(channel.send('now as myself')).resolves.toMatchObject({ seq: 1 });
  });

  it('rests where the server closes what nobody uses, and comes back when somebody does', async () => {
    const { client, channel } = enter('user', await tokenFor('user', 3_600, 'patient-2'));
    await expect(channel.join()).rejects.toMatchObject({ code: 'consultation.not_found' });
    await chat.time.advance(DEFAULT_SESSION_LIMITS.joinWithinMs);
    await until(() => client.state).toMatchObject({ willRetry: false, error: { code: 'connection.idle' } });
    await expect(channel.join()).rejects.toMatchObject({ code: 'consultation.not_found' });
    expect(client.state).toEqual({ state: 'online' });
  });
});
