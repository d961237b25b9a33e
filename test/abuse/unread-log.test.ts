import { beforeAll, expect, test } from 'vitest';
import { patiently } from '../support/server-process.js';
import { openCanary } from './aftermath.js';
import { type Clinic, HOUSES, openClinics } from './clinic.js';

const openClinic = openClinics();
let clinic: Clinic;

beforeAll(async () => {
  // At `debug`, so that each connection is some lines.
  clinic = await openClinic({ JOIN_WITHIN_MS: '3600000' });
});

/** Enough lines for the pipe to be full, the memory for them too, and some to be dropped. */
async function makeItLog(): Promise<void> {
  const socket = await clinic.connect(clinic.token(HOUSES.a.patientId), { transports: ['websocket'] });
  for (let round = 0; round < 50; round += 1) {
    await Promise.all(Array.from({ length: 200 }, () => socket.emitWithAck('join_consultation', {})));
  }
  socket.disconnect();
}

test('a log that nobody reads keeps nobody waiting, and says afterwards what is missing', async () => {
  const canary = await openCanary(clinic);
  clinic.server.readsLog(false);
  await canary.singUntil(makeItLog());
  expect(await clinic.metric('log_bytes_waiting')).toBeGreaterThan(0);
  await patiently(async () => expect(await clinic.metric('log_lines_dropped')).toBeGreaterThan(0));
  expect(await clinic.metric('log_bytes_waiting')).toBeLessThanOrEqual(1024 * 1024 + 1_000);
  const songs = await Promise.all(Array.from({ length: 20 }, () => clinic.call({ path: '/healthz' })));
  expect(new Set(songs.map(({ status }) => status))).toEqual(new Set([200]));

  clinic.server.readsLog(true);
  await patiently(async () => expect(await clinic.metric('log_bytes_waiting')).toBe(0));
  canary.stop();
  await clinic.server.logged('log.dropped');
  const gaps = clinic.server.log().filter(({ event }) => event === 'log.dropped');
  const missing = gaps.reduce((sum, { lines }) => sum + Number(lines), 0);
  expect(missing).toBe(await clinic.metric('log_lines_dropped'));
});

test('nor does it keep the server from ending', async () => {
  clinic.server.readsLog(false);
  await makeItLog();
  clinic.server.kill('SIGTERM');
  // What it does not wait for, the test does not read before it has ended, either.
  await patiently(() => expect(isGone(clinic.server.pid)).toBe(true));
  clinic.server.readsLog(true);
  expect(await clinic.server.exited).toEqual({ code: 0, signal: null });
});

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
