import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAX_PAGE_BYTES } from '../../src/application/ports/message-history.js';
import {
  ended,
  fresh,
  HARD_TEXTS,
  message,
  NOON,
  type OpenStorage,
  openFresh,
  registerPeople,
  request,
  type Storage,
} from './storage.js';

/** What `src/application/ports/message-history.ts` says, for every adapter of it. */
export function describeMessageHistoryContract(name: string, open: OpenStorage): void {
  describe(`${name}: message history`, () => {
    let storage: Storage;
    beforeAll(async () => {
      storage = await open();
      await registerPeople(storage.eventStore);
    });
    afterAll(() => storage.close());

    async function withMessages(count: number, content?: string): Promise<string> {
      const id = await openFresh(storage.eventStore);
      const more = content === undefined ? {} : { content };
      const messages = Array.from({ length: count }, (_, index) => message(id, index + 1, more));
      await Promise.all(
        messages.map((event, index) =>
          storage.eventStore.append(request(`consultation:${id}`, index + 1, [event])),
        ),
      );
      return id;
    }

    async function seqsAfter(id: string, after: number, limit: number): Promise<number[]> {
      return (await storage.history.after(id, after, limit)).map(({ seq }) => seq);
    }

    test('tells a message as it was stored', async () => {
      const id = await openFresh(storage.eventStore);
      const messageId = fresh('message');
      await storage.eventStore.append(
        request(
          `consultation:${id}`,
          1,
          [
            message(id, 1, { messageId, content: 'hello', clientMessageId: 'client-1' }),
            {
              type: 'MessageSent',
              data: {
                consultationId: id,
                messageId: `${messageId}-2`,
                seq: 2,
                sender: 'doctor',
                content: 'hi',
                clientMessageId: null,
              },
            },
          ],
          { occurredAt: NOON + 123 },
        ),
      );
      const common = { consultationId: id, sentAt: NOON + 123 };
      expect(await storage.history.after(id, 0, 10)).toEqual([
        { ...common, messageId, seq: 1, sender: 'user', content: 'hello', clientMessageId: 'client-1' },
        {
          ...common,
          messageId: `${messageId}-2`,
          seq: 2,
          sender: 'doctor',
          content: 'hi',
          clientMessageId: null,
        },
      ]);
    });

    test('tells the messages after a seq, oldest first and up to the limit', async () => {
      const id = await withMessages(12);
      expect(await seqsAfter(id, 0, 5)).toEqual([1, 2, 3, 4, 5]);
      expect(await seqsAfter(id, 5, 5)).toEqual([6, 7, 8, 9, 10]);
      expect(await seqsAfter(id, 10, 5)).toEqual([11, 12]);
      expect(await seqsAfter(id, 11, 1)).toEqual([12]);
      expect(await seqsAfter(id, 12, 5)).toEqual([]);
      expect(await seqsAfter(id, 1_000_000, 5)).toEqual([]);
    });

    test('tells the messages nearest before a seq, oldest first and up to the limit', async () => {
      const id = await withMessages(12);
      const seqsBefore = async (before: number | null, limit: number) =>
        (await storage.history.before(id, before, limit)).map(({ seq }) => seq);
      expect(await seqsBefore(null, 5)).toEqual([8, 9, 10, 11, 12]);
      expect(await seqsBefore(8, 5)).toEqual([3, 4, 5, 6, 7]);
      expect(await seqsBefore(3, 5)).toEqual([1, 2]);
      expect(await seqsBefore(1, 5)).toEqual([]);
      expect(await seqsBefore(1_000_000, 2)).toEqual([11, 12]);
      expect(await storage.history.before('nowhere', null, 5)).toEqual([]);
    });

    describe('a page of long messages', () => {
      const long = '🎉'.repeat(4_000);
      const bytes = 16_000;
      /** The message that fills the page is its last one. */
      const ofAPage = Math.ceil(MAX_PAGE_BYTES / bytes);

      test('ends where it is full, in both directions, and the next one goes on from there', async () => {
        const id = await withMessages(40, long);
        const first = await seqsAfter(id, 0, 200);
        expect(first).toEqual(Array.from({ length: ofAPage }, (_, index) => index + 1));
        expect((await seqsAfter(id, ofAPage, 200))[0]).toBe(ofAPage + 1);
        expect(await seqsAfter(id, 38, 200)).toEqual([39, 40]);
        const last = (await storage.history.before(id, null, 200)).map(({ seq }) => seq);
        expect(last).toEqual(Array.from({ length: ofAPage }, (_, index) => 40 - ofAPage + 1 + index));
        expect((await storage.history.before(id, 3, 200)).map(({ seq }) => seq)).toEqual([1, 2]);
        expect(await seqsAfter(id, 0, 3)).toEqual([1, 2, 3]);
      });

      test('has at least one message, however long that is', async () => {
        const id = await withMessages(2, 'x'.repeat(MAX_PAGE_BYTES + 1));
        expect(await seqsAfter(id, 0, 200)).toEqual([1]);
        expect((await storage.history.before(id, null, 200)).map(({ seq }) => seq)).toEqual([2]);
      });

      test('is given to everybody who asks at the same time, and so are short ones in between', async () => {
        const [longId, shortId] = [await withMessages(20, long), await withMessages(3)];
        const ids = Array.from({ length: 30 }, (_, index) => (index % 10 === 5 ? shortId : longId));
        const pages = await Promise.all(
          ids.map(
            async (id) =>
              [id, await seqsAfter(id, 0, 200), await storage.history.before(id, null, 200)] as const,
          ),
        );
        for (const [id, after, before] of pages) {
          expect([after.length, before.length]).toEqual(id === shortId ? [3, 3] : [ofAPage, ofAPage]);
        }
      });
    });

    test('tells only messages, whatever else happened', async () => {
      const id = await withMessages(1);
      await storage.eventStore.append(request(`consultation:${id}`, 2, [message(id, 2), ended(id)]));
      expect(await seqsAfter(id, 0, 10)).toEqual([1, 2]);
    });

    test('keeps consultations apart', async () => {
      const one = await withMessages(2);
      const two = await withMessages(3);
      expect(await seqsAfter(one, 0, 10)).toEqual([1, 2]);
      expect(await seqsAfter(two, 0, 10)).toEqual([1, 2, 3]);
    });

    test.each(['nowhere', '__proto__', 'constructor'])('is empty for %s', async (id) => {
      expect(await storage.history.after(id, 0, 10)).toEqual([]);
    });

    test.each(Object.entries(HARD_TEXTS))('keeps content byte for byte: %s', async (_case, content) => {
      const id = await openFresh(storage.eventStore);
      await storage.eventStore.append(request(`consultation:${id}`, 1, [message(id, 1, { content })]));
      const [stored] = await storage.history.after(id, 0, 10);
      expect(Buffer.from(stored?.content ?? '')).toEqual(Buffer.from(content));
    });
  });
}
