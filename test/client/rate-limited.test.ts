import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRateLimiterFlexible } from '../../src/adapters/rate-limiter-flexible/rate-limiter.js';
import { DEFAULT_RATES } from '../../src/application/ports/rate-limiter.js';
import { type ChatClient, connect } from '../../src/client/index.js';
import type { Sender } from '../../src/protocol/wire.js';
import { type ChatHarness, openChat } from '../adapters/socketio/chat-harness.js';
import { openConsultation, tomorrow } from '../support/clinic.js';

/** Ten messages in half a second; each refusal lasts its second all the same. */
const RATES = { ...DEFAULT_RATES, send_message: { perMinute: 1_200, burst: 10 } };

describe('the client library and a server that limits how often', () => {
  let chat: ChatHarness;
  const clients: ChatClient[] = [];

  beforeEach(async () => {
    chat = await openChat({
      memory: { decorate: () => ({ rateLimiter: createRateLimiterFlexible(RATES) }) },
    });
    await openConsultation(chat.application, { expiresAt: tomorrow(chat.time.clock.now()) });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await chat.close();
  });

  function enter(sender: Sender) {
    const client = connect(chat.url, { sender });
    clients.push(client);
    const channel = client.consultation('consultation-1');
    const texts: string[] = [];
    channel.onMessage(({ content }) => void texts.push(content));
    return { channel, texts };
  }

  it('waits as long as it is told, and loses, doubles and reorders nothing', {
    timeout: 60_000,
  }, async () => {
    const doctor = enter('doctor');
    const patient = enter('user');
    const written = Array.from({ length: 35 }, (_, index) => `text ${index}`);
    const sent = await Promise.all(written.map((text) => patient.channel.send(text)));
    expect(sent.map(({ seq }) => seq)).toEqual(written.map((_, index) => index + 1));
    await expect.poll(() => doctor.texts, { timeout: 20_000 }).toEqual(written);
    expect(chat.metrics.counted('requests_rate_limited_total')).toBeGreaterThan(0);
    expect(chat.metrics.counted('messages_repeated_total')).toBe(0);
  });
});
