import { expect, test } from 'vitest';
import { countCrossings } from './crossings.js';
import { createRecorder, type SeenMessage } from './history.js';

const PROCESSES: Readonly<Record<string, number>> = { sender: 1, neighbour: 1, other: 2, another: 3 };

function open() {
  const crossings = countCrossings(createRecorder(), (device) => PROCESSES[device] ?? null);
  const { recorder } = crossings;
  const sent = {
    consultationId: 'c-1',
    sender: 'user',
    clientMessageId: 'one',
    content: 'hello',
  } as const;
  const told = { messageId: 'm-1', seq: 1, sentAt: '2026-01-01T00:00:00.000Z' };
  const message: SeenMessage = { ...sent, ...told };
  return {
    crossings,
    answered: (duplicate: boolean) => {
      const outcome = { type: 'ok', ...told, duplicate } as const;
      recorder.send({ ...sent, device: 'sender', invokedAt: 1, settledAt: 2, outcome });
    },
    deliver: (device: string, via: 'live' | 'page' = 'live') =>
      recorder.delivery({ device, connection: 1, at: 2, via, message }),
  };
}

test('counts what others tell live, before and after the answer', () => {
  const { crossings, answered, deliver } = open();
  deliver('other');
  deliver('neighbour');
  expect(crossings.count).toBe(0);
  answered(false);
  expect(crossings.count).toBe(1);
  deliver('another');
  expect(crossings.count).toBe(2);
  expect(crossings.recorder.history().deliveries).toHaveLength(3);
});

test('does not count pages, those of whom nothing is known, and answers to repeats', () => {
  const { crossings, answered, deliver } = open();
  answered(false);
  deliver('other', 'page');
  deliver('nobody');
  expect(crossings.count).toBe(0);
  const again = open();
  again.deliver('other');
  again.answered(true);
  expect(again.crossings.count).toBe(0);
});
