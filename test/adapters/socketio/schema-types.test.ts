import { expect, it } from 'vitest';
import type { z } from 'zod';
import type { CLIENT_EVENTS } from '../../../src/adapters/socketio/events/client-events.js';
import type { SERVER_EVENTS } from '../../../src/adapters/socketio/notifications/server-events.js';
import type { Ack, ClientToServerEvents, ServerToClientEvents } from '../../../src/protocol/wire.js';

type Writable<T> = T extends object ? { -readonly [Key in keyof T]: Writable<T[Key]> } : T;
/** Absent may be written as null by a client: the types, for TypeScript clients, do not offer it. */
type WithoutNull<T> = T extends object ? { [Key in keyof T]: Exclude<T[Key], null | undefined> } : T;
/** Both ways, optional keys included. */
type Equals<Left, Right> =
  (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2 ? true : false;
type Same<Left, Right> = Equals<Writable<Left>, Writable<Right>>;

type AnswerOf<Event extends keyof ClientToServerEvents> =
  NonNullable<Parameters<ClientToServerEvents[Event]>[1]> extends (answer: infer Answer) => void
    ? Extract<Answer, { ok: true }>
    : never;

type SentEvents = {
  [Event in keyof ServerToClientEvents]: Same<
    z.output<(typeof SERVER_EVENTS)[Event]['payload']>,
    Parameters<ServerToClientEvents[Event]>[0]
  >;
};
type AskedEvents = {
  [Event in keyof ClientToServerEvents]: Same<
    WithoutNull<z.input<(typeof CLIENT_EVENTS)[Event]['payload']>>,
    WithoutNull<Parameters<ClientToServerEvents[Event]>[0]>
  >;
};
type Answers = {
  [Event in keyof ClientToServerEvents]: Same<
    z.output<(typeof CLIENT_EVENTS)[Event]['answer']>,
    Flat<AnswerOf<Event>>
  >;
};
type Flat<T> = { [Key in keyof T]: T[Key] };

/** `true` for each event, or the compiler says which one differs. */
type AllTrue<Checked> = { [Event in keyof Checked]: true };
const agreed = <Checked extends AllTrue<Checked>>(checked?: Checked): void => void checked;

it('the schemas and the types of src/protocol/wire.ts say the same, as the compiler knows', () => {
  agreed<SentEvents>();
  agreed<AskedEvents>();
  agreed<Answers>();
  // @ts-expect-error: a field more than the type has.
  agreed<{ planted: Same<{ a: 1; b?: 2 }, { a: 1 }> }>();
  // @ts-expect-error: optional there, required here.
  agreed<{ planted: Same<{ a: 1 }, { a?: 1 }> }>();
  const refusal: Ack<never> = { ok: false, error: { code: 'server.error', message: '' } };
  expect(refusal.ok).toBe(false);
});
