import { describe, expect, it } from 'vitest';
import type { ChatStorage } from '../../src/client/index.js';
import { createKeptForTab } from '../../src/element/kept.js';
import type { OutgoingMessage } from '../../src/room/timeline.js';

const REFUSED: OutgoingMessage = {
  clientMessageId: 'id-1',
  consultationId: 'consultation-123',
  sender: 'user',
  content: 'May I swim?',
  writtenAt: 5,
  progress: { state: 'failed', failure: { kind: 'outbox-full' } },
};

function storage(): ChatStorage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

describe('what a tab keeps', () => {
  it('is there after a reload, for this room only, and gone once it is empty', () => {
    const tab = storage();
    createKeptForTab(tab, 'one').keepDraft('half a sentence');
    createKeptForTab(tab, 'one').keepPlace({ seq: 12, offset: -7.6 });
    expect(createKeptForTab(tab, 'one').draft()).toBe('half a sentence');
    expect(createKeptForTab(tab, 'one').place()).toEqual({ seq: 12, offset: -8 });
    expect(createKeptForTab(tab, 'two').draft()).toBe('');
    expect(createKeptForTab(tab, 'two').place()).toBeNull();
    createKeptForTab(tab, 'one').keepDraft('');
    expect(tab.getItem('one:draft')).toBeNull();
    createKeptForTab(tab, 'one').keepPlace({ seq: 90, offset: null });
    expect(createKeptForTab(tab, 'one').place()).toEqual({ seq: 90, offset: null });
  });

  it('has what was refused until that is gone, and nothing that another version wrote', () => {
    const tab = storage();
    createKeptForTab(tab, 'one').keepFailures([REFUSED]);
    expect(createKeptForTab(tab, 'one').failures()).toEqual([REFUSED]);
    expect(createKeptForTab(tab, 'two').failures()).toEqual([]);
    createKeptForTab(tab, 'one').keepFailures([]);
    expect(tab.getItem('one:failures')).toBeNull();
    for (const written of ['{', 'null', '[null]', '[{"content":"x"}]']) {
      tab.setItem('one:failures', written);
      expect(createKeptForTab(tab, 'one').failures()).toEqual([]);
    }
  });

  it('has what was told of the consultation, and nothing that another version wrote', () => {
    const tab = storage();
    const ended = { note: { kind: 'ended' }, at: 1, afterSeq: 2 } as const;
    createKeptForTab(tab, 'one').keepNotes([ended]);
    expect(createKeptForTab(tab, 'one').notes()).toEqual([ended]);
    for (const written of ['[{}]', '[null]', '{}', 'x', '[{"note":"ended","at":1,"afterSeq":2}]']) {
      tab.setItem('one:notes', written);
      expect(createKeptForTab(tab, 'one').notes()).toEqual([]);
    }
  });

  it('has what was seen, or the last of it if it is too much, and nothing that another version wrote', () => {
    const tab = storage();
    const kept = createKeptForTab(tab, 'one');
    kept.keepSeen([[3, 5, '2026-01-01T00:00:00.000Z']]);
    expect(createKeptForTab(tab, 'one').seen()).toEqual([[3, 5, '2026-01-01T00:00:00.000Z']]);
    kept.keepSeen(Array.from({ length: 1_000 }, (_, index) => [2 * index, 2 * index, ''] as const));
    expect(kept.seen().length).toBe(200);
    expect(kept.seen().at(-1)).toEqual([1_998, 1_998, '']);
    for (const written of ['[[5,3,""]]', '[[0,1,""]]', '[[1,2]]', '[null]', '{}', '[["1","x",""]]']) {
      tab.setItem('one:seen', written);
      expect(kept.seen()).toEqual([]);
    }
    kept.keepSeen([]);
    expect(tab.getItem('one:seen')).toBeNull();
  });

  it('is nothing if the browser keeps nothing, or its storage is full', () => {
    const full = {
      ...storage(),
      setItem: () => {
        throw new Error('full');
      },
    };
    for (const tab of [null, full]) {
      const kept = createKeptForTab(tab, 'one');
      kept.keepDraft('x');
      kept.keepFailures([REFUSED]);
      expect(kept.draft()).toBe('');
      expect(kept.failures()).toEqual([]);
    }
  });
});
