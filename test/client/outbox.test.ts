import { describe, expect, it } from 'vitest';
import { ChatError } from '../../src/client/chat-error.js';
import { MAX_OUTBOX_MESSAGES } from '../../src/client/limits.js';
import { createOutbox, type Outbox, type OutgoingMessage } from '../../src/client/outbox.js';
import {
  type ChatStorage,
  createMemoryStorage,
  createOutboxStorage,
} from '../../src/client/outbox-storage.js';

const sent = { messageId: 'message-1', seq: 1, sentAt: '2026-03-02T10:00:00.000Z' };

function open(storage: ChatStorage = createMemoryStorage(), now = () => 1_000, random = () => 0) {
  const changes: OutgoingMessage[] = [];
  const notKept: string[] = [];
  const outbox = createOutbox({
    storage: createOutboxStorage(storage, 'outbox', random),
    now,
    changed: (message) => void changes.push(message),
    notKept: (clientMessageId) => void notKept.push(clientMessageId),
  });
  return { outbox, changes, notKept };
}

const ids = (outbox: Outbox): string[] => outbox.messages().map(({ clientMessageId }) => clientMessageId);

describe('the outbox', () => {
  it('resolves with what the server answered, and lets the message go', async () => {
    const { outbox, changes } = open();
    const promise = outbox.add('a', 'hello');
    outbox.sending('a');
    outbox.stored('a', { ...sent, duplicate: true } as typeof sent);
    await expect(promise).resolves.toEqual(sent);
    expect(outbox.messages()).toEqual([]);
    expect(changes.map(({ progress }) => progress.state)).toEqual(['waiting', 'sending', 'stored']);
  });

  it('rejects with the refusal, and says which message it is about', async () => {
    const { outbox, changes } = open();
    const promise = outbox.add('a', 'hello');
    outbox.refused('a', new ChatError('consultation.inactive', 'Over.', { clientMessageId: 'a' }));
    await expect(promise).rejects.toMatchObject({ code: 'consultation.inactive', clientMessageId: 'a' });
    expect(changes.at(-1)).toMatchObject({ content: 'hello', progress: { state: 'refused' } });
  });

  it('is full at its limit, and says so without touching what it holds', async () => {
    const { outbox } = open();
    for (let index = 0; index < MAX_OUTBOX_MESSAGES; index += 1) void outbox.add(`id-${index}`, 'text');
    await expect(outbox.add('more', 'text')).rejects.toMatchObject({ code: 'client.outbox_full' });
    expect(outbox.messages()).toHaveLength(MAX_OUTBOX_MESSAGES);
    outbox.stored('id-0', sent);
    void outbox.add('more', 'text');
    expect(outbox.messages()).toHaveLength(MAX_OUTBOX_MESSAGES);
  });

  it('takes the same message under the same id once, and another one not at all', async () => {
    const { outbox } = open();
    const first = outbox.add('a', 'hello');
    expect(outbox.add('a', 'hello')).toBe(first);
    await expect(outbox.add('a', 'bye')).rejects.toMatchObject({ code: 'message.id_conflict' });
    expect(ids(outbox)).toEqual(['a']);
  });

  it('finds what waits after a reload, in the order of writing, wherever chance put it', () => {
    const storage = createMemoryStorage();
    let place = 0.9;
    const before = open(
      storage,
      () => 1_000,
      () => {
        place -= 0.1;
        return place;
      },
    );
    for (const id of ['a', 'b', 'c', 'd']) void before.outbox.add(id, `text ${id}`);
    before.outbox.stored('b', sent);
    const { outbox } = open(storage, () => 500);
    expect(ids(outbox)).toEqual(['a', 'c', 'd']);
    void outbox.add('e', 'the clock went back');
    expect(ids(open(storage).outbox)).toEqual(['a', 'c', 'd', 'e']);
  });

  it('rejects what was promised on closing, and keeps its copies', async () => {
    const storage = createMemoryStorage();
    const { outbox } = open(storage);
    const promise = outbox.add('a', 'hello');
    outbox.close();
    await expect(promise).rejects.toMatchObject({ code: 'client.closed' });
    expect(ids(open(storage).outbox)).toEqual(['a']);
  });

  it('drops what another tab has settled, and sends its own all the same', async () => {
    const storage = createMemoryStorage();
    const first = open(storage);
    void first.outbox.add('a', 'one');
    void first.outbox.add('b', 'two');
    const second = open(storage);
    second.outbox.stored('a', sent);
    const third = open(storage);
    first.outbox.stored('b', sent);
    expect(third.outbox.nextWaiting()).toBeUndefined();
    expect(third.changes).toMatchObject([{ clientMessageId: 'b', progress: { state: 'elsewhere' } }]);
    expect(first.outbox.nextWaiting()?.clientMessageId).toBe('a');
  });

  it('holds nothing of one tab in the place of another’s', () => {
    const storage = createMemoryStorage();
    const [first, second] = [open(storage), open(storage)];
    void first.outbox.add('a', 'one');
    void second.outbox.add('b', 'two');
    void first.outbox.add('c', 'three');
    first.outbox.stored('a', sent);
    expect(ids(open(storage).outbox).sort()).toEqual(['b', 'c']);
  });

  it('goes on in memory when the storage is full or forbidden', () => {
    const broken = (): never => {
      throw new Error('QuotaExceededError');
    };
    const full = open({ ...createMemoryStorage(), setItem: broken });
    void full.outbox.add('a', 'hello');
    expect(full.notKept).toEqual(['a']);
    expect(full.outbox.nextWaiting()?.clientMessageId).toBe('a');
    full.outbox.stored('a', sent);
    const forbidden = open({ getItem: broken, setItem: broken, removeItem: broken });
    void forbidden.outbox.add('b', 'hello');
    expect(forbidden.outbox.nextWaiting()?.clientMessageId).toBe('b');
    forbidden.outbox.stored('b', sent);
    expect(forbidden.outbox.messages()).toEqual([]);
  });

  it('sends what it found although the storage fails afterwards', () => {
    const storage = createMemoryStorage();
    void open(storage).outbox.add('a', 'hello');
    let isBroken = false;
    const { outbox } = open({
      ...storage,
      getItem: (key) => {
        if (isBroken) throw new Error('gone');
        return storage.getItem(key);
      },
    });
    isBroken = true;
    expect(outbox.nextWaiting()?.clientMessageId).toBe('a');
  });

  it('leaves alone what it did not write', () => {
    const storage = createMemoryStorage();
    const foreign = ['', '{', 'null', '[]', '{"clientMessageId":1}', '{"clientMessageId":"x","content":"y"}'];
    foreign.forEach((text, slot) => {
      storage.setItem(`outbox:${slot}`, text);
    });
    const { outbox } = open(storage);
    expect(outbox.messages()).toEqual([]);
    void outbox.add('a', 'hello');
    expect(ids(open(storage).outbox)).toEqual(['a']);
    expect(foreign.map((_, slot) => storage.getItem(`outbox:${slot}`))).toEqual(foreign);
  });
});
