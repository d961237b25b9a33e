import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

    async function withMessages(count: number): Promise<string> {
      const id = await openFresh(storage.eventStore);
      const messages = Array.from({ length: count }, (_, index) => message(id, index + 1));
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

    test('tells those after a seq, oldest first, at most the limit', async () => {
      const id = await withMessages(12);
      expect(await seqsAfter(id, 0, 5)).toEqual([1, 2, 3, 4, 5]);
      expect(await seqsAfter(id, 5, 5)).toEqual([6, 7, 8, 9, 10]);
      expect(await seqsAfter(id, 10, 5)).toEqual([11, 12]);
      expect(await seqsAfter(id, 11, 1)).toEqual([12]);
      expect(await seqsAfter(id, 12, 5)).toEqual([]);
      expect(await seqsAfter(id, 1_000_000, 5)).toEqual([]);
    });

    test('tells those before a seq, oldest first, the nearest to it at most the limit', async () => {
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
