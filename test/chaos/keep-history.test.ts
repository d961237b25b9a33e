import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createRecorder, type FinalLog, type SeenMessage } from './history.js';
import { keepHistory } from './keep-history.js';

const MESSAGE: SeenMessage = {
  consultationId: 'busy-1',
  seq: 1,
  messageId: 'message-1',
  sender: 'user',
  content: 'line\nbreak',
  sentAt: '2026-01-01T00:00:00.000Z',
  clientMessageId: null,
};

test('every list is a file with a line for each item, and every message is written once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'chat-history-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const recorder = createRecorder();
  const common = { device: 'one', at: 2.5, message: recorder.intern(MESSAGE) };
  recorder.delivery({ ...common, connection: 1, via: 'live' });
  recorder.applied(common);
  const other = { ...MESSAGE, content: 'another' };
  const readSeq = new Map([['busy-1', { user: 1, doctor: 0 }]]);
  const rest = { events: [MESSAGE], readEvents: [], readSeq, inboxes: [] };
  const log: FinalLog = { ...rest, rows: [common.message], served: [[common.message], [other]] };
  await keepHistory(directory, recorder.history(), log);

  const files: Record<string, readonly unknown[]> = {};
  for (const name of await readdir(directory)) {
    const lines = (await readFile(join(directory, name), 'utf8')).split('\n').slice(0, -1);
    files[name] = lines.map((line) => JSON.parse(line));
  }
  expect(files).toMatchObject({
    'deliveries.jsonl': [{ device: 'one', connection: 1, at: 2.5, via: 'live', message: 0 }],
    'applied.jsonl': [{ device: 'one', at: 2.5, message: 0 }],
    'rows.jsonl': [0],
    'events.jsonl': [0],
    'served-1.jsonl': [0],
    'served-2.jsonl': [1],
    'messages.jsonl': [MESSAGE, other],
    'readSeq.jsonl': [['busy-1', { user: 1, doctor: 0 }]],
    'sends.jsonl': [],
  });
});
