import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSystemEnvironment } from '../../src/client/environment.js';
import { createChatConnection } from '../../src/page/chat-connection.js';
import type { ChatConnection, ChatConnectionListener } from '../../src/page/connection-port.js';
import type { WireError } from '../../src/protocol/wire.js';
import type { Failure } from '../../src/room/failure.js';
import { createTimeline, type OutgoingMessage } from '../../src/room/timeline.js';
import { openScriptedChatServer, type ScriptedChatServer } from '../support/scripted-chat-server.js';

/** Waits for the event, however busy the machine is. */
const until = (assertion: () => void): Promise<void> =>
  vi.waitFor(assertion, { timeout: 15_000, interval: 10 });

/** What a page would know after everything that it was told. */
function openPage(answerTimeoutMs = 10_000) {
  const timeline = createTimeline();
  const seen = {
    phases: [] as string[],
    signedOut: [] as string[],
    caughtUp: 0,
    entryDelayed: 0,
    startedOver: 0,
    presence: [] as string[],
    problems: [] as Failure[],
    outgoing: new Map<string, OutgoingMessage['progress']['state']>(),
    events: [] as string[],
    typing: [] as number[],
    read: [] as unknown[],
  };
  const listener: ChatConnectionListener = {
    phaseChanged: (phase) => void seen.phases.push(phase),
    unreachable: () => undefined,
    signedOut: ({ code }) => void seen.signedOut.push(code),
    joined: () => undefined,
    caughtUp: () => {
      seen.caughtUp += 1;
    },
    outgoingGone: () => undefined,
    doctorChanged: () => undefined,
    typing: (typists) => void seen.typing.push(typists.length),
    read: (readSeq) => void seen.read.push(readSeq),
    entryDelayed: () => {
      seen.entryDelayed += 1;
    },
    startedOver: () => {
      seen.startedOver += 1;
      timeline.clear();
    },
    joinFailed: (failure) => void seen.problems.push(failure),
    left: () => undefined,
    messages: (messages) => void timeline.addMessages(messages),
    outgoingChanged: (outgoing) => {
      seen.outgoing.set(outgoing.clientMessageId, outgoing.progress.state);
      timeline.setOutgoing(outgoing);
    },
    presence: (_present, change) => {
      if (change !== null) seen.presence.push(`${change.sender} ${change.what}`);
    },
    consultationUpdated: () => undefined,
    refused: () => undefined,
    traffic: ({ direction, event }) => void seen.events.push(`${direction} ${event}`),
  };
  let ids = 0;
  const newId = (): string => {
    ids += 1;
    return `id-${ids}`;
  };
  const environment = { ...createSystemEnvironment(), newId };
  const options = { environment, answerTimeoutMs };
  const connection = createChatConnection({
    listener,
    now: () => Date.now(),
    problem: (error) => {
      throw error;
    },
    options,
  });
  const texts = (): string[] =>
    timeline.entries(() => '').flatMap((entry) => ('content' in entry ? [entry.content] : []));
  return { connection, seen, texts };
}

