import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConsultationChannel } from '../../src/client/channel.js';
import { type ChatClient, type ConnectOptions, connect } from '../../src/client/index.js';
import { createMemoryStorage } from '../../src/client/outbox-storage.js';
import type { Message, Sender } from '../../src/protocol/wire.js';
import { type ChatHarness, type ChatHarnessOptions, openChat } from '../adapters/socketio/chat-harness.js';
import { ADMIN, daily, openConsultation, say, tomorrow } from '../support/clinic.js';

const consultationId = 'consultation-1';
const until = <Value>(value: () => Value) => expect.poll(value, { timeout: 20_000, interval: 10 });

describe('the client library and the real application', () => {
  let chat: ChatHarness;
  const clients: ChatClient[] = [];

  async function serve(options: ChatHarnessOptions = {}): Promise<void> {
    chat = await openChat(options);
    await openConsultation(chat.application, { expiresAt: tomorrow(chat.time.clock.now()) });
  }

  beforeEach(() => serve());
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await chat.close();
  });

  function enter(sender: Sender, options: ConnectOptions = {}, url = chat.url) {
    const client = connect(url, { sender, ...options });
    clients.push(client);
    const channel = client.consultation(consultationId);
    const seen: Message[] = [];
    channel.onMessage((message) => void seen.push(message));
    return { client, channel, seen, texts: () => seen.map(({ content }) => content) };
  }

  const cutLines = (): void => {
    for (const socket of chat.io.sockets.sockets.values()) socket.conn.close();
  };
  const inOrder = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

  it('carries both sides of a conversation, each message once and in order to everybody', async () => {
    const patient = enter('user');
    const doctor = enter('doctor');
    const asked = await Promise.all(inOrder(40).map((number) => patient.channel.send(`question ${number}`)));
    expect(asked.map(({ seq }) => seq)).toEqual(inOrder(40));
    const { seq } = await doctor.channel.send('  one answer  ');
    expect(seq).toBe(41);
    await until(() => patient.channel.lastSeq).toBe(41);
    await until(() => doctor.channel.lastSeq).toBe(41);
    expect(patient.seen).toEqual(doctor.seen);
    expect(patient.seen.map((message) => message.seq)).toEqual(inOrder(41));
    expect(patient.texts().at(-1)).toBe('one answer');
  });

  it('loses nothing and doubles nothing when connections are cut in the middle', async () => {
    const patient = enter('user', { socketOptions: { transports: ['websocket'] } });
    const doctor = enter('doctor');
    await Promise.all([patient.channel.join(), doctor.channel.join()]);
    const sent: Promise<unknown>[] = [];
    for (let round = 0; round < 3; round += 1) {
      for (let index = 0; index < 10; index += 1)
        sent.push(patient.channel.send(`text ${round * 10 + index}`));
      await Promise.race(sent.slice(-10));
      cutLines();
    }
    await Promise.all(sent);
    const written = Array.from({ length: 30 }, (_, index) => `text ${index}`);
    await until(() => doctor.texts()).toEqual(written);
    await until(() => patient.texts()).toEqual(written);
  });

  it('goes on when the server has been away, and comes back on the same port', async () => {
    const patient = enter('user');
    const doctor = enter('doctor');
    await patient.channel.send('before');
    await until(() => doctor.texts()).toEqual(['before']);
    const { port } = chat.http.address() as AddressInfo;
    const states: string[] = [];
    patient.client.onState(({ state }) => void states.push(state));
    chat.io.disconnectSockets(true);
    await new Promise((resolve) => {
      chat.http.close(resolve);
      chat.http.closeAllConnections();
    });
    const during = patient.channel.send('during');
    await until(() => states.filter((state) => state === 'connecting').length).toBeGreaterThan(1);
    expect(patient.channel.outbox.map(({ progress }) => progress.state)).toEqual(['waiting']);
    await new Promise<void>((resolve) => chat.http.listen(port, '127.0.0.1', resolve));
    await expect(during).resolves.toMatchObject({ seq: 2 });
    await until(() => doctor.texts()).toEqual(['before', 'during']);
  });

  it('sends after a reload what the page before could not', async () => {
    const storage = createMemoryStorage();
    const before = enter('user', { storage, autoConnect: false });
    const lost = [before.channel.send('one'), before.channel.send('two')].map((one) =>
      one.catch((error: { code: string }) => error.code),
    );
    before.client.close();
    expect(await Promise.all(lost)).toEqual(['client.closed', 'client.closed']);
    const { channel, texts } = enter('user', { storage });
    expect(channel.outbox.map(({ content }) => content)).toEqual(['one', 'two']);
    await until(texts).toEqual(['one', 'two']);
    expect(channel.outbox).toEqual([]);
  });

  it('shows a person on two devices the same, and counts them as one', async () => {
    const phone = enter('user');
    const laptop = enter('user');
    const doctor = enter('doctor');
    await Promise.all([phone, laptop, doctor].map(({ channel }) => channel.join()));
    await phone.channel.send('from the phone');
    await laptop.channel.send('from the laptop');
    for (const { texts } of [phone, laptop, doctor]) {
      await until(texts).toEqual(['from the phone', 'from the laptop']);
    }
    await until(() => doctor.channel.present.map(({ userId }) => userId).sort()).toEqual([
      'doctor-1',
      'patient-1',
    ]);
    phone.channel.markRead();
    await until(() => [laptop, doctor].map(({ channel }) => channel.readSeq.user)).toEqual([2, 2]);
    laptop.channel.typing(true);
    await until(() => doctor.channel.typists).toEqual([{ userId: 'patient-1', sender: 'user' }]);
    phone.client.close();
    laptop.client.close();
    await until(() => doctor.channel.present.map(({ userId }) => userId)).toEqual(['doctor-1']);
    expect(doctor.channel.typists).toEqual([]);
  });

  it('reads a long history page by page, and pages back through it', async () => {
    for (const number of inOrder(450)) {
      const request = {
        consultationId,
        sender: 'doctor',
        content: `text ${number}`,
        clientMessageId: null,
      } as const;
      await say(chat.application, request);
    }
    const { channel, seen } = enter('user');
    await until(() => channel.state.state).toBe('live');
    expect(seen.map(({ seq }) => seq)).toEqual(inOrder(450));
    const newest = await channel.history({ limit: 2 });
    expect(newest.messages.map(({ seq }) => seq)).toEqual([449, 450]);
    const before = await channel.history({ before: 449, limit: 3 });
    expect([before.messages.map(({ seq }) => seq), before.hasMore]).toEqual([[446, 447, 448], true]);
  });

  it('finds by the head what a lost event told', async () => {
    const patient = enter('user');
    await patient.channel.join();
    const room = chat.io.sockets.adapter.rooms;
    const members = new Map(room);
    room.clear();
    await say(chat.application, {
      consultationId,
      sender: 'doctor',
      content: 'unheard',
      clientMessageId: null,
    });
    for (const [name, sockets] of members) room.set(name, sockets);
    await chat.application.jobs.announceHeads();
    await until(patient.texts).toEqual(['unheard']);
  });

  describe('refusals', () => {
    async function refusalOf(channel: ConsultationChannel, content = 'hello'): Promise<unknown> {
      return await channel.send(content).catch((error: unknown) => error);
    }

    it.each([
      ['', 'request.invalid'],
      ['   ', 'request.invalid'],
      ['x'.repeat(4_001), 'request.invalid'],
      ['x'.repeat(100_000), 'request.invalid'],
    ])('of a text that is no message (case %#)', async (content, code) => {
      expect(await refusalOf(enter('user').channel, content)).toMatchObject({ code });
    });

    it('of a consultation that does not exist: of the join and of the message', async () => {
      const { client } = enter('user');
      const channel = client.consultation('nowhere');
      await expect(channel.join()).rejects.toMatchObject({ code: 'consultation.not_found' });
      expect(await refusalOf(channel)).toMatchObject({ code: 'consultation.not_found' });
    });

    it('of one that has ended, or has run out, and both hear of it', async () => {
      const { channel } = enter('user');
      await channel.join();
      await chat.application.administration.endConsultation(ADMIN, consultationId);
      await until(() => channel.consultation?.status).toBe('ended');
      expect(await refusalOf(channel)).toMatchObject({ code: 'consultation.inactive' });
      chat.time.stepClock(2 * 24 * 3_600_000);
      const expiring = { consultationId: 'consultation-2', expiresAt: chat.time.clock.now() + 1_000 };
      await openConsultation(chat.application, expiring);
      chat.time.stepClock(1_000);
      const { client } = enter('doctor');
      expect(await refusalOf(client.consultation('consultation-2'))).toMatchObject({
        code: 'consultation.expired',
      });
    });

    it('of a doctor who is off duty, with the next opening', async () => {
      const expiresAt = tomorrow(chat.time.clock.now());
      const evening = {
        consultationId: 'consultation-2',
        doctorId: 'doctor-2',
        windows: daily('18:00', '19:00'),
      };
      await openConsultation(chat.application, { ...evening, expiresAt });
      const channel = enter('user').client.consultation('consultation-2');
      await channel.join();
      const nextOpeningAt = '2026-03-02T18:00:00.000Z';
      expect(channel.doctor).toMatchObject({ state: 'closed', nextOpeningAt, timeZone: 'UTC' });
      expect(await refusalOf(channel)).toMatchObject({
        code: 'doctor.unavailable',
        refusal: { nextOpeningAt },
      });
    });

    it('of another text under an id that was used', async () => {
      const [one, other] = [enter('user').channel, enter('user').channel];
      const options = { clientMessageId: 'a' };
      const first = await one.send('hello', options);
      await expect(other.send('hello', options)).resolves.toEqual(first);
      await expect(other.send('bye', options)).rejects.toMatchObject({ code: 'message.id_conflict' });
    });

    it('of a connection itself are told, and nothing is tried until somebody asks', async () => {
      let token = 'nonsense';
      const { client, channel } = enter('user', { token: () => token });
      const sent = channel.send('patient text');
      await until(() => client.state).toMatchObject({ state: 'signed_out', error: { code: 'auth.invalid' } });
      token = chat.authenticator.issue({ role: 'patient', id: 'patient-1' });
      client.connect();
      await expect(sent).resolves.toMatchObject({ seq: 1 });
      const [socket] = chat.io.sockets.sockets.values();
      expect(socket?.handshake.auth).toEqual({ token, sender: 'user' });
      expect(socket?.handshake.url).not.toContain(token);
    });

    it('that pass: a message gets through a server that fails and is busy before it is well', async () => {
      await chat.close();
      let left = 4;
      await serve({
        session: (own) => ({
          send: async (request) => {
            left -= 1;
            if (left === 3) throw new Error('database gone');
            if (left === 2) return { outcome: 'refused', code: 'server.overloaded', retryAfterMs: 50 };
            const outcome = await own.send(request);
            // Stored, and the answer lost on the way.
            if (left === 1) throw new Error('database gone again');
            return outcome;
          },
        }),
      });
      const { channel, texts } = enter('user');
      await expect(channel.send('persistent')).resolves.toMatchObject({ seq: 1 });
      await until(texts).toEqual(['persistent']);
    });
  });

  it('counts a connection that swallows requests as broken, and takes another', async () => {
    await chat.close();
    let swallowed = 0;
    await serve({
      transport: { answerDeadlineMs: 60_000 },
      session: (own) => ({
        send: (request) => {
          swallowed += 1;
          return swallowed === 1 ? new Promise(() => undefined) : own.send(request);
        },
      }),
    });
    const { client, channel, texts } = enter('user', { answerTimeoutMs: 300 });
    const states: string[] = [];
    client.onState(({ state }) => void states.push(state));
    await expect(channel.send('stubborn')).resolves.toMatchObject({ seq: 1 });
    await until(texts).toEqual(['stubborn']);
    expect(states).toContain('offline');
  });

  it('has one channel a consultation, and is closed for good', async () => {
    const { client, channel } = enter('user');
    expect(client.consultation(consultationId)).toBe(channel);
    expect(() => client.consultation(consultationId, { sender: 'doctor' })).toThrow('another sender');
    await channel.join();
    channel.close();
    expect(channel.state).toEqual({ state: 'closed' });
    const again = client.consultation(consultationId, { sender: 'doctor' });
    await again.join();
    expect(again.present).toEqual([{ userId: 'doctor-1', sender: 'doctor' }]);
    client.close();
    client.connect();
    expect(client.state).toEqual({ state: 'closed' });
    expect(() => client.consultation(consultationId)).toThrow('closed');
    await until(() => chat.io.sockets.sockets.size).toBe(0);
  });
});
