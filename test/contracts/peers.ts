import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { partsOf } from '../../src/application/peers/roster.js';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import type { News, PeerMessage, Peers, PresentPerson } from '../../src/application/ports/peers.js';

const PATIENCE = { timeout: 30_000, interval: 20 };

/** One process, and what it has heard since it joined. */
export interface PeerUnderTest {
  readonly peers: Peers;
  readonly heard: readonly PeerMessage[];
  interruptions(): number;
}

/** Processes of one chat, and what a test can do to the engine that carries their news. */
export interface PeersUnderTest {
  join(): Promise<PeerUnderTest>;
  /** A process of another chat, on the same engine. */
  joinElsewhere(): Promise<PeerUnderTest>;
  /** Cuts the link of every process once; null if there are no links. */
  readonly cut: (() => Promise<void>) | null;
  /** Ends the engine for good; null if there is none. */
  readonly end: (() => Promise<void>) | null;
  close(): Promise<void>;
}

/** A process with a listener that notes what it hears. */
export function listenWith(peers: Peers): PeerUnderTest {
  const heard: PeerMessage[] = [];
  let interruptions = 0;
  peers.listen({
    // Its own messages may come back, but only `alive` is of use.
    heard: (message) => {
      if (message.from !== peers.processId || message.news.type === 'alive') heard.push(message);
    },
    interrupted: () => {
      interruptions += 1;
    },
  });
  return { peers, heard, interruptions: () => interruptions };
}

const PERSON: PresentPerson = { consultationId: 'consultation-1', userId: 'patient-1', sender: 'user' };

function sent(seq: number, content: string): RecordedEvent {
  return {
    streamId: 'consultation:consultation-1',
    version: seq + 1,
    event: {
      type: 'MessageSent',
      data: {
        consultationId: 'consultation-1',
        messageId: `message-${seq}`,
        seq,
        sender: 'user',
        content,
        clientMessageId: null,
      },
    },
    actor: { kind: 'patient', id: 'patient-1' },
    occurredAt: 1_764_300_000_000 + seq,
  };
}

const NEWS: readonly News[] = [
  { type: 'hello' },
  { type: 'alive', knows: ['one', 'two'] },
  { type: 'stored', events: [sent(1, 'שלום 👩🏽‍⚕️'), sent(2, 'two\nlines')] },
  { type: 'moved', streams: [{ streamId: 'doctor:doctor-1', version: 3 }] },
  { type: 'arrived', person: PERSON },
  { type: 'typing', person: PERSON, isTyping: true },
  { type: 'left', person: { ...PERSON, sender: null } },
  { type: 'roster', part: 1, parts: 1, people: [PERSON] },
  { type: 'goodbye' },
];

