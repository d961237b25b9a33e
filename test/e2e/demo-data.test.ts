import type { Socket } from 'socket.io-client';
import { expect, test } from 'vitest';
import { decide } from '../../src/domain/consultation/consultation.js';
import { DAY_MS } from '../../src/domain/instant.js';
import { ADMIN, ADMIN_ACTOR, ROUND_THE_CLOCK } from '../support/clinic.js';
import { databaseUrlOf, openServers, type ServerProcess } from '../support/server-process.js';
import { withBackOffice } from './back-office.js';
import { type Answer, join, readAll, send } from './client.js';

const servers = openServers();

interface Seen {
  readonly isActive: boolean;
  readonly status: string;
  readonly expiresAt: string;
}

function consultationOf(answer: Answer): Seen {
  expect(answer).toMatchObject({ ok: true });
  return answer['consultation'] as Seen;
}

/** Holds the demo consultations against the table that people rely on. */
async function expectTheTable(server: ServerProcess, socket: Socket): Promise<void> {
  const started = Date.parse(server.log()[0]?.time ?? '');
  const listening = Date.parse((await server.logged('server.listening')).time);
  for (const [id, patient] of [
    ['consultation-123', 'patient-1'],
    ['consultation-456', 'patient-2'],
  ]) {
    const answer = await join(socket, id ?? '');
    const { isActive, expiresAt } = consultationOf(answer);
    expect(isActive).toBe(true);
    expect(Date.parse(expiresAt)).toBeGreaterThanOrEqual(started + DAY_MS);
    expect(Date.parse(expiresAt)).toBeLessThanOrEqual(listening + DAY_MS);
    expect(answer).toMatchObject({
      consultation: { user: { id: patient }, doctor: { id: 'doctor-1' } },
      doctor: { open: true },
    });
    expect(await send(socket, id ?? '', 'Hello')).toMatchObject({ ok: true });
  }
  const inactive = consultationOf(await join(socket, 'consultation-inactive'));
  expect(inactive).toMatchObject({ isActive: false, status: 'ended' });
  expect(await send(socket, 'consultation-inactive', 'Hello')).toMatchObject({
    error: { code: 'consultation.inactive' },
  });

  const expired = consultationOf(await join(socket, 'consultation-expired'));
  expect(Date.parse(expired.expiresAt)).toBeGreaterThanOrEqual(started - DAY_MS);
  expect(Date.parse(expired.expiresAt)).toBeLessThanOrEqual(listening - DAY_MS);
  expect(await send(socket, 'consultation-expired', 'Hello')).toMatchObject({
    error: { code: 'consultation.expired' },
  });

  const offHours = await join(socket, 'consultation-off-hours');
  expect(consultationOf(offHours)).toMatchObject({ isActive: true });
  const days = [started, listening].map((at) => new Date(at + 3 * DAY_MS).toISOString().slice(0, 10));
  const { open, nextOpeningAt } = offHours['doctor'] as { open: boolean; nextOpeningAt: string };
  expect(open).toBe(false);
  expect(days.map((day) => `${day}T00:00:00.000Z`)).toContain(nextOpeningAt);
}

test('the demo consultations are as promised at each start, whatever was done to them in between', async () => {
  const env = { DATA_DIR: await servers.newDataDir() };
  const first = await servers.start({ env });
  await expectTheTable(first, await servers.connect(first.url));
  const databaseUrl = await databaseUrlOf(env.DATA_DIR);
  await withBackOffice(databaseUrl, async ({ application, consultations }) => {
    expect(await application.administration.endConsultation(ADMIN, 'consultation-123')).toMatchObject({
      outcome: 'done',
    });
    // Ran out: the sweep of a day later, as the consultation has it.
    await consultations.handle({
      id: 'consultation-456',
      actor: ADMIN_ACTOR,
      decide: (state, now) => decide({ type: 'ExpireConsultation', now: now + 2 * DAY_MS }, state),
    });
    await application.administration.setSchedule(ADMIN, 'doctor-1', { timeZone: 'Asia/Tokyo', windows: [] });
    // As a start on another weekday would have left it.
    await application.administration.setSchedule(ADMIN, 'doctor-2', {
      timeZone: 'UTC',
      windows: ROUND_THE_CLOCK,
    });
    await application.administration.reopenConsultation(ADMIN, 'consultation-inactive', Date.now() + DAY_MS);
    await application.administration.reopenConsultation(ADMIN, 'consultation-expired', Date.now() + DAY_MS);
  });
  expect(await first.stop()).toEqual({ code: 0, signal: null });

  const second = await servers.start({ env });
  const socket = await servers.connect(second.url);
  await expectTheTable(second, socket);
  const messages = await readAll(socket, 'consultation-123');
  expect(messages.map(({ seq, content }) => [seq, content])).toEqual([
    [1, 'Hello'],
    [2, 'Hello'],
  ]);
});
