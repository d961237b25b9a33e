import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Caller } from '../../../src/application/ports/identity.js';
import type { Session } from '../../../src/application/sessions/sessions.js';
import { openConsultation, tomorrow } from '../../support/clinic.js';
import {
  type MemoryApplication,
  openMemoryApplication,
  type Ports,
} from '../../support/memory-application.js';

const CONNECTION = 'shared';
const PEOPLE = {
  patient: { role: 'patient', id: 'patient-1' },
  doctor: { role: 'doctor', id: 'doctor-1' },
  admin: { role: 'admin', id: 'admin-1' },
} as const satisfies Readonly<Record<string, Caller>>;
type Person = keyof typeof PEOPLE;

type Step =
  | { readonly kind: 'authenticate'; readonly as: Person }
  | { readonly kind: 'join' | 'getMessages' | 'markRead' | 'send' | 'setTyping' }
  /** Whatever is under way goes on for so many steps of its own. */
  | { readonly kind: 'wait'; readonly turns: number };

const person = fc.constantFrom<Person>('patient', 'doctor', 'admin');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: person.map((as) => ({ kind: 'authenticate' as const, as })) },
  {
    weight: 5,
    arbitrary: fc
      .constantFrom('join', 'getMessages', 'markRead', 'send', 'setTyping')
      .map((kind) => ({ kind }) as Step),
  },
  { weight: 2, arbitrary: fc.nat(6).map((turns) => ({ kind: 'wait' as const, turns })) },
);

/** Everything that a request waits for takes its time, in an order that fast-check chooses. */
function slowly(ports: Ports, turn: () => Promise<unknown>): Partial<Ports> {
  const { rateLimiter, authenticator, accessLog, eventStore, history } = ports;
  return {
    rateLimiter: { ...rateLimiter, take: (...given) => turn().then(() => rateLimiter.take(...given)) },
    authenticator: { authenticate: (given) => turn().then(() => authenticator.authenticate(given)) },
    accessLog: { ...accessLog, record: (given) => turn().then(() => accessLog.record(given)) },
    eventStore: { ...eventStore, append: (given) => turn().then(() => eventStore.append(given)) },
    history: { ...history, after: (...given) => turn().then(() => history.after(...given)) },
  };
}

/** As many consultations of the patient and the doctor, with a message in each. */
async function openClinic(scheduler: fc.Scheduler, consultations: number) {
  let isSlow = false;
  const turn = () => (isSlow ? scheduler.schedule(Promise.resolve()) : Promise.resolve());
  const chat = openMemoryApplication({ isOpen: false, decorate: (ports) => slowly(ports, turn) });
  const expiresAt = tomorrow(chat.time.clock.now());
  const doctor = chat.connect('another', { caller: PEOPLE.doctor, expiresAt: null });
  for (let index = 0; index < consultations; index += 1) {
    const consultationId = `consultation-${index}`;
    await openConsultation(chat.application, { consultationId, expiresAt });
    await doctor.send({ consultationId, sender: 'doctor', content: 'hello', clientMessageId: null });
  }
  isSlow = true;
  return chat;
}

function ask(session: Session, kind: string, consultationId: string, author: Person) {
  const sender = author === 'doctor' ? 'doctor' : 'user';
  switch (kind) {
    case 'join':
      return session.join({ consultationId, sender: null, after: 0 });
    case 'getMessages':
      return session.getMessages({ consultationId, from: null, limit: 5 });
    case 'markRead':
      return session.markRead({ consultationId, seq: 1, sender: null });
    case 'send':
      return session.send({ consultationId, sender, content: 'mine', clientMessageId: null });
    default:
      return session.setTyping({ consultationId, isTyping: true });
  }
}

interface Asked {
  readonly kind: string;
  readonly author: Person;
  readonly consultationId: string;
  readonly answer: Promise<{ readonly outcome: string; readonly code?: string }>;
}

