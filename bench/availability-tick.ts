import { createIntervalScheduler } from '../src/adapters/interval/interval-scheduler.js';
import { createMemoryAccessLog } from '../src/adapters/memory/access-log.js';
import { createMemoryAuthenticator } from '../src/adapters/memory/authenticator.js';
import { createSilentLogger } from '../src/adapters/memory/loggers.js';
import { createMemoryLog, type MemoryLog } from '../src/adapters/memory/memory-log.js';
import { createRecordingMetrics } from '../src/adapters/memory/metrics.js';
import { NO_PEERS } from '../src/adapters/memory/peers.js';
import { createUnlimitedRateLimiter } from '../src/adapters/memory/rate-limiters.js';
import { createMemoryStateReader } from '../src/adapters/memory/state-reader.js';
import { createUuidGenerator } from '../src/adapters/system/uuid-generator.js';
import { type Application, createApplication } from '../src/application/application.js';
import type { Broadcaster } from '../src/application/ports/broadcaster.js';
import type { DomainEvent, StreamId } from '../src/application/ports/event-store.js';
import type { StateReader } from '../src/application/ports/state-reader.js';
import { DEFAULT_SESSION_LIMITS } from '../src/application/sessions/session-limits.js';
import { cpuMs, report } from './measure.js';
import { usualSchedule } from './schedule.js';

const DOCTORS = 10_000;
const CONSULTATIONS = 100_000;
/** Each connection joins as many consultations as one connection may. */
const JOINS_PER_CONNECTION = 100;
const ROUNDS = 15;
const NOW = Date.UTC(2026, 0, 7, 15, 0);
const SYSTEM = { kind: 'system', id: 'bench' } as const;

function append(log: MemoryLog, streamId: StreamId, event: DomainEvent): void {
  log.append({ streamId, expectedVersion: 0, events: [event], actor: SYSTEM, occurredAt: NOW });
}

function clinic(): MemoryLog {
  const log = createMemoryLog();
  append(log, 'patient:p', { type: 'PatientRegistered', data: { patientId: 'p', name: 'Patient' } });
  for (let doctor = 0; doctor < DOCTORS; doctor += 1) {
    const doctorId = `d${doctor}`;
    const { timeZone, windows } = usualSchedule(doctor);
    const data = { doctorId, name: 'Doctor', timeZone, windows };
    append(log, `doctor:${doctorId}`, { type: 'DoctorRegistered', data });
  }
  for (let index = 0; index < CONSULTATIONS; index += 1) {
    const consultationId = `c${index}`;
    const expiresAt = NOW + 86_400_000;
    const data = { consultationId, patientId: 'p', doctorId: `d${index % DOCTORS}`, expiresAt };
    append(log, `consultation:${consultationId}`, { type: 'ConsultationOpened', data });
  }
  return log;
}

/** Counts what the tick asks of the outside: how many notices it sends, and how many states it reads. */
interface Counts {
  notices: number;
  reads: number;
}

function countingReader(reader: StateReader, counts: Counts): StateReader {
  const count = <Answer>(answer: Answer): Answer => {
    counts.reads += 1;
    return answer;
  };
  return {
    consultation: (id) => count(reader.consultation(id)),
    doctor: (id) => count(reader.doctor(id)),
    patient: (id) => count(reader.patient(id)),
    versions: (ids) => count(reader.versions(ids)),
    context: (...key) => count(reader.context(...key)),
  };
}

function openApplication(log: MemoryLog, counts: Counts, clock: { now: () => number }): Application {
  const broadcaster: Broadcaster = {
    admit: () => {},
    dismiss: () => {},
    notify: () => {},
    disconnect: () => {},
    reconnectAll: () => {},
    publish: () => {
      counts.notices += 1;
    },
  };
  const logger = createSilentLogger();
  const unused = <Port>(): Port => ({}) as Port;
  return createApplication(
    {
      stateReader: countingReader(createMemoryStateReader(log), counts),
      broadcaster,
      clock,
      ids: createUuidGenerator(),
      logger,
      metrics: createRecordingMetrics(),
      scheduler: createIntervalScheduler({ logger }),
      accessLog: createMemoryAccessLog(log),
      authenticator: createMemoryAuthenticator({ now: clock.now }),
      rateLimiter: createUnlimitedRateLimiter(),
      peers: NO_PEERS,
      // A tick neither writes nor reads messages, so these ports must not be used.
      eventStore: unused(),
      history: unused(),
      queries: unused(),
      directory: unused(),
    },
    DEFAULT_SESSION_LIMITS,
  );
}

/** Runs the work, and returns how long it kept everybody else from a turn of the event loop at most, in ms. */
async function longestBlock(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let isOver = false;
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isOver = true;
  return Math.max(longest, performance.now() - last);
}

export async function benchAvailabilityTick(): Promise<void> {
  const counts: Counts = { notices: 0, reads: 0 };
  let now = NOW;
  const { sessions, jobs } = openApplication(clinic(), counts, { now: () => now });
  const anyone = { caller: { role: 'anyone' }, expiresAt: null } as const;
  for (let first = 0; first < CONSULTATIONS; first += JOINS_PER_CONNECTION) {
    const session = sessions.open(`s${first / JOINS_PER_CONNECTION}`, anyone);
    for (let index = first; index < first + JOINS_PER_CONNECTION; index += 1) {
      await session.join({ consultationId: `c${index}`, sender: 'user', after: null });
    }
  }
  const rounds: { cpu: number; block: number; notices: number; reads: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    now += 60_000;
    Object.assign(counts, { notices: 0, reads: 0 });
    const start = cpuMs();
    const block = await longestBlock(() => jobs.announceAvailability());
    rounds.push({ cpu: cpuMs() - start, block, ...counts });
  }
  await jobs.stopAnnouncing();
  const reads = Math.max(...rounds.map((round) => round.reads));
  const [first, ...later] = rounds;
  const worst = Math.max(...later.map(({ block }) => block));
  later.sort((a, b) => a.cpu - b.cpu);
  const median = later[Math.floor(later.length / 2)];
  report(`tick: ${CONSULTATIONS} consultations, ${DOCTORS} doctors, CPU`, inMs(median?.cpu), 'goal 50 ms');
  report('  the longest that others waited for a turn', inMs(worst), 'goal 20 ms; a busy machine adds');
  report('  the first tick of the process, CPU', inMs(first?.cpu));
  report('  and the longest that others waited in it', inMs(first?.block));
  report('  notices sent', `${median?.notices}`);
  report('  states read from the database', `${reads}`, 'goal 0');
}

function inMs(milliseconds = 0): string {
  return `${milliseconds.toFixed(1)} ms`;
}
