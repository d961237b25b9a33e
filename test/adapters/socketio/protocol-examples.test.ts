import type { Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLIENT_EVENTS } from '../../../src/adapters/socketio/events/client-events.js';
import { codeSpans, readText, section } from '../../architecture/documents.js';
import { ADMIN, openConsultation, ROUND_THE_CLOCK, tomorrow } from '../../support/clinic.js';
import { ask, type ChatHarness, openChat, type PlainPayload, roundTrip } from './chat-harness.js';
import { complaintsAboutAnswer, complaintsAboutEvent, watch } from './conformance.js';

const protocol = await readText('docs/protocol.md');

/** The examples of a section, in pairs: what is sent, and its answer. */
function examplesIn(heading: string): readonly PlainPayload[] {
  const blocks = section(protocol, heading).matchAll(/```json\n([\s\S]*?)```/g);
  return [...blocks].map(([, text = '']) => JSON.parse(text) as PlainPayload);
}

let chat: ChatHarness;

/** The morning of the examples, and the people in them. */
beforeEach(async () => {
  chat = await openChat({ memory: { startAt: '2026-03-29T07:00:00.000Z' } });
  const { application, time } = chat;
  const doctor = { doctorId: 'doctor-1', name: 'Dr. Lena Fischer', timeZone: 'UTC' };
  await application.administration.registerDoctor(ADMIN, { ...doctor, windows: ROUND_THE_CLOCK });
  await application.administration.registerPatient(ADMIN, { patientId: 'patient-1', name: 'Alex Morgan' });
  const expiresAt = tomorrow(time.clock.now());
  await openConsultation(application, { consultationId: 'consultation-123', expiresAt });
  await openConsultation(application, {
    consultationId: 'consultation-456',
    patientId: 'patient-2',
    expiresAt,
  });
});

afterEach(() => chat.close());

const CONSULTATION = { consultationId: 'consultation-123' };
const first = { ...CONSULTATION, sender: 'user', content: 'Hello.' };
const [second = {}] = examplesIn('`send_message`');

async function succeed(socket: Socket, event: string, payload: unknown): Promise<void> {
  expect(await ask(socket, event, payload)).toMatchObject({ ok: true });
}

function joinAsDoctor(socket: Socket): Promise<void> {
  return succeed(socket, 'join_consultation', { ...CONSULTATION, sender: 'doctor' });
}

/** What has happened before an example. */
const BEFORE: Partial<Record<string, (socket: Socket) => Promise<void>>> = {
  join_consultation: async (socket) => {
    await succeed(socket, 'send_message', first);
    await succeed(socket, 'send_message', second);
    await succeed(socket, 'mark_read', { ...CONSULTATION, seq: 1, sender: 'user' });
  },
  send_message: (socket) => succeed(socket, 'send_message', first),
  mark_read: async (socket) => {
    await succeed(socket, 'send_message', first);
    await succeed(socket, 'send_message', second);
  },
  watch_inbox: (socket) => succeed(socket, 'send_message', first),
  end_consultation: joinAsDoctor,
  extend_consultation: joinAsDoctor,
  typing: (socket) => succeed(socket, 'join_consultation', CONSULTATION),
};

/** Ids of messages are new each time. */
const withoutMessageIds = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'messageId' ? 'an id' : inner)));

describe('the examples in docs/protocol.md', () => {
  it.each(Object.keys(CLIENT_EVENTS))('%s is answered as it says', async (event) => {
    const [payload = {}, answer, ...more] = examplesIn(`\`${event}\``);
    const { socket, complaints } = watch(await chat.connect());
    await BEFORE[event]?.(socket);
    const told = await ask(socket, event, { ...payload, ...(event === 'authenticate' ? freshToken() : {}) });
    await roundTrip(socket);

    expect(withoutMessageIds(told)).toEqual(withoutMessageIds(answer));
    expect(complaintsAboutAnswer(event, answer)).toEqual([]);
    expect(complaints).toEqual([]);
    expect(more).toEqual([]);
  });

  it('a message is refused as it says', async () => {
    const [payload, refusal, ...more] = examplesIn('Errors');
    expect(await ask(await chat.connect(), 'send_message', payload)).toEqual(refusal);
    expect(complaintsAboutAnswer('send_message', refusal)).toEqual([]);
    expect(more).toEqual([]);
  });

  it('a handshake with a token that proves nothing is refused as it says', async () => {
    const errors = codeSpans(section(protocol, 'Connecting'))
      .filter((span) => span.startsWith('{ "code"'))
      .map((span): unknown => JSON.parse(span));
    const refused: unknown = await chat
      .connect({ auth: { token: 'forged' } })
      .catch((error: unknown) => error);

    expect(refused).toMatchObject({ data: errors[0] });
    for (const error of errors) expect(complaintsAboutEvent('error', [error])).toEqual([]);
  });

  it('are all of them', () => {
    const sections = [...Object.keys(CLIENT_EVENTS).map((event) => `\`${event}\``), 'Errors'];
    const run = sections.flatMap(examplesIn).length;
    expect(run).toBe(2 * sections.length);
    expect([...protocol.matchAll(/```json/g)]).toHaveLength(run);
  });
});

/** The token of the example is made up. */
function freshToken(): { readonly token: string } {
  const hourFromNow = chat.time.clock.now() + 3_600_000;
  return { token: chat.authenticator.issue({ role: 'patient', id: 'patient-1' }, hourFromNow) };
}
