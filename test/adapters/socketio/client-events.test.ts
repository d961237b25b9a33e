import { describe, expect, it } from 'vitest';
import type { ClientEvent } from '../../../src/adapters/socketio/events/client-event.js';
import { CLIENT_EVENTS, isKnownEvent } from '../../../src/adapters/socketio/events/client-events.js';
import { RATE_KINDS } from '../../../src/application/ports/rate-limiter.js';

const events = Object.entries<ClientEvent>(CLIENT_EVENTS);
const kinds: readonly string[] = RATE_KINDS;

describe.each(events)('%s', (name, event) => {
  it('is counted by the rate of its name, or says that none counts it', () => {
    expect(event.isRated).toBe(kinds.includes(name));
  });

  it('reads each of its examples, and refuses what is no payload by a field', () => {
    for (const example of event.payload.meta()?.['examples'] as readonly unknown[]) {
      expect(event.read(example)).toMatchObject({ outcome: 'parsed' });
    }
    for (const payload of [null, undefined, 7, [], {}, () => undefined]) {
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
