import type { Socket } from 'socket.io-client';
import { expect } from 'vitest';
import { ANSWER_LIMIT_MS, ask } from '../e2e/client.js';
import { patiently } from '../support/server-process.js';
import { type Clinic, HOUSES, type House, privateWordsOf } from './clinic.js';

const { consultationId, patientId, doctorId } = HOUSES.canary;

/** Two who behave, and talk to each other while others attack. */
export interface Canary {
  /** One message from the one to the other. @returns how long it took, in ms. @throws when it takes too long. */
  sing(): Promise<number>;
  /** Sings until it is told to stop. @returns the longest that it took, in ms. */
  singUntil(over: Promise<unknown>): Promise<number>;
  stop(): void;
}

export async function openCanary(clinic: Clinic): Promise<Canary> {
  const [patient, doctor] = await Promise.all(
    [patientId, doctorId].map((person) =>
      clinic.connect(clinic.token(person), { transports: ['websocket'] }),
    ),
  );
  if (patient === undefined || doctor === undefined) throw new Error('the canary needs two');
  for (const socket of [patient, doctor]) {
    expect(await ask(socket, 'join_consultation', consultationId)).toMatchObject({ ok: true });
  }
  let songs = 0;
  const sing = async (): Promise<number> => {
    songs += 1;
    const content = `${HOUSES.canary.said} ${songs}`;
    const started = performance.now();
    const heard = hears(doctor, content);
    const answer = await ask(patient, 'send_message', { consultationId, sender: 'user', content });
    expect(answer).toMatchObject({ ok: true });
    await heard;
    const took = performance.now() - started;
    expect(took, 'a message of two who behave').toBeLessThan(ANSWER_LIMIT_MS);
    return took;
  };
  return {
    sing,
    singUntil: async (over) => {
      let isOver = false;
      const watched = over.finally(() => {
        isOver = true;
      });
      let longest = 0;
      while (!isOver) longest = Math.max(longest, await sing());
      await watched;
      return longest;
    },
    stop: () => {
      for (const socket of [patient, doctor]) socket.disconnect();
    },
  };
}

function hears(socket: Socket, content: string): Promise<void> {
  return new Promise((resolve) => {
    socket.on('new_message', function listener(message: { readonly content: string }) {
      if (message.content !== content) return;
      socket.off('new_message', listener);
      resolve();
    });
  });
}

/** No answer may hold such: of a stack, the database or a library. */
export const OF_THE_INSIDE =
  /\bat (\S+ )?\(?(file|node|\/)\S*:\d+:\d+|prisma|postgres|PG::|\bzod|node_modules|\bFST_|\bERR_[A-Z]/i;

export interface Aftermath {
  readonly clinic: Clinic;
  /** Of what was sent: none of it belongs into the log. */
  readonly words?: readonly string[];
  readonly tokens?: readonly string[];
}

/** The server lives, is ready, serves others, has noted no failure of its own, and has written down nothing private. */
export async function expectUnharmed({ clinic, words = [], tokens = [] }: Aftermath): Promise<void> {
  for (const path of ['/healthz', '/readyz']) {
    expect((await clinic.call({ path })).status, path).toBe(200);
  }
  const canary = await openCanary(clinic);
  await canary.sing();
  canary.stop();

  const { stdout, stderr, log } = clinic.server;
  expect(log().filter(({ level }) => level === 'error')).toEqual([]);
  // What took too long on a busy machine is over some time; what hangs is not. `/metrics` itself is one of HTTP.
  await patiently(async () => {
    expect(await clinic.metric('requests_under_way')).toBe(0);
    expect(await clinic.metric('http_requests_under_way')).toBeLessThanOrEqual(1);
  });
  // Where to open it, for people and for developers.
  await patiently(() => expect(stderr, 'what is told to people at the terminal').toHaveLength(2));
  const written = [...stdout, ...stderr].join('\n');
  const ofPeople = (Object.keys(HOUSES) as House[]).flatMap(privateWordsOf);
  const ofTokens = tokens.flatMap(partsOf);
  const told = [...ofPeople, ...words, ...ofTokens].filter((text) => written.includes(text));
  expect(told, 'private words in the log').toEqual([]);
}

/** The claims and the signature: a header is the same in all of them. */
function partsOf(token: string): readonly string[] {
  const [, ...parts] = token.split('.');
  return parts.filter((part) => part.length > 10);
}

/** A generous bound: garbage is collected when it suits Node. */
const MEMORY_FACTOR = 2;
const MEMORY_ALLOWANCE_BYTES = 128 * 1024 * 1024;

export async function residentBytes(clinic: Clinic): Promise<number> {
  return clinic.metric('process_resident_memory_bytes');
}

export async function expectMemoryBounded(clinic: Clinic, before: number): Promise<void> {
  const after = await residentBytes(clinic);
  expect(after).toBeGreaterThan(0);
  expect(after).toBeLessThan(MEMORY_FACTOR * before + MEMORY_ALLOWANCE_BYTES);
}
