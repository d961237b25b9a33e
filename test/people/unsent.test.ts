import { describe, expect, it } from 'vitest';
import type { ChatStorage } from '../../src/client/index.js';
import { createOutboxStorage } from '../../src/client/outbox-storage.js';
import { createKeptForTab, keyOfRoom } from '../../src/element/kept.js';
import { unsentAmong } from '../../src/people/unsent.js';

const server = 'https://chat.test:8443';
const room = keyOfRoom({ server, consultation: 'c:1', as: 'patient' });
const written = { clientMessageId: 'm', content: 'Hello', writtenAt: 1, order: 1 };
const progress = { state: 'failed', failure: { code: 'doctor.unavailable' } } as const;

/** Everything that a tab keeps after `keep`. */
function keptAfter(keep: (storage: ChatStorage) => void): readonly (readonly [string, string])[] {
  const tab = new Map<string, string>();
  keep({
    getItem: (key) => tab.get(key) ?? null,
    setItem: (key, value) => void tab.set(key, value),
    removeItem: (key) => void tab.delete(key),
  });
  return [...tab];
}

describe('what was written and not sent', () => {
  it.each<readonly [string, 'isLeft' | 'isUnconfirmed', (storage: ChatStorage) => void]>([
    ['a draft', 'isLeft', (storage) => createKeptForTab(storage, room).keepDraft('Half')],
    [
      'a refused message',
      'isLeft',
      (storage) => createKeptForTab(storage, room).keepFailures([{ ...written, progress } as never]),
    ],
    [
      'a message that waits, or is on its way',
      'isUnconfirmed',
      (storage) =>
        createOutboxStorage(storage, `consultation-chat:${server}:c:1:user`, () => 0.5).save(
          written as never,
        ),
    ],
  ])('is %s: %s', (_name, which, keep) => {
    const nothing = { isLeft: false, isUnconfirmed: false };
    expect(unsentAmong(keptAfter(keep))).toEqual({ ...nothing, [which]: true });
  });

  it('is not a blank draft, a place or a token', () => {
    const kept = keptAfter((storage) => {
      const ofRoom = createKeptForTab(storage, room);
      ofRoom.keepDraft(' \n');
      ofRoom.keepPlace({ seq: 3, offset: 0 });
      storage.setItem('consultation-chat:token', 'a.b.c');
      storage.setItem('consultation-chat:leftovers', 'c:1');
    });
    expect(unsentAmong(kept)).toEqual({ isLeft: false, isUnconfirmed: false });
  });
});
