import { setTimeout as delay } from 'node:timers/promises';
import { hasRedis } from '../../test/support/redis.js';
import type { Member, Room } from '../generator/commands.js';
import { openClinic, roomsOf } from '../stand/clinic.js';
import { startCrossings } from '../stand/crossings.js';
import { type Engine, type Outage, openPostgresEngine, openRedisEngine } from '../stand/engines.js';
import { type PeopledProcess, startPeopledProcess } from '../stand/peopled-process.js';
import { type EngineFigures, failuresReport, HEADS_MS, type OutageRound } from './failures-report.js';
import type { Group, GroupContext } from './group.js';

const ROUNDS = 5;
const CLINIC = { prefix: 'failures', consultations: 2 };
/** A link that is lost earlier than 10 s after it was opened counts as unsteady, and its pauses are longer. */
const TIMES = { beforeMs: 10_500, outageMs: 10_000 };
const QUICK_TIMES = { beforeMs: 500, outageMs: 1_000 };

/** Two processes of one chat, the first of which lives as long as the engine is measured. */
interface Scene {
  readonly first: PeopledProcess;
  startSecond(): Promise<PeopledProcess>;
  readonly talk: Party;
  readonly visit: Party;
}

interface Party {
  readonly room: Room;
  readonly patient: Member;
  readonly doctor: Member;
}

/** Measures how fast others notice that a process has died, and that what carries news is there again. */
export const failuresGroup: Group = async (context) => {
  const database = await context.database();
  await openClinic(database.url, CLINIC);
  // A short run is for a test that everybody waits for, and each death takes seconds.
  const withRedis = !context.quick && hasRedis();
  const opened = [() => openPostgresEngine(database.url), ...(withRedis ? [openRedisEngine] : [])];
  const figures: EngineFigures[] = [];
  for (const open of opened) {
    const engine = await open();
    try {
      figures.push(await measureEngine(context, engine));
    } finally {
      await engine.close();
    }
  }
  return failuresReport(figures, withRedis);
};

async function measureEngine(context: GroupContext, engine: Engine): Promise<EngineFigures> {
  const { stand, quick, say } = context;
  const [talk, visit] = (await roomsOf(CLINIC, 2)).map(partyOf);
  if (talk === undefined || visit === undefined) throw new Error('there are no consultations');
  const database = await context.database();
  const env = { ...engine.env, DOCTOR_READY_INTERVAL_MS: String(HEADS_MS) };
  const startSecond = () => startPeopledProcess(stand, database, env);
  const first = await startSecond();
  const figures = { engine: engine.name, deaths: [] as number[], outages: [] as OutageRound[] };
  try {
    for (let round = 0; round < (quick ? 1 : ROUNDS); round += 1) {
      say(`round ${round + 1}, ${engine.name}`);
      const { death, outages } = await measureRound({ first, startSecond, talk, visit }, engine, quick);
      figures.deaths.push(death);
      figures.outages.push(...outages);
    }
    return figures;
  } finally {
    await first.end();
  }
}

function partyOf(room: Room): Party {
  const [patient, doctor] = room.members;
  if (patient === undefined || doctor === undefined) throw new Error('nobody is in the consultation');
  return { room, patient, doctor };
}

async function measureRound(scene: Scene, { outages }: Engine, quick: boolean) {
  const second = await scene.startSecond();
  try {
    const measured: OutageRound[] = [];
    for (const outage of outages) {
      measured.push(await measureOutage(scene, second, outage, quick ? QUICK_TIMES : TIMES));
    }
    return { death: await measureDeath(scene, second), outages: measured };
  } finally {
    await second.end();
  }
}

/** @returns how long after the end of the second process others hear that somebody has left, in ms. */
async function measureDeath({ first, visit }: Scene, second: PeopledProcess): Promise<number> {
  const witness = await first.connect(visit.doctor, visit.room);
  const joined = new Promise((resolve) => witness.once('user_joined', resolve));
  const left = new Promise((resolve) => witness.once('user_left', resolve));
  await second.connect(visit.patient, visit.room);
  await joined;
  const killedAt = performance.now();
  second.kill();
  await left;
  const ms = performance.now() - killedAt;
  witness.disconnect();
  return ms;
}

/** Somebody sends all the time to a person who has a device on each process, while what carries news goes away. */
async function measureOutage(
  { first, talk }: Scene,
  second: PeopledProcess,
  outage: Outage,
  { beforeMs, outageMs }: typeof TIMES,
): Promise<OutageRound> {
  const { room, patient, doctor } = talk;
  const sender = await first.connect(patient, room);
  const [near, far] = [await first.connect(doctor, room), await second.connect(doctor, room)];
  const crossings = startCrossings({ consultationId: room.consultationId, sender, near, far });
  try {
    await crossings.liveAgain(0);
    await delay(beforeMs);
    const goneAt = performance.now();
    await outage.begin();
    await delay(outageMs);
    await outage.end();
    const backAt = performance.now();
    const liveAt = await crossings.liveAgain(backAt);
    await crossings.finish();
    const within = (from: number, to: number) =>
      crossings.all.filter(({ sentAt }) => sentAt >= from && sentAt < to);
    const nearMs = (from: number, to: number) =>
      within(from, to).map(({ sentAt, nearAt }) => nearAt - sentAt);
    return {
      outage: outage.name,
      liveAfterMs: liveAt - backAt,
      slowestMs: Math.max(...within(goneAt, backAt).map(({ sentAt, farAt }) => farAt - sentAt)),
      before: nearMs(0, goneAt),
      during: nearMs(goneAt, backAt),
    };
  } finally {
    crossings.stop();
    for (const socket of [sender, near, far]) socket.disconnect();
  }
}
