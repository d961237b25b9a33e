import { describe, expect, test } from 'vitest';
import {
  MAX_READ_WAIT_MS,
  MAX_REST_MS,
  MAX_WAITING_READS,
  READS_WITHOUT_REST,
} from '../../../src/application/lookup/read-queues.js';
import type { Requester } from '../../../src/application/lookup/requester.js';
import type { MessageHistory } from '../../../src/application/ports/message-history.js';
import { DEFAULT_RATES } from '../../../src/application/ports/rate-limiter.js';
import { openConsultation, say, tomorrow } from '../../support/clinic.js';
import { settled } from '../../support/faulty-event-store.js';
import { openMemoryApplication } from '../../support/memory-application.js';

const asPatient = (id: string, requestId: string): Requester => ({
  caller: { role: 'patient', id },
  channel: 'http',
  requestId,
});

/** A history that answers when it is told to: each read waits for its `release`. */
async function openSlowClinic() {
  const waiting: { readonly consultationId: string; release(): void }[] = [];
  const slow = (own: MessageHistory): MessageHistory => ({
    ...own,
    after: (consultationId, ...bounds) =>
      new Promise((resolve) => {
        waiting.push({ consultationId, release: () => resolve(own.after(consultationId, ...bounds)) });
      }),
    before: (consultationId, ...bounds) =>
      new Promise((resolve) => {
        waiting.push({ consultationId, release: () => resolve(own.before(consultationId, ...bounds)) });
      }),
  });
  const chat = openMemoryApplication({
    isOpen: false,
    decorate: ({ history }) => ({ history: slow(history) }),
  });
  const expiresAt = tomorrow(chat.time.clock.now());
  await openConsultation(chat.application, { consultationId: 'c-1', patientId: 'patient-1', expiresAt });
  await openConsultation(chat.application, { consultationId: 'c-2', patientId: 'patient-2', expiresAt });
  const { application } = chat;
  const get = (by: Requester, consultationId: string) =>
    application.administration.getMessages(by, { consultationId, from: { after: 0 }, limit: 200 });
  const join = (connectionId: string, consultationId: string) =>
    chat.session(connectionId).join({ consultationId, sender: null, after: 0 });
  return {
    ...chat,
    get,
    join,
    waiting: () => waiting.map(({ consultationId }) => consultationId),
    releaseAll: async () => {
      do {
        for (const { release } of waiting.splice(0)) release();
        await settled();
      } while (waiting.length > 0);
    },
    releaseFirst: () => waiting.shift()?.release(),
  };
}

type SlowClinic = Awaited<ReturnType<typeof openSlowClinic>>;

/** Two reads more than need no rest, of which all but two are answered, each after 20 ms. */
async function askedMoreThanGoWithoutRest({ get, time, waiting, releaseFirst }: SlowClinic) {
  const answers = Array.from({ length: READS_WITHOUT_REST + 2 }, (_, n) =>
    get(asPatient('patient-1', `request-${n}`), 'c-1'),
  );
  for (let n = 0; n < READS_WITHOUT_REST; n += 1) {
    await settled();
    expect(waiting()).toEqual(['c-1']);
    await time.advance(20);
    releaseFirst();
  }
  await settled();
  expect(waiting()).toEqual(['c-1']);
  return answers;
}

