import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryRateLimiter } from '../../../src/adapters/memory/rate-limiters.js';
import { DEFAULT_RATES, type Rates } from '../../../src/application/ports/rate-limiter.js';
import { DEFAULT_SESSION_LIMITS } from '../../../src/application/sessions/session-limits.js';
import { openConsultation, tomorrow } from '../../support/clinic.js';
import { type ChatHarness, type ChatHarnessOptions, next, openChat } from './chat-harness.js';
import { openRawConnection } from './raw-connection.js';

let chat: ChatHarness;

afterEach(() => chat.close());

async function open(
  rates: Partial<Rates>,
  connections: Partial<ChatHarnessOptions['connections']> = {},
): Promise<void> {
  chat = await openChat({
    memory: {
      decorate: ({ clock }) => ({
        rateLimiter: createMemoryRateLimiter({ ...DEFAULT_RATES, ...rates }, clock),
      }),
    },
    connections: { maxConnectionsPerAddress: 1_000, trustedProxies: 0, ...connections },
  });
}

/** The bare answer to a handshake that somebody makes without Socket.IO's library. */
function handshake(
  transport: 'polling' | 'websocket',
  headers: Readonly<Record<string, string>> = {},
): Promise<IncomingMessage> {
  const upgrade = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
  };
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${chat.url}/socket.io/?EIO=4&transport=${transport}`, {
      agent: false,
      headers: { ...(transport === 'websocket' ? upgrade : {}), ...headers },
    });
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response);
    });
    request.on('response', resolve);
    request.on('error', reject);
    request.end();
  });
}

async function bodyOf(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}

describe('connections that one address opens', () => {
  const few = { handshake: { perMinute: 60, burst: 3 }, refused_handshake: { perMinute: 60, burst: 2 } };
  const LIMITED = {
    code: 'rate.limited',
    message: 'You are doing this too often. Try again later.',
    retryAfterMs: 3_000,
  };

  it('too fast are refused in words, then with a bare 429, until the pause is over', async () => {
    await open(few);
    for (let time = 0; time < 3; time += 1) await chat.connect();
    for (let time = 0; time < 2; time += 1) {
      await expect(chat.connect()).rejects.toMatchObject({ message: LIMITED.message, data: LIMITED });
    }
    for (const transport of ['websocket', 'polling'] as const) {
      const response = await handshake(transport);
      expect(response.statusCode).toBe(429);
      expect(response.headers['retry-after']).toBe('3');
      expect(await bodyOf(response)).toEqual(LIMITED);
    }
    expect(chat.metrics.counted('handshakes_refused_total')).toBe(4);
    await expect(chat.connect()).rejects.toThrow('websocket error');
    await chat.time.advance(3_000);
    await chat.connect();
  });

  it('over long polling are told in the same words', async () => {
    await open(few);
    const options = { transports: ['polling'] };
    for (let time = 0; time < 3; time += 1) await chat.connect(options);
    await expect(chat.connect(options)).rejects.toMatchObject({ data: LIMITED });
  });

  it('a flood of them leaves only those that were let in', async () => {
    await open(few);
    const answers = await Promise.all(Array.from({ length: 300 }, () => handshake('polling')));
    const statuses = answers.map(({ statusCode }) => statusCode);
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(295);
    expect(chat.io.engine.clientsCount).toBe(5);
  });

  it('one that was refused is closed, though its owner would keep it', async () => {
    await open(few);
    for (let time = 0; time < 3; time += 1) await chat.connect();
    const raw = await openRawConnection(chat.url, false);
    expect(await raw.ask('40', '44')).toContain('"code":"rate.limited"');
    await raw.closed;
    await expect.poll(() => chat.io.engine.clientsCount).toBe(3);
  });

  it('headers of a client change nothing, unless a proxy is trusted', async () => {
    await open(few);
    for (let time = 0; time < 5; time += 1) {
      await handshake('polling', { 'X-Forwarded-For': `192.0.2.${time}` });
    }
    expect((await handshake('polling', { 'X-Forwarded-For': '192.0.2.200' })).statusCode).toBe(429);
  });

  it('behind a proxy count for the address that it names', async () => {
    await open(few, { trustedProxies: 1 });
    for (let time = 0; time < 5; time += 1) {
      await handshake('polling', { 'X-Forwarded-For': `192.0.2.${time}, 198.51.100.1` });
    }
    const statusOf = async (forwarded: string) =>
      (await handshake('polling', { 'X-Forwarded-For': forwarded })).statusCode;
    expect(await statusOf('192.0.2.200, 198.51.100.1')).toBe(429);
    expect(await statusOf('198.51.100.1, 198.51.100.2')).toBe(200);
  });
});

describe('connections that one address has', () => {
  it('are no more than told; when one ends, another may come', async () => {
    await open({}, { maxConnectionsPerAddress: 2 });
    const [first] = [await chat.connect(), await chat.connect({ transports: ['polling'] })];
    expect(chat.metrics.read('addresses_connected')).toBe(1);
    const response = await handshake('polling');
    expect(response.statusCode).toBe(429);
    expect(response.headers['retry-after']).toBe('10');
    await expect(chat.connect()).rejects.toThrow('websocket error');
    first?.disconnect();
    await expect.poll(() => chat.io.engine.clientsCount).toBe(1);
    await chat.connect();
    await chat.disconnectClients();
    await expect.poll(() => chat.metrics.read('addresses_connected')).toBe(0);
  });

  it('asked for at the same time are no more either', async () => {
    await open({}, { maxConnectionsPerAddress: 7 });
    const answers = await Promise.all(Array.from({ length: 50 }, () => handshake('polling')));
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(7);
    expect(chat.io.engine.clientsCount).toBe(7);
  });
});

describe('one connection', () => {
  it('cannot ask again and again to be let in', async () => {
    await open({ authenticate: { perMinute: 60, burst: 2 } });
    const raw = await openRawConnection(chat.url, false);
    await raw.ask('40{"token":"a guess"}', '44');
    await raw.ask('40{"token":"a guess"}', '44');
    expect(await raw.ask('40{"token":"a guess"}', '44')).toContain('"code":"rate.limited"');
    await raw.closed;
  });

  it('that does not say that it speaks Socket.IO is closed', async () => {
    chat = await openChat({ server: { connectWithinMs: 50 } });
    const raw = await openRawConnection(chat.url, false);
    await raw.closed;
    expect(chat.io.engine.clientsCount).toBe(0);
  });

  it('that has left is closed, though its owner would keep it', async () => {
    await open({});
    const raw = await openRawConnection(chat.url);
    raw.send('41');
    await raw.closed;
  });

  it('that leaves one of two namespaces is kept', async () => {
    await open({});
    chat.io.of('/of-the-host');
    const raw = await openRawConnection(chat.url);
    await raw.ask('40/of-the-host,', '40/of-the-host');
    raw.send('41/of-the-host,');
    await raw.ask('421["leave_consultation","c-1"]', '431');
    raw.close();
  });

  it.each([
    ['has not said who it is within the time', null, 'auth.required'],
    [
      'has asked for no consultation within the time',
      { role: 'patient', id: 'patient-1' },
      'connection.idle',
    ],
  ] as const)('that %s is closed', async (_what, caller, code) => {
    const limits = { ...DEFAULT_SESSION_LIMITS, signInWithinMs: 2_000, joinWithinMs: 5_000 };
    chat = await openChat({ memory: { isOpen: false, decorate: () => ({ sessionLimits: limits }) } });
    const auth = caller === null ? {} : { token: chat.authenticator.issue(caller, null) };
    const socket = await chat.connect({ auth });
    const told = next(socket, 'error');
    const closed = next(socket, 'disconnect');
    await chat.time.advance(caller === null ? 2_999 : 5_999);
    expect(await told).toMatchObject({ code });
    expect(await closed).toBe('io server disconnect');
  });
});

describe('a packet', () => {
  const envelope = { consultationId: 'c-1', sender: 'user', clientMessageId: 'x'.repeat(64) };
  const escaped = (text: string) =>
    text.replace(/[^ -~]/gu, (character) =>
      Array.from({ length: character.length }, (_, index) => {
        return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`;
      }).join(''),
    );

  it.each([
    ['of four bytes each', '\u{1F600}', JSON.stringify],
    [
      'of four bytes each, written as two escapes',
      '\u{1F600}',
      (value: unknown) => escaped(JSON.stringify(value)),
    ],
    ['that JSON has to escape', '\u0001', JSON.stringify],
  ])('holds the longest message, of characters %s', async (_what, character, write) => {
    await open({});
    await openConsultation(chat.application, {
      consultationId: 'c-1',
      expiresAt: tomorrow(chat.time.clock.now()),
    });
    const raw = await openRawConnection(chat.url);
    const frame = `421${write(['send_message', { ...envelope, content: `a${character.repeat(3_999)}` }])}`;
    expect(Buffer.byteLength(frame)).toBeGreaterThan(16_000);
    expect(await raw.ask(frame, '431')).toContain('"ok":true');
    raw.close();
  });

  it('of a text too long for a message is refused in words up to 64 KiB, and ends the connection beyond', async () => {
    await open({});
    const raw = await openRawConnection(chat.url);
    const frameOf = (bytes: number) => {
      const empty = `421${JSON.stringify(['send_message', { ...envelope, content: '' }])}`;
      return empty.replace('"content":""', `"content":"${'x'.repeat(bytes - empty.length)}"`);
    };
    expect(await raw.ask(frameOf(64 * 1024), '431')).toContain('"field":"content"');
    raw.send(frameOf(64 * 1024 + 1));
    expect(await raw.closed).toBe(1009);
  });

  it('of long polling has the same limit', async () => {
    await open({});
    const opened = await fetch(`${chat.url}/socket.io/?EIO=4&transport=polling`);
    const { sid, maxPayload } = JSON.parse((await opened.text()).slice(1));
    expect(maxPayload).toBe(64 * 1024);
    const post = await fetch(`${chat.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, {
      method: 'POST',
      body: '4'.repeat(64 * 1024 + 1),
    });
    expect(post.status).toBe(413);
  });
});

describe('compression', () => {
  it('of packets is not to be had: a small one could inflate beyond every limit', async () => {
    await open({});
    const response = await handshake('websocket');
    expect(response.statusCode).toBe(101);
    expect(response.headers['sec-websocket-extensions']).toBeUndefined();
  });
});
