import type { Command, GeneratorSettings, Opened, Reconnected, Room } from './commands.js';
import { type Connection, openConnection } from './connection.js';
import { textFrame } from './frames.js';
import { createLatencies } from './latencies.js';
import { startMeter } from './meter.js';

/** One socket of a consultation. */
export interface Participant {
  readonly index: number;
  readonly room: number;
  readonly consultationId: string;
  readonly sender: 'user' | 'doctor';
  readonly token: string | null;
  readonly server: number;
  connection: Connection;
  hasJoined: boolean;
}

/** All connections of this generator, in the order of the rooms. */
export interface Crowd {
  readonly participants: readonly Participant[];
  /** How many connections have ended by themselves so far. */
  lost(): number;
  /** How many members the room has. */
  sizeOf(room: number): number;
  open(command: Extract<Command, { type: 'open' }>): Promise<Opened>;
  join(concurrency: number): Promise<Opened>;
  reconnect(after: number): Promise<Reconnected>;
  close(): void;
}

const JOIN_TIMEOUT_MS = 60_000;
const MESSAGE_ID = Buffer.from('"messageId":"');
const OK = Buffer.from('[{"ok":true');

export function createCrowd(settings: GeneratorSettings): Crowd {
  const participants: Participant[] = [];
  const sizes: number[] = [];
  let lost = 0;
  const dial = ({ token, server }: Pick<Participant, 'token' | 'server'>): Promise<Connection> =>
    openConnection({
      port: settings.servers[server]?.port ?? Number.NaN,
      token,
      onLost: () => {
        lost += 1;
      },
    });

  async function measured(
    count: number,
    concurrency: number,
    one: (index: number) => Promise<void>,
  ): Promise<Opened> {
    const latencies = createLatencies();
    const meter = startMeter(settings);
    await inParallel(count, concurrency, async (index) => {
      const start = performance.now();
      await one(index);
      latencies.add(performance.now() - start);
    });
    return { ...meter(), connections: count, latency: latencies.summary() };
  }

  return {
    participants,
    lost: () => lost,
    sizeOf: (room) => sizes[room] ?? 0,
    open: async ({ rooms, join, concurrency }) => {
      const first = sizes.length;
      sizes.push(...rooms.map(({ members }) => members.length));
      const wanted = rooms.flatMap((room, index) => seats(room, first + index));
      const opened: Participant[] = [];
      const result = await measured(wanted.length, concurrency, async (place) => {
        const seat = wanted[place];
        if (seat === undefined) throw new Error('no seat');
        const connection = await dial(seat);
        const participant = { ...seat, index: participants.length + place, connection, hasJoined: false };
        if (join) await joinAfter(participant, null);
        opened.push(participant);
      });
      participants.push(...opened.sort((a, b) => a.index - b.index));
      return result;
    },
    join: (concurrency) => {
      const outside = participants.filter(({ hasJoined }) => !hasJoined);
      return measured(outside.length, concurrency, async (place) => {
        const participant = outside[place];
        if (participant !== undefined) await joinAfter(participant, null);
      });
    },
    reconnect: async (after) => {
      for (const { connection } of participants) connection.close();
      const latencies = createLatencies();
      const answers = { messages: 0, bytes: 0 };
      const meter = startMeter(settings);
      const start = performance.now();
      await Promise.all(
        participants.map(async (participant) => {
          participant.connection = await dial(participant);
          const { messages, bytes } = await joinAfter(participant, after);
          latencies.add(performance.now() - start);
          answers.messages += messages;
          answers.bytes += bytes;
        }),
      );
      return { ...meter(), ...answers, clients: participants.length, latency: latencies.summary() };
    },
    close: () => {
      for (const { connection } of participants) connection.close();
      participants.length = 0;
      sizes.length = 0;
    },
  };
}

function seats({ consultationId, members }: Room, room: number) {
  return members.map(({ server = 0, ...member }) => ({ room, consultationId, server, ...member }));
}

interface JoinAnswer {
  readonly messages: number;
  readonly bytes: number;
}

/**
 * Joins a consultation, and waits for the acknowledgement.
 *
 * @throws when the join is refused, or not answered within a minute.
 */
function joinAfter(participant: Participant, after: number | null): Promise<JoinAnswer> {
  const { consultationId, sender, connection } = participant;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('a join was not answered')), JOIN_TIMEOUT_MS);
    connection.listen((bytes, start, end) => {
      const isAnswer = bytes[start + 1] === 0x33;
      if (!isAnswer) return;
      clearTimeout(timer);
      connection.listen(() => {});
      const answer = bytes.subarray(start, end);
      if (!answer.includes(OK)) {
        reject(new Error(`a join was refused: ${answer.toString()}`));
        return;
      }
      participant.hasJoined = true;
      resolve({ messages: occurrences(answer, MESSAGE_ID), bytes: answer.length });
    });
    const payload = { consultationId, sender, ...(after === null ? {} : { after }) };
    connection.send(textFrame(`420${JSON.stringify(['join_consultation', payload])}`));
  });
}

function occurrences(bytes: Buffer, what: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(what); at !== -1; at = bytes.indexOf(what, at + what.length)) count += 1;
  return count;
}

async function inParallel(
  count: number,
  concurrency: number,
  one: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await one(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, lane));
}
