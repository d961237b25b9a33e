import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMemoryStorage } from '../../src/client/index.js';
import { createOutboxStorage } from '../../src/client/outbox-storage.js';
import { createKeptForTab, keyOfRoom } from '../../src/element/kept.js';
import { hasUnsent } from '../../src/people/unsent.js';

const server = 'https://chat.test:8443';
const room = keyOfRoom({ server, consultation: 'c:1', as: 'patient' });
const written = { clientMessageId: 'm', content: 'Hello', writtenAt: 1, order: 1 };
const progress = { state: 'failed', failure: { code: 'doctor.unavailable' } } as const;

type Storage = ReturnType<typeof createMemoryStorage>;

/** A tab that keeps what `keep` puts there, and tells its keys as browsers do. */
function tabWith(keep: (storage: Storage) => void): void {
  const tab: Record<string, string> = {};
  const memory = createMemoryStorage();
  keep({
    ...memory,
    getItem: (key) => tab[key] ?? null,
    setItem: (key, value) => {
      tab[key] = value;
    },
  });
  vi.stubGlobal('sessionStorage', tab);
}

afterEach(() => vi.unstubAllGlobals());

describe('what was written and not sent', () => {
  it.each<readonly [string, (storage: Storage) => void]>([
    ['a draft', (storage) => createKeptForTab(storage, room).keepDraft('Half')],
    [
      'a refused message',
      (storage) => createKeptForTab(storage, room).keepFailures([{ ...written, progress } as never]),
    ],
    [
      'a message that waits',
      (storage) =>
        createOutboxStorage(storage, `consultation-chat:${server}:c:1:user`, () => 0.5).save(
          written as never,
        ),
    ],
  ])('is %s', (_name, keep) => {
    tabWith(keep);
    expect(hasUnsent()).toBe(true);
  });

  it('is not a blank draft, a place or a token', () => {
    tabWith((storage) => {
      const kept = createKeptForTab(storage, room);
      kept.keepDraft(' \n');
      kept.keepPlace({ seq: 3, offset: 0 });
      storage.setItem('consultation-chat:token', 'a.b.c');
      storage.setItem('consultation-chat:leftovers', 'c:1');
    });
    expect(hasUnsent()).toBe(false);
  });

  it('is nothing where the browser keeps nothing', () => {
    vi.stubGlobal('sessionStorage', undefined);
    expect(hasUnsent()).toBe(false);
  });
});