/** Each request is about a consultation of its own. Every sign-in is a good one: behind it, the connection is theirs. */
async function live(chat: MemoryApplication, scheduler: fc.Scheduler, first: Person, steps: readonly Step[]) {
  const session = chat.connect(CONNECTION, { caller: PEOPLE[first], expiresAt: null });
  const asked: Asked[] = [];
  let author = first;
  for (const [index, step] of steps.entries()) {
    if (step.kind === 'wait') {
      for (let turn = 0; turn < step.turns && scheduler.count() > 0; turn += 1) await scheduler.waitOne();
    } else if (step.kind === 'authenticate') {
      author = step.as;
      const token = chat.authenticator.issue(PEOPLE[author], null);
      void session.authenticate({ channel: 'socket', token, headers: {} });
    } else {
      const consultationId = `consultation-${index}`;
      const answer = ask(session, step.kind, consultationId, author);
      asked.push({ kind: step.kind, author, consultationId, answer });
    }
  }
  await scheduler.waitFor(Promise.all(asked.map(({ answer }) => answer)));
  await scheduler.waitIdle();
  return { asked, last: author };
}

/** What an administrator may not do, and nobody before they have joined. */
const MAY_BE_REFUSED: readonly unknown[] = ['auth.required', 'consultation.forbidden', 'request.invalid'];
const EVERYTHING = { consultationId: null, person: null, from: null, to: null };

async function expectAnswered({ kind, author, answer }: Asked): Promise<void> {
  const { outcome, code } = await answer;
  const refusals = author === 'admin' || kind === 'setTyping' ? MAY_BE_REFUSED : ['auth.required'];
  if (outcome === 'refused') expect(refusals, kind).toContain(code);
}

/** Whom the log says to have written what came after the first `before` events, and read what stands in the access log. */
async function traces({ log, ports }: MemoryApplication, before: number) {
  const written = log.all().slice(before);
  const seen = await ports.accessLog.query(EVERYTHING, null, 200);
  const read = (seen?.entries ?? []).filter(({ kind }) => kind === 'read');
  return [
    ...written.map(({ actor, event }) => [
      (event.data as { consultationId: string }).consultationId,
      actor.kind,
    ]),
    ...read.map(({ reader, consultationId }) => [consultationId ?? '', reader.kind]),
  ] as const;
}

test('what was asked for is done as whoever was signed in when it arrived, or refused', async () => {
  const steps = fc.array(step, { minLength: 3, maxLength: 10 });
  const property = fc.asyncProperty(fc.scheduler(), person, steps, async (scheduler, first, given) => {
    const chat = await openClinic(scheduler, given.length);
    const before = chat.log.all().length;
    const { asked, last } = await live(chat, scheduler, first, given);
    await Promise.all(asked.map(expectAnswered));
    const authorOf = new Map(asked.map(({ consultationId, author }) => [consultationId, author]));
    for (const [consultationId = '', who] of await traces(chat, before)) {
      expect(who, consultationId).toBe(authorOf.get(consultationId));
    }
    const present = asked.filter(({ consultationId }) =>
      chat.broadcaster.admitted(consultationId).includes(CONNECTION),
    );
    for (const { author } of present) expect(author).toBe(last);
  });
  await fc.assert(property, { numRuns: 150 });
});

test('what is sent behind a sign-in is done as who signs in, though it is refused behind another one', async () => {
  const { connect, authenticator, application, time } = openMemoryApplication({ isOpen: false });
  await openConsultation(application, { expiresAt: tomorrow(time.clock.now()) });
  const session = connect(CONNECTION, { caller: PEOPLE.patient, expiresAt: null });
  const signIn = (caller: Caller) =>
    session.authenticate({ channel: 'socket', token: authenticator.issue(caller, null), headers: {} });
  const send = (sender: 'user' | 'doctor') =>
    session.send({ consultationId: 'consultation-1', sender, content: 'mine', clientMessageId: null });
  const asPatient = send('user');
  const toDoctor = signIn(PEOPLE.doctor);
  const asDoctor = send('doctor');
  expect(await asPatient).toMatchObject({ outcome: 'refused', code: 'auth.required' });
  expect(await toDoctor).toMatchObject({ outcome: 'signed_in' });
  expect(await asDoctor).toMatchObject({ outcome: 'accepted' });
});