/** What `src/application/ports/peers.ts` says, for every adapter of it. */
export function describePeersContract(name: string, open: () => Promise<PeersUnderTest>): void {
  describe(`${name}: peers`, () => {
    let subject: PeersUnderTest;
    let numbers: Map<Peers, number>;
    beforeEach(async () => {
      subject = await open();
      numbers = new Map();
    });
    afterEach(() => subject.close());

    /** Sends as the link does: each message has the next number. */
    function send({ peers }: PeerUnderTest, news: News): PeerMessage {
      const number = (numbers.get(peers) ?? 0) + 1;
      numbers.set(peers, number);
      const message = { from: peers.processId, number, news };
      peers.send(message);
      return message;
    }

    async function expectHeard({ heard }: PeerUnderTest, messages: readonly PeerMessage[]): Promise<void> {
      await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(messages.length), PATIENCE);
      expect(heard).toEqual(messages);
    }

    test('each process has an id of its own', async () => {
      const joined = [await subject.join(), await subject.join(), await subject.join()];
      const names = joined.map(({ peers }) => peers.processId);
      expect(new Set(names).size).toBe(3);
      for (const processId of names) expect(processId).toMatch(/^[\w-]{1,64}$/);
      for (const { peers } of joined) expect(peers.mayHaveStored()).toBe(true);
    });

    test('what is sent arrives at all other processes, complete and in order', async () => {
      const [a, b, c] = [await subject.join(), await subject.join(), await subject.join()];
      const messages = NEWS.map((news) => send(a, news));
      await expectHeard(b, messages);
      await expectHeard(c, messages);
    });

    test('a process hears its own `alive`', async () => {
      const [a, b] = [await subject.join(), await subject.join()];
      const messages = NEWS.map((news) => send(a, news));
      await expectHeard(b, messages);
      await expectHeard(
        a,
        messages.filter(({ news }) => news.type === 'alive'),
      );
    });

    test('what two processes send at once, turn by turn, arrives in order from each of them', async () => {
      const [a, b, c] = [await subject.join(), await subject.join(), await subject.join()];
      const ofA: PeerMessage[] = [];
      const ofB: PeerMessage[] = [];
      for (let turn = 0; turn < 30; turn += 1) {
        ofA.push(send(a, { type: 'arrived', person: { ...PERSON, userId: `patient-${turn}` } }));
        ofB.push(send(b, { type: 'left', person: { ...PERSON, userId: `patient-${turn}` } }));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await vi.waitFor(() => expect(c.heard).toHaveLength(60), PATIENCE);
      expect(c.heard.filter(({ from }) => from === a.peers.processId)).toEqual(ofA);
      expect(c.heard.filter(({ from }) => from === b.peers.processId)).toEqual(ofB);
    });

    test('a part of a roster arrives complete, however long the ids are', async () => {
      const [a, b] = [await subject.join(), await subject.join()];
      const people = Array.from({ length: 200 }, (_, index) => ({
        consultationId: `${index}-${'קטע👩🏽'.repeat(6)}`,
        userId: `${index}-${'u'.repeat(100)}`,
        sender: 'doctor' as const,
      }));
      const messages = [
        send(a, { type: 'roster', part: 1, parts: 2, people }),
        send(a, { type: 'roster', part: 2, parts: 2, people: people.slice(1) }),
        send(a, { type: 'goodbye' }),
      ];
      await expectHeard(b, messages);
    });

    test('the roster of a full process arrives complete', async () => {
      const [a, b] = [await subject.join(), await subject.join()];
      const people = Array.from({ length: 20_000 }, (_, index) => ({
        consultationId: `${index}`.padStart(36, 'c'),
        userId: `${index}`.padStart(36, 'u'),
        sender: 'user' as const,
      }));
      const messages = [...partsOf(people).map((part) => send(a, part)), send(a, { type: 'goodbye' })];
      await expectHeard(b, messages);
    });

    test('if events are too large to be sent, the version of their stream is told', async () => {
      const [a, b] = [await subject.join(), await subject.join()];
      const events = Array.from({ length: 40 }, (_, index) => sent(index + 1, 'ä'.repeat(4_000)));
      const { number } = send(a, { type: 'stored', events });
      const last = send(a, { type: 'goodbye' });
      await vi.waitFor(() => expect(b.heard).toHaveLength(2), PATIENCE);
      expect(b.heard[0]).toMatchObject({ from: a.peers.processId, number });
      const { news } = b.heard[0] as PeerMessage;
      if (news.type === 'stored') expect(news.events).toEqual(events);
      else
        expect(news).toEqual({
          type: 'moved',
          streams: [{ streamId: 'consultation:consultation-1', version: 41 }],
        });
      expect(b.heard[1]).toEqual(last);
    });

    test('processes of another chat hear nothing', async () => {
      const [a, b] = [await subject.join(), await subject.join()];
      const [c, d] = [await subject.joinElsewhere(), await subject.joinElsewhere()];
      const here = send(a, { type: 'hello' });
      const elsewhere = send(c, { type: 'hello' });
      await expectHeard(b, [here]);
      await expectHeard(d, [elsewhere]);
      expect(a.heard).toEqual([]);
      expect(c.heard).toEqual([]);
    });

    test('a process that expects listeners, and then none any more, is answered', async () => {
      const { peers } = await subject.join();
      await peers.expectListeners(true);
      await peers.expectListeners(false);
      await peers.expectListeners(true);
    });

    test('what cannot be sent any more is dropped, and what arrives is in order', async () => {
      const [a, b] = [await subject.join(), await subject.join()];
      const people = Array.from({ length: 200 }, (_, index) => ({
        ...PERSON,
        userId: `${index}-${'u'.repeat(100)}`,
      }));
      for (let part = 1; part <= 500; part += 1) send(a, { type: 'roster', part, parts: 500, people });
      await vi.waitFor(() => expect(b.heard.length).toBeGreaterThan(0), PATIENCE);
      // Once that is sent, the next message arrives again.
      await vi.waitFor(() => {
        send(a, { type: 'hello' });
        expect(b.heard.at(-1)?.news.type).toBe('hello');
      }, PATIENCE);
      const heard = b.heard.map(({ number }) => number ?? 0);
      expect(heard).toEqual(heard.toSorted((one, other) => one - other));
      expect(new Set(heard).size).toBe(heard.length);
    });

    test('a link that is cut again and again is opened later each time, but is opened', async (context) => {
      const { cut, end } = subject;
      if (cut === null || end === null) return context.skip('no engine cuts links');
      const { interruptions } = await subject.join();
      let lostAt = 0;
      for (let times = 1; times <= 4; times += 1) {
        lostAt = performance.now();
        await cut();
        await vi.waitFor(() => expect(interruptions()).toBe(times), PATIENCE);
      }
      // Half of the longest pause by then, the least that chance leaves of it.
      expect(performance.now() - lostAt).toBeGreaterThanOrEqual(750);
    });

    test('a link that was cut comes back, tells its listener, and carries what is sent from then on', async (context) => {
      if (subject.cut === null) return context.skip('nothing can be cut');
      const [a, b] = [await subject.join(), await subject.join()];
      await subject.cut();
      const interruptions = () => Math.min(a.interruptions(), b.interruptions());
      await vi.waitFor(() => expect(interruptions()).toBeGreaterThanOrEqual(1), PATIENCE);
      // On a busy machine the link may be lost once more. Then, what is sent until it is back is lost, too.
      const sent: PeerMessage[] = [];
      await vi.waitFor(() => {
        sent.push(send(a, { type: 'hello' }));
        expect(b.heard).not.toEqual([]);
      }, PATIENCE);
      expect(sent).toEqual(expect.arrayContaining([...b.heard]));
    });

    test('nothing fails when the engine is gone', async (context) => {
      if (subject.end === null) return context.skip('nothing can end');
      const [a, b] = [await subject.join(), await subject.join()];
      await subject.end();
      for (const news of NEWS) send(a, news);
      await new Promise((resolve) => setImmediate(resolve));
      for (const news of NEWS) send(a, news);
      await a.peers.expectListeners(true);
      expect(b.heard).toEqual([]);
    });
  });
}
