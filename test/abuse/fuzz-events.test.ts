import * as fc from 'fast-check';
import type { Socket } from 'socket.io-client';
import { beforeAll, expect, test, vi } from 'vitest';
import { isErrorCode } from '../../src/adapters/socketio/shapes/wire-error.js';
import { refuse, sentenceOf } from '../../src/application/answers/refusal.js';
import { ask, type Payload } from '../e2e/client.js';
import { expectMemoryBounded, expectUnharmed, OF_THE_INSIDE, residentBytes } from './aftermath.js';
import { type Clinic, openClinics, PROPERTY_LIMIT_MS, RUNS } from './clinic.js';
import { readSurface, type Surface } from './documents.js';
import { hostileKey, hostileText, hostileValue, MARKER, mutated } from './hostile.js';
import { openRawWebSocket, type RawWebSocket } from './raw-websocket.js';
import { within } from './within.js';

const openClinic = openClinics();
let clinic: Clinic;
let surface: Surface;
let memoryBefore: number;

vi.setConfig({ testTimeout: PROPERTY_LIMIT_MS });

beforeAll(async () => {
  // A long run is longer than a connection may go without signing in.
  clinic = await openClinic({ SIGN_IN_WITHIN_MS: '3600000', JOIN_WITHIN_MS: '3600000' });
  surface = await readSurface(clinic);
  memoryBefore = await residentBytes(clinic);
});

/** Each refusal is one that the contract knows, and none is our own fault. */
function expectKnownRefusal(error: unknown): void {
  const { code, message } = error as { readonly code: string; readonly message: string };
  if (!isErrorCode(code)) throw new Error(`${code} is no code of the wire`);
  expect(code).not.toBe('server.error');
  expect(code).not.toBe('server.overloaded');
  expect(message.startsWith(sentenceOf(refuse(code)))).toBe(true);
  expect(JSON.stringify(error)).not.toMatch(OF_THE_INSIDE);
}

/** Bytes where text is due, wherever they are put. */
const socketValue = fc.oneof(
  { weight: 5, arbitrary: hostileValue },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
);

interface Asked {
  readonly event: string;
  readonly parameters: readonly unknown[];
  readonly withCallback: boolean;
}

function asked(): fc.Arbitrary<Asked> {
  const event = fc.constantFrom(...surface.events).chain(({ name, payload }) =>
    fc.record({
      event: fc.oneof(
        { weight: 8, arbitrary: fc.constant(name) },
        { weight: 1, arbitrary: fc.oneof(hostileText, hostileKey) },
      ),
      first: mutated(surface.valid(payload), socketValue),
      more: fc.array(socketValue, { maxLength: 2 }),
      withCallback: fc.boolean(),
    }),
  );
  return event.map(({ event, first, more, withCallback }) => ({
    event,
    parameters: [first, ...more],
    withCallback,
  }));
}

/** The client library itself refuses to send these. */
const OF_THE_LIBRARY = [
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
];

test.each(['patient-a', 'doctor-b', 'admin', null])(
  'whatever %s sends is answered once, in words of the contract',
  async (person) => {
    const token = person === null ? null : clinic.token(person);
    const errors: unknown[] = [];
    let silent = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(asked(), { minLength: 1, maxLength: 8 }), async (requests) => {
        // A connection for each case: what is refused, large above all, is borne from one for a while only, and an
        // `authenticate` without a callback may have let somebody else in.
        const socket = await clinic.connect(token);
        socket.on('error', (error: Payload) => errors.push(error));
        silent += requests.filter(({ withCallback }) => !withCallback).length;
        const answers = await Promise.all(requests.map((request) => perform(socket, request)));
        await ask(socket, 'leave_consultation', 'consultation-nowhere');
        for (const answer of answers) {
          if (answer === undefined) continue;
          expect(typeof answer.ok).toBe('boolean');
          if (!answer.ok) expectKnownRefusal(answer.error);
        }
        expect(errors.length).toBeLessThanOrEqual(silent);
        errors.forEach(expectKnownRefusal);
        socket.disconnect();
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  },
);

async function perform(socket: Socket, { event, parameters, withCallback }: Asked) {
  if (OF_THE_LIBRARY.includes(event)) return undefined;
  if (withCallback) return ask(socket, event, ...parameters);
  socket.emit(event, ...parameters);
  return undefined;
}

test('frames that no client library sends close their connection at most', async () => {
  const frame = fc.oneof(
    fc
      .tuple(
        fc.constantFrom(
          '42',
          '421',
          '40',
          '41',
          '43',
          '44',
          '451-',
          '462-',
          '42/admin,',
          '4',
          '2',
          '3',
          '5',
          '6',
          'b',
          '',
        ),
        asked(),
      )
      .map(([prefix, { event, parameters }]) => `${prefix}${JSON.stringify([event, ...parameters])}`),
    fc.tuple(fc.constantFrom('42', '45', '43', '40', '0', ''), hostileText).map((parts) => parts.join('')),
    fc.constantFrom(
      '42[]',
      '42[null]',
      '42[1]',
      '42[{}]',
      '42["error"]',
      `42${'9'.repeat(30)}["typing",{}]`,
      '459-["typing"]',
    ),
    fc.constantFrom(`42["send_message",${'['.repeat(20_000)}${']'.repeat(20_000)}]`),
  );
  const binary = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 4, arbitrary: frame }, { weight: 1, arbitrary: binary }), {
        minLength: 1,
        maxLength: 5,
      }),
      async (frames) => {
        const raw = await openRaw();
        await raw.ask(`40${JSON.stringify({ token: clinic.token('patient-a') })}`, '40');
        for (const each of frames) raw.send(each, Buffer.isBuffer(each) ? { opcode: 2 } : {});
        // Either it goes on answering on this connection, or it has closed it.
        const answer = raw.ask('4277["leave_consultation","consultation-a"]', '4377');
        await within(Promise.race([answer, raw.closed]), 'an answer or an end');
        raw.bare.destroy();
      },
    ),
    { numRuns: Math.ceil(RUNS / 8) },
  );
});

async function openRaw(): Promise<RawWebSocket> {
  const raw = await openRawWebSocket(clinic.url);
  if (typeof raw === 'number') throw new Error(`the handshake was refused with ${raw}`);
  return raw;
}

test('handshakes with nonsense for a sign-in are refused or let nobody in', async () => {
  const auth = mutated(
    fc.constantFrom<unknown>({ token: clinic.token('patient-a') }, { sender: 'doctor' }, {}),
    hostileValue,
  );
  await fc.assert(
    fc.asyncProperty(auth, async (given) => {
      const raw = await openRaw();
      const opening = raw.ask(`40${JSON.stringify(given) ?? ''}`, '4');
      const answer = await within(Promise.race([opening, raw.closed]), 'an answer or an end');
      raw.bare.destroy();
      if (typeof answer !== 'string' || answer.startsWith('40') || answer.startsWith('41')) return;
      const { data } = JSON.parse(answer.slice(2));
      expectKnownRefusal(data);
    }),
    { numRuns: Math.ceil(RUNS / 8) },
  );
});

test('afterwards the server is unharmed', async () => {
  const tokens = ['admin', 'patient-a', 'doctor-a'].map(clinic.token);
  await expectUnharmed({ clinic, tokens, words: [MARKER] });
  await expectMemoryBounded(clinic, memoryBefore);
});