describe('the page’s connection', () => {
  let server: ScriptedChatServer;
  const opened: ChatConnection[] = [];

  beforeEach(async () => {
    server = await openScriptedChatServer();
  });

  afterEach(async () => {
    for (const connection of opened.splice(0)) connection.disconnect();
    await server.close();
  });

  async function enter(sender: 'user' | 'doctor' = 'user', answerTimeoutMs?: number) {
    const page = openPage(answerTimeoutMs);
    opened.push(page.connection);
    page.connection.connect(server.url, '');
    page.connection.join({ consultationId: 'consultation-123', sender });
    await until(() => expect(page.seen.caughtUp).toBe(1));
    return page;
  }

  it('shows what was said before, page by page', async () => {
    for (let index = 1; index <= 450; index += 1) server.store('doctor', `text ${index}`);
    const page = await enter();
    expect(page.texts()).toHaveLength(450);
    expect(page.seen.events.filter((event) => event === 'out get_messages')).toHaveLength(3);
  });

  it('fetches only the newest of a very long consultation', async () => {
    for (let index = 1; index <= 1_500; index += 1) server.store('doctor', `text ${index}`);
    const page = await enter();
    expect(page.texts()[0]).toBe('text 501');
    expect(page.texts()).toHaveLength(1_000);
  });

  it('sends, and shows its own message once', async () => {
    const page = await enter();
    page.connection.send('hello');
    await until(() => expect(page.seen.outgoing.get('id-1')).toBeDefined());
    await until(() => expect(server.messages).toHaveLength(1));
    await until(() => expect(page.seen.events).toContain('in send_message (ack)'));
    expect(page.texts()).toEqual(['hello']);
  });

  it('keeps a refused message and sends it again under its id', async () => {
    const page = await enter();
    server.refuseSends({ code: 'doctor.unavailable', message: 'Closed.', nextOpeningAt: null });
    page.connection.send('hello');
    await until(() => expect(page.seen.outgoing.get('id-1')).toBe('failed'));
    expect(page.texts()).toEqual(['hello']);
    server.refuseSends(undefined);
    page.connection.retry('id-1');
    await until(() => expect(server.messages).toHaveLength(1));
    expect(server.sends.map(({ clientMessageId }) => clientMessageId)).toEqual(['id-1', 'id-1']);
  });

  it('does not send as the other party what the one could not send', async () => {
    const page = await enter();
    server.refuseSends({ code: 'doctor.unavailable', message: 'Closed.', nextOpeningAt: null });
    page.connection.send('from the patient');
    await until(() => expect(page.seen.outgoing.get('id-1')).toBe('failed'));
    server.refuseSends(undefined);

    page.connection.join({ consultationId: 'consultation-123', sender: 'doctor' });
    await until(() => expect(page.seen.caughtUp).toBe(2));
    page.connection.retry('id-1');
    page.connection.send('from the doctor');
    await until(() => expect(server.messages.map(({ content }) => content)).toContain('from the doctor'));
    expect(server.messages).toMatchObject([{ sender: 'doctor', content: 'from the doctor' }]);

    page.connection.join({ consultationId: 'consultation-123', sender: 'user' });
    await until(() => expect(page.seen.caughtUp).toBe(3));
    page.connection.retry('id-1');
    await until(() => expect(server.messages).toHaveLength(2));
    expect(server.messages[1]).toMatchObject({ sender: 'user', content: 'from the patient' });
  });

  it('comes back after a loss, fills the gap and sends what waited', async () => {
    const page = await enter();
    server.store('doctor', 'one');
    await until(() => expect(page.texts()).toEqual(['one']));
    server.dropConnections();
    await until(() => expect(page.seen.phases.at(-1)).toBe('reconnecting'));
    server.store('doctor', 'two', { unheard: true });
    page.connection.send('three');
    expect(page.seen.outgoing.get('id-1')).toBe('waiting');
    await until(() => expect(page.seen.caughtUp).toBe(2));
    await until(() => expect(server.messages).toHaveLength(3));
    expect(server.joins.at(-1)?.after).toBe(1);
    expect(page.texts()).toEqual(['one', 'two', 'three']);
  });

  it('waits outside while the server is not ready, and goes back in by itself', async () => {
    const page = await enter();
    server.refuseJoins({ code: 'server.error', message: 'Not now.' });
    server.refuseSends({ code: 'server.error', message: 'Not now.' });
    server.dropConnections();
    await until(() => expect(page.seen.entryDelayed).toBeGreaterThan(1));
    page.connection.send('patience');
    await until(() => expect(server.sends.length).toBeGreaterThan(1));
    expect(['waiting', 'sending']).toContain(page.seen.outgoing.get('id-1'));
    server.refuseSends(undefined);
    server.refuseJoins(undefined);
    await until(() => expect(server.messages).toHaveLength(1));
    expect(page.seen.problems).toEqual([]);
  });

  it('does not go back in where it is no longer welcome, and gives the text back', async () => {
    const page = await enter();
    server.refuseJoins({ code: 'consultation.not_found', message: 'No.' });
    server.refuseSends({ code: 'consultation.not_found', message: 'No.' });
    server.dropConnections();
    await until(() => expect(page.seen.phases.at(-1)).toBe('reconnecting'));
    page.connection.send('too late');
    await until(() => expect(page.seen.problems).toHaveLength(1));
    await until(() => expect(page.seen.outgoing.get('id-1')).toBe('failed'));
  });

  it('asks for a message that it missed while connected', async () => {
    const page = await enter();
    server.store('doctor', 'one', { unheard: true });
    server.store('doctor', 'two');
    await until(() => expect(page.texts()).toEqual(['one', 'two']));
  });

  it('sends again by itself what was not answered, and does not double it', async () => {
    const page = await enter('user', 300);
    server.loseAnswers(true);
    page.connection.send('hello');
    await until(() => expect(server.messages).toHaveLength(1));
    server.loseAnswers(false);
    await until(() => expect(page.seen.outgoing.get('id-1')).toBe('stored'));
    expect(server.messages).toHaveLength(1);
    expect(page.texts()).toEqual(['hello']);
  });

  it('tells the other side that somebody writes, and what was read', async () => {
    const patient = await enter('user');
    const doctor = await enter('doctor');
    patient.connection.typing(true);
    await until(() => expect(doctor.seen.typing).toEqual([1]));
    patient.connection.send('hello');
    await until(() => expect(doctor.seen.typing).toEqual([1, 0]));
    await until(() => expect(doctor.texts()).toEqual(['hello']));
    doctor.connection.markRead();
    await until(() => expect(server.marks).toMatchObject([{ seq: 1, sender: 'doctor' }]));
    server.tellRead('doctor', 1);
    await until(() => expect(patient.seen.read).toEqual([{ user: 0, doctor: 1 }]));
  });

  it('reports a refused join and does not keep trying', async () => {
    server.refuseJoins({ code: 'consultation.not_found', message: 'No.' });
    const page = openPage();
    opened.push(page.connection);
    page.connection.connect(server.url, '');
    page.connection.join({ consultationId: 'consultation-123', sender: 'user' });
    await until(() => expect(page.seen.problems).toHaveLength(1));
    expect(page.seen.problems[0]).toMatchObject({
      kind: 'refused',
      error: { code: 'consultation.not_found' },
    });
  });

  it('starts over when the server’s history has', async () => {
    server.store('doctor', 'one');
    server.store('doctor', 'two');
    const page = await enter();
    expect(page.texts()).toEqual(['one', 'two']);
    server.forgetEverything();
    server.store('doctor', 'new one', { unheard: true });
    server.dropConnections();
    await until(() => expect(page.seen.caughtUp).toBe(2));
    expect(page.seen.startedOver).toBe(1);
    expect(page.texts()).toEqual(['new one']);
  });

  it('shows nothing twice after leaving and joining again', async () => {
    server.store('doctor', 'one');
    const page = await enter();
    const other = await enter('doctor');
    page.connection.leave();
    await until(() => expect(other.seen.presence).toContain('user left'));
    page.connection.join({ consultationId: 'consultation-123', sender: 'user' });
    await until(() => expect(page.seen.caughtUp).toBe(2));
    expect(page.texts()).toEqual(['one']);
    expect(server.joins.at(-1)?.after).toBe(1);
    page.connection.leave();
    page.connection.join({ consultationId: 'consultation-123', sender: 'doctor' });
    await until(() => expect(page.seen.caughtUp).toBe(3));
    expect(page.texts()).toEqual(['one']);
  });

  it('says that it is signed out, keeps what is written, and goes on with another token', async () => {
    const expired: WireError = { code: 'auth.expired', message: 'No.' };
    const page = await enter();
    server.refuseTokens((token) => (token === 'fresh' ? undefined : expired));
    server.endConnections(expired);
    await until(() => expect(page.seen.signedOut).toEqual(['auth.expired']));
    expect(page.seen.phases.at(-1)).toBe('signed-out');
    page.connection.send('in the meantime');
    expect(page.seen.outgoing.get('id-1')).toBe('waiting');
    page.connection.connect(server.url, 'stale');
    await until(() => expect(page.seen.signedOut).toHaveLength(2));
    page.connection.connect(server.url, 'fresh');
    await until(() => expect(page.texts()).toEqual(['in the meantime']));
    expect(JSON.stringify(page.seen)).not.toMatch(/stale|fresh/u);
  });
});
