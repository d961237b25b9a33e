import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DueConsultation } from '../../src/application/ports/consultation-queries.js';
import type { ConsultationEvent } from '../../src/domain/consultation/events.js';
import {
  ended,
  extended,
  NOON,
  type OpenStorage,
  openFresh,
  registerPeople,
  request,
  type Storage,
} from './storage.js';

/** What `src/application/ports/consultation-queries.ts` says, for every adapter of it. */
export function describeConsultationQueriesContract(name: string, open: OpenStorage): void {
  describe(`${name}: consultation queries`, () => {
    let storage: Storage;
    // Each test has a storage of its own, because what is due is found among all consultations.
    beforeEach(async () => {
      storage = await open();
      await registerPeople(storage.eventStore);
    });
    afterEach(() => storage.close());

    const due = async (limit = 10, now = NOON) =>
      (await storage.queries.dueForExpiry(now, limit, null)).map(({ consultationId }) => consultationId);
    const happens = (id: string, version: number, event: ConsultationEvent) =>
      storage.eventStore.append(request(`consultation:${id}`, version, [event]));

    test('nothing is due in an empty storage', async () => {
      expect(await due()).toEqual([]);
    });

    test('a consultation is due from the very millisecond at which it expires', async () => {
      const before = await openFresh(storage.eventStore, NOON - 1);
      const at = await openFresh(storage.eventStore, NOON);
      const after = await openFresh(storage.eventStore, NOON + 1);
      expect(await due()).toEqual([before, at]);
      expect(await due(10, NOON + 1)).toEqual([before, at, after]);
    });

    test('those due for longest come first, and no more than the limit', async () => {
      const byAge = new Map<number, string>();
      for (const minutes of [3, 1, 5, 2, 4]) {
        byAge.set(minutes, await openFresh(storage.eventStore, NOON - minutes * 60_000));
      }
      const expected = [5, 4, 3, 2, 1].map((minutes) => byAge.get(minutes));
      expect(await due()).toEqual(expected);
      expect(await due(2)).toEqual(expected.slice(0, 2));
    });

    test('page by page everything comes once, even if all expire at the same moment and change in between', async () => {
      const all = new Set<string>();
      for (let count = 0; count < 7; count += 1) all.add(await openFresh(storage.eventStore, NOON - 1));
      const later = await openFresh(storage.eventStore, NOON);
      const seen: string[] = [];
      let after: DueConsultation | null = null;
      for (;;) {
        const page: readonly DueConsultation[] = await storage.queries.dueForExpiry(NOON, 3, after);
        const last = page.at(-1);
        if (last === undefined) break;
        seen.push(...page.map(({ consultationId }) => consultationId));
        after = last;
        // A page begins after the last consultation of the one before, whatever has become of that.
        await happens(last.consultationId, 1, ended(last.consultationId));
      }
      expect(seen.slice(0, -1).sort()).toEqual([...all].sort());
      expect(seen.at(-1)).toBe(later);
    });

    test('a consultation that has ended or expired is not due, until it is reopened and runs out again', async () => {
      const over = await openFresh(storage.eventStore, NOON - 3);
      const expired = await openFresh(storage.eventStore, NOON - 2);
      const left = await openFresh(storage.eventStore, NOON - 1);
      await happens(over, 1, ended(over));
      await happens(expired, 1, { type: 'ConsultationExpired', data: { consultationId: expired } });
      expect(await due()).toEqual([left]);
      const data = { consultationId: expired, expiresAt: NOON + 5 };
      await happens(expired, 2, { type: 'ConsultationReopened', data });
      expect(await due()).toEqual([left]);
      expect(await due(10, NOON + 5)).toEqual([left, expired]);
    });

    test('a consultation that was extended is due at its new end', async () => {
      const id = await openFresh(storage.eventStore, NOON - 1);
      await happens(id, 1, extended(id, NOON + 1));
      expect(await due()).toEqual([]);
      expect(await due(10, NOON + 1)).toEqual([id]);
    });

    test('a consultation may have expired before 1970', async () => {
      const id = await openFresh(storage.eventStore, -1);
      expect(await due(10, -2)).toEqual([]);
      expect(await due(10, -1)).toEqual([id]);
    });
  });
}
