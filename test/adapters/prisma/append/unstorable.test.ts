import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { DomainEvent } from '../../../../src/application/ports/event-store.js';
import { fresh, message, opened, openFresh, registerPeople, request } from '../../../contracts/storage.js';
import { openPrismaStorage, type PrismaStorage, queryRows } from '../prisma-storage.js';

const PATIENCE_MS = 40_000;
vi.setConfig({ testTimeout: 90_000 });

/** Refuses some contents for what they are, each in another way that PostgreSQL has. */
async function openStrict(): Promise<PrismaStorage> {
  const storage = await openPrismaStorage();
  onTestFinished(() => storage.close());
  // On a busy machine the first statements of a new database may take too long.
  await vi.waitFor(() => registerPeople(storage.eventStore), PATIENCE_MS);
  await vi.waitFor(() => openFresh(storage.eventStore), PATIENCE_MS);
  await queryRows(
    storage.databaseUrl,
    `CREATE FUNCTION refuse_content() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       IF NEW.content LIKE 'fail %' THEN RAISE SQLSTATE USING ERRCODE = substr(NEW.content, 6, 5); END IF;
       RETURN NEW;
     END $$`.replace('RAISE SQLSTATE USING', `RAISE EXCEPTION 'refused' USING`),
  );
  await queryRows(
    storage.databaseUrl,
    'CREATE TRIGGER strict BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION refuse_content()',
  );
  return storage;
}

/** Untranslatable and invalid characters, a text too long, a check, a row too large. */
const FOR_GOOD = ['22P05', '22021', '22001', '23514', '54000'];
/** A disk that is full, an administrator's shutdown, a deadlock: the same may pass later. */
const FOR_NOW = ['53100', '57P01', '40P01'];

describe('what PostgreSQL refuses', () => {
  test.each(FOR_GOOD)('for its content (%s) is refused for good, and nobody else suffers', async (code) => {
    const { eventStore } = await openStrict();
    const ids = [await openFresh(eventStore), await openFresh(eventStore), await openFresh(eventStore)];
    const answers = await Promise.all(
      ids.map((id, index) =>
        eventStore.append(
          request(`consultation:${id}`, 1, [
            message(id, 1, { content: index === 1 ? `fail ${code}` : 'fine' }),
          ]),
        ),
      ),
    );
    expect(answers.map(({ outcome }) => outcome)).toEqual(['appended', 'unstorable', 'appended']);
  });

  test.each(FOR_NOW)('for the moment (%s) is no answer', async (code) => {
    const { eventStore } = await openStrict();
    const id = await openFresh(eventStore);
    const append = request(`consultation:${id}`, 1, [message(id, 1, { content: `fail ${code}` })]);
    await expect(eventStore.append(append)).rejects.toThrow();
  });

  test('of a chain is one request: those before it are stored, those behind it decide anew', async () => {
    const { eventStore } = await openStrict();
    const id = await openFresh(eventStore);
    const contents = ['one', 'two', 'fail 22P05', 'four'];
    const answers = await Promise.all(
      contents.map((content, index) =>
        eventStore.append(
          request(`consultation:${id}`, index + 1, [message(id, index + 1, { content })], {
            decisionChain: contents,
          }),
        ),
      ),
    );
    expect(answers.map(({ outcome }) => outcome)).toEqual(['appended', 'appended', 'unstorable', 'conflict']);
    expect(await eventStore.readStream(`consultation:${id}`, 0, 10)).toHaveLength(3);
  });

  test('with an event that is projected by itself, too', async () => {
    const { eventStore } = await openStrict();
    const id = fresh('consultation');
    const events = [opened(id), message(id, 1, { content: 'fail 22021' })] as const;
    const answer = await eventStore.append(request<DomainEvent>(`consultation:${id}`, 0, events));
    expect(answer).toEqual({ outcome: 'unstorable' });
    expect(await eventStore.readStream(`consultation:${id}`, 0, 10)).toEqual([]);
  });
});