describe('what one person asks for at once', () => {
  test('has one page under way at a time, whatever it comes over, and stands before nobody else', async () => {
    const clinic = await openSlowClinic();
    const { burst: reads } = DEFAULT_RATES.get_messages;
    const { burst: joins } = DEFAULT_RATES.join_consultation;
    const answers: Promise<{ readonly outcome: string }>[] = [];
    for (let n = 0; n < joins; n += 1) {
      const connectionId = `connection-${n}`;
      clinic.connect(connectionId, { caller: { role: 'patient', id: 'patient-1' }, expiresAt: null });
      answers.push(clinic.join(connectionId, 'c-1'));
      if (n < reads) answers.push(clinic.get(asPatient('patient-1', `request-${n}`), 'c-1'));
    }
    await settled();
    expect(clinic.waiting()).toEqual(['c-1']);

    clinic.connect('other', { caller: { role: 'patient', id: 'patient-2' }, expiresAt: null });
    const other = clinic.join('other', 'c-2');
    await settled();
    // One read is before it, and not 140.
    expect(clinic.waiting()).toEqual(['c-1', 'c-2']);
    clinic.releaseFirst();
    await settled();
    expect(clinic.waiting()).toEqual(['c-2', 'c-1']);
    clinic.releaseFirst();
    expect(await other).toMatchObject({ outcome: 'joined' });

    await clinic.releaseAll();
    const outcomes = (await Promise.all(answers)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'refused')).toEqual([]);
  });

  test('a patient and a doctor of the same id are two', async () => {
    const clinic = await openSlowClinic();
    await openConsultation(clinic.application, {
      consultationId: 'c-3',
      patientId: 'same',
      doctorId: 'same',
      expiresAt: tomorrow(clinic.time.clock.now()),
    });
    const doctor = { caller: { role: 'doctor', id: 'same' }, channel: 'http', requestId: 'r' } as const;
    const both = [clinic.get(asPatient('same', 'r'), 'c-3'), clinic.get(doctor, 'c-3')];
    await settled();
    expect(clinic.waiting()).toEqual(['c-3', 'c-3']);
    await clinic.releaseAll();
    for (const answer of both) expect(await answer).toMatchObject({ outcome: 'page' });
  });

  test.each([
    ['as long as a read took', 20, 20],
    ['no longer than the longest rest where the database is slow', 1_000, MAX_REST_MS],
  ])('rests between reads %s, and holds nobody else up', async (_, tookMs, restMs) => {
    const clinic = await openSlowClinic();
    const answers = await askedMoreThanGoWithoutRest(clinic);
    await clinic.time.advance(tookMs);
    clinic.releaseFirst();
    expect(await answers[READS_WITHOUT_REST]).toMatchObject({ outcome: 'page' });
    const other = clinic.get(asPatient('patient-2', 'request'), 'c-2');
    await clinic.time.advance(restMs - 1);
    expect(clinic.waiting()).toEqual(['c-2']);
    await clinic.time.advance(1);
    expect(clinic.waiting()).toEqual(['c-2', 'c-1']);
    await clinic.releaseAll();
    for (const answer of [...answers, other]) expect(await answer).toMatchObject({ outcome: 'page' });
  });

  test('is refused with a time to wait beyond what may wait, and what has waited too long is not begun', async () => {
    const clinic = await openSlowClinic();
    const answers = Array.from({ length: MAX_WAITING_READS + 1 }, (_, n) =>
      clinic.get(asPatient('patient-1', `request-${n}`), 'c-1'),
    );
    expect(await answers.at(-1)).toMatchObject({ outcome: 'refused', code: 'rate.limited' });
    await clinic.time.advance(MAX_READ_WAIT_MS + 1);
    clinic.releaseFirst();
    expect(await answers[0]).toMatchObject({ outcome: 'page' });
    expect(await answers[1]).toMatchObject({ outcome: 'refused', code: 'server.overloaded' });
    await settled();
    expect(clinic.waiting()).toEqual([]);
    // Nothing is left behind: the next one goes through.
    const next = clinic.get(asPatient('patient-1', 'request'), 'c-1');
    await settled();
    await clinic.releaseAll();
    expect(await next).toMatchObject({ outcome: 'page', messages: [], hasMore: false });
  });

  test('a join that cannot have its page is inside all the same, and hears how far it has to read', async () => {
    const clinic = await openSlowClinic();
    const by = asPatient('patient-1', 'request');
    const message = {
      consultationId: 'c-1',
      sender: 'user',
      content: 'hello',
      clientMessageId: null,
    } as const;
    await say(clinic.application, message, by.caller);
    const reads = Array.from({ length: MAX_WAITING_READS }, () => clinic.get(by, 'c-1'));
    clinic.connect('late', { caller: { role: 'patient', id: 'patient-1' }, expiresAt: null });
    expect(await clinic.join('late', 'c-1')).toMatchObject({
      outcome: 'joined',
      headSeq: 1,
      messages: [],
    });
    await clinic.releaseAll();
    await Promise.all(reads);
  });
});
