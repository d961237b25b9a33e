import { afterEach, describe, expect, it } from 'vitest';
import type { ClientEvent } from '../../../src/adapters/socketio/events/client-event.js';
import { CLIENT_EVENTS, isKnownEvent } from '../../../src/adapters/socketio/events/client-events.js';
import type { RateKind } from '../../../src/application/ports/rate-limiter.js';
import { ask, type ChatHarness, openChat } from './chat-harness.js';

const events = Object.entries<ClientEvent>(CLIENT_EVENTS);

let chat: ChatHarness | undefined;

afterEach(() => chat?.close());

describe.each(events)('%s', (name, event) => {
  const examples = event.payload.meta()?.['examples'] as readonly unknown[];

  it('is counted by the rate that it names, and by no other', async () => {
    const counted: RateKind[] = [];
    chat = await openChat({
      memory: {
        decorate: ({ rateLimiter }) => ({
          rateLimiter: {
            ...rateLimiter,
            take: async (kind) => {
              counted.push(kind);
              return { outcome: 'taken' };
            },
          },
        }),
      },
    });
    const socket = await chat.connect();
    counted.length = 0;
    await ask(socket, name, examples[0]);
    expect(counted).toEqual(event.rate === null ? [] : [event.rate]);
  });

  it('reads each of its examples, and refuses what is no payload by a field', () => {
    for (const example of examples) expect(event.read(example)).toMatchObject({ outcome: 'parsed' });
    const needed = event.read({}).outcome === 'refused' ? [{}] : [];
    const nothing = name === 'unwatch_inbox' ? [] : [null, undefined, () => undefined];
    for (const payload of [7, [], ...needed, ...nothing]) {
      expect(event.read(payload)).toMatchObject({
        outcome: 'refused',
        code: 'request.invalid',
        field: expect.any(String),
      });
    }
  });
});

it('only the events of the contract are known, whatever an object inherits', () => {
  for (const [name] of events) expect(isKnownEvent(name)).toBe(true);
  for (const name of ['toString', '__proto__', 'constructor', 'new_message', '', 1, null, undefined]) {
    expect(isKnownEvent(name)).toBe(false);
  }
});
