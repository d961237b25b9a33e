import { describe, expect, test } from 'vitest';
import { createMemoryPeers } from '../../../src/adapters/memory/peers.js';
import type { GetMessagesRequest } from '../../../src/application/conversation/get-messages.js';
import { DAY_MS, SECOND_MS } from '../../../src/domain/instant.js';
import { ADMIN, openConsultation, ROUND_THE_CLOCK, say } from '../../support/clinic.js';
import { settled } from '../../support/faulty-event-store.js';
import { openMemoryApplication } from '../../support/memory-application.js';

const ROOM = 'consultation-1';
/** Twenty of these are a page, and a hundred such pages are more than are kept. */
const LONG = 'x'.repeat(4_000);

type From = GetMessagesRequest['from'];

/** `consultation-1` with five messages, and every read of the history counted. Reads wait while `hold` is set. */
async function openClinic() {
  const reads: string[] = [];
  let held: Promise<void> | null = null;
  const chat = openMemoryApplication({
    peers: createMemoryPeers().join(),
    decorate: ({ history }) => ({
      history: {
        before: async (consultationId, before, limit) => {
          reads.push(`${consultationId} before ${before}`);
          return history.before(consultationId, before, limit);
        },
        after: async (consultationId, after, limit) => {
          reads.push(`${consultationId} after ${after}`);
          const page = await history.after(consultationId, after, limit);
          await held;
          return page;
        },
      },
    }),
  });
  const { application, time } = chat;
  const expiresAt = time.clock.now() + DAY_MS;
  const open = (consultationId: string) =>
    openConsultation(application, { consultationId, expiresAt, windows: ROUND_THE_CLOCK });
  await open(ROOM);
  const send = (content: string, consultationId = ROOM) =>
    say(application, { consultationId, sender: 'user', content, clientMessageId: null });
  for (const content of ['1', '2', '3', '4', '5']) await send(content);
  for (const id of ['patient', 'doctor']) chat.connect(id);
  const page = async (connectionId: string, from: From, limit = 2, consultationId = ROOM) => {
    const read = await chat.session(connectionId).getMessages({ consultationId, from, limit });
    if (read.outcome !== 'page') throw new Error(read.outcome);
    return read.messages;
  };
  return {
    ...chat,
    reads,
    open,
    send,
    page,
    contents: async (connectionId: string, from: From, limit = 2) =>
      (await page(connectionId, from, limit)).map(({ content }) => content),
    hold: () => {
      let release = () => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
  };
}

describe('a full page', () => {
  test.each([
    { from: { after: 1 }, contents: ['2', '3'] },
    { from: { before: 5 }, contents: ['3', '4'] },
  ])('$from is read once for both parties, who get the very same page', async ({ from, contents }) => {
    const clinic = await openClinic();
    const first = await clinic.page('patient', from);
    const second = await clinic.page('doctor', from);
    expect(first.map(({ content }) => content)).toEqual(contents);
    expect(second).toBe(first);
    expect(clinic.reads).toHaveLength(1);
  });

  test('is the same for those who asked while it was read', async () => {
    const clinic = await openClinic();
    const release = clinic.hold();
    const both = [clinic.page('patient', { after: 0 }), clinic.page('doctor', { after: 0 })] as const;
    await settled();
    release();
    const [first, second] = await Promise.all(both);
    expect(second).toBe(first);
  });

  test('is read anew for another place, another length and another consultation', async () => {
    const clinic = await openClinic();
    await clinic.open('consultation-2');
    for (const content of ['a', 'b', 'c']) await clinic.send(content, 'consultation-2');
    await clinic.page('patient', { after: 1 });
    expect(await clinic.contents('doctor', { after: 2 })).toEqual(['3', '4']);
    expect(await clinic.contents('doctor', { before: 1 }, 1)).toEqual([]);
    expect(await clinic.contents('doctor', { after: 1 }, 1)).toEqual(['2']);
    const other = await clinic.page('doctor', { after: 1 }, 2, 'consultation-2');
    expect(other.map(({ content }) => content)).toEqual(['b', 'c']);
  });

  test('calls both parties what they are called now', async () => {
    const clinic = await openClinic();
    const { administration } = clinic.application;
    await clinic.page('patient', { after: 1 });
    await administration.putPatient(ADMIN, { patientId: 'patient-1', name: 'Mx New' });
    expect((await clinic.page('doctor', { after: 1 }))[0]?.patient.name).toBe('Mx New');
    await administration.putDoctor(ADMIN, { doctorId: 'doctor-1', name: 'Dr New', timeZone: 'UTC' });
    expect((await clinic.page('doctor', { after: 1 }))[0]?.doctor.name).toBe('Dr New');
  });

  test('is given up within two seconds, and nothing is left to do', async () => {
    const clinic = await openClinic();
    await clinic.page('patient', { after: 1 });
    await clinic.time.advance(2 * SECOND_MS);
    await clinic.page('doctor', { after: 1 });
    expect(clinic.reads).toHaveLength(2);
  });

  test('is not kept when too much is kept already', async () => {
    const clinic = await openClinic();
    const rooms = Array.from({ length: 120 }, (_, index) => `consultation-x${index}`);
    for (const room of rooms) {
      await clinic.open(room);
      for (let count = 0; count < 20; count += 1) await clinic.send(LONG, room);
    }
    for (const connectionId of ['patient', 'doctor']) {
      for (const room of rooms) await clinic.page(connectionId, { after: 0 }, 20, room);
    }
    const readAgain = clinic.reads.length - rooms.length;
    // 8 Mi units hold 104 pages of 80,000.
    expect(readAgain).toBe(rooms.length - 104);
  });
});

describe('a page that may grow', () => {
  test('is read anew, and holds what was stored since', async () => {
    const clinic = await openClinic();
    expect(await clinic.contents('patient', { after: 3 }, 3)).toEqual(['4', '5']);
    await clinic.send('6');
    expect(await clinic.contents('doctor', { after: 3 }, 3)).toEqual(['4', '5', '6']);
  });

  test('is the newest one, however full', async () => {
    const clinic = await openClinic();
    expect(await clinic.contents('patient', null)).toEqual(['4', '5']);
    await clinic.send('6');
    expect(await clinic.contents('doctor', null)).toEqual(['5', '6']);
  });
});

describe('when the store may have lost messages', () => {
  test('what was kept is read anew', async () => {
    const clinic = await openClinic();
    await clinic.page('patient', { after: 1 });
    clinic.application.jobs.storeReplaced();
    await clinic.page('doctor', { after: 1 });
    expect(clinic.reads.filter((read) => read === `${ROOM} after 1`)).toHaveLength(2);
  });

  test('a page that was read before is not kept after', async () => {
    const clinic = await openClinic();
    const release = clinic.hold();
    const reading = clinic.page('patient', { after: 1 });
    await settled();
    clinic.application.jobs.storeReplaced();
    release();
    await reading;
    await clinic.page('doctor', { after: 1 });
    expect(clinic.reads.filter((read) => read === `${ROOM} after 1`)).toHaveLength(2);
  });
});
