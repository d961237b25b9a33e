import { setTimeout as delay } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type {
  Ack,
  ClientToServerEvents,
  JoinConsultationAnswer,
  Sender,
  ServerToClientEvents,
} from '../../src/protocol/wire.js';
import type { Violation } from './checks/violation.js';
import { CONSULTATIONS, SENDERS } from './clinic.js';
import type { ChaosDevice } from './devices/device.js';
import type { Fleet } from './server/fleet.js';
import type { TokenOf } from './tokens.js';

const ANSWER_WAIT_MS = 10_000;
const POLL_MS = 200;
/**
 * After the last fault: the longest that a process may take to notice what it has missed, with the time until a broken
 * connection of somebody who is gone is noticed (heartbeats, about 45 s), on a busy machine.
 */
const PATIENCE_MS = 90_000;

/** What one process says of one consultation to one who joins. */
interface Said {
  readonly process: number;
  readonly consultationId: string;
  /** Who joined to see this. */
  readonly sender: Sender;
  readonly headSeq: number;
  readonly present: readonly (Sender | null)[];
}

export interface AgreementOptions {
  readonly fleet: Fleet;
  readonly devices: readonly ChaosDevice[];
  readonly tokenOf: TokenOf;
  /** The last `seq` of each consultation that has messages, by the database, now. */
  readonly heads: () => Promise<ReadonlyMap<string, number>>;
  readonly say: (line: string) => void;
}

/**
 * After the faults, without a restart: every process names the same people as present and the same last messages. First
 * with all devices there, then with the network of one party's devices cut off, then of the other's, then with all again.
 */
export async function checkAgreement(options: AgreementOptions): Promise<readonly Violation[]> {
  const { devices, say } = options;
  const violations: Violation[] = [];
  const expectPresent = async (there: readonly Sender[]): Promise<void> => {
    const since = performance.now();
    const found = await untilAgreed(options, there);
    violations.push(...found);
    const seconds = ((performance.now() - since) / 1_000).toFixed(1);
    say(`all processes ${found.length === 0 ? 'agree' : 'DO NOT AGREE'} on [${there}] after ${seconds} s`);
  };
  await expectPresent(SENDERS);
  for (const absent of SENDERS) {
    const networks = devices.filter(({ sender }) => sender === absent).map(({ proxy }) => proxy);
    for (const network of networks) network.block();
    await expectPresent(SENDERS.filter((sender) => sender !== absent));
    for (const network of networks) network.unblock();
  }
  await expectPresent(SENDERS);
  return violations;
}

/** @returns what is still wrong when all patience is at an end. */
async function untilAgreed(
  options: AgreementOptions,
  there: readonly Sender[],
): Promise<readonly Violation[]> {
  for (const since = performance.now(); ; ) {
    const heads = await options.heads();
    const wrong = disagreements(await askAll(options, there), there, heads);
    if (wrong.length === 0 || performance.now() - since > PATIENCE_MS) return wrong;
    await delay(POLL_MS);
  }
}

/** Asks each process as each of those who are there anyway, so that asking changes nothing. */
async function askAll(
  { fleet, tokenOf }: AgreementOptions,
  askers: readonly Sender[],
): Promise<readonly Said[]> {
  const all = fleet.members.flatMap(({ server }, index) =>
    CONSULTATIONS.flatMap((consultationId) =>
      askers.map(async (sender): Promise<Said> => {
        const url = `http://127.0.0.1:${server.port}`;
        const { headSeq, present } = await join(url, tokenOf(consultationId, sender), consultationId, sender);
        const senders = present.map((person) => person.sender);
        return { process: index + 1, consultationId, sender, headSeq, present: senders };
      }),
    ),
  );
  return Promise.all(all);
}

async function join(
  url: string,
  token: string,
  consultationId: string,
  sender: Sender,
): Promise<JoinConsultationAnswer> {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, {
    auth: { token },
    forceNew: true,
    transports: ['websocket'],
  });
  try {
    for (;;) {
      const asked = socket
        .timeout(ANSWER_WAIT_MS)
        .emitWithAck('join_consultation', { consultationId, sender });
      const answer = (await asked.catch(() => null)) as Ack<JoinConsultationAnswer> | null;
      if (answer?.ok === true) return answer;
      await delay(POLL_MS);
    }
  } finally {
    socket.disconnect();
  }
}

/** Pure. @param there the parties who are present in every consultation. */
export function disagreements(
  said: readonly Said[],
  there: readonly Sender[],
  heads: ReadonlyMap<string, number>,
): readonly Violation[] {
  return said.flatMap(({ process, consultationId, sender, headSeq, present }): Violation[] => {
    const wrong: Violation[] = [];
    const who = `process ${process} tells ${sender} of ${consultationId}`;
    const [found, expected] = [[...present].sort(), [...there].sort()].map(String);
    if (found !== expected) {
      wrong.push({
        rule: 'h',
        kind: 'presence-differs',
        detail: `${who} that ${found || 'nobody'} is there, not ${expected}`,
      });
    }
    const head = heads.get(consultationId) ?? 0;
    if (headSeq !== head) {
      wrong.push({ rule: 'h', kind: 'head-differs', detail: `${who} head ${headSeq}, not ${head}` });
    }
    return wrong;
  });
}
