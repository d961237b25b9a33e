import { describe, expect, test } from 'vitest';
import { createRecordingBroadcaster } from '../../../src/adapters/memory/recording-broadcaster.js';
import { createSequentialIds } from '../../../src/adapters/memory/sequential-ids.js';
import type { Notification } from '../../../src/application/ports/notification.js';
import { describeBroadcasterContract, type Heard } from '../../contracts/broadcaster.js';

describeBroadcasterContract('recording', async () => {
  const broadcaster = createRecordingBroadcaster();
  const ids = createSequentialIds('connection');
  return {
    broadcaster,
    connect: async () => {
      const connectionId = ids.next();
      broadcaster.connect(connectionId);
      return {
        connectionId,
        heard: async () => broadcaster.inbox(connectionId).map(heard),
        disconnect: async () => broadcaster.disconnect(connectionId),
      };
    },
    close: async () => {},
  };
});

function heard(notification: Notification): Heard {
  switch (notification.type) {
    case 'new_message': {
      const { consultationId, seq } = notification.message;
      return { type: notification.type, consultationId, seq };
    }
    case 'refused':
      return { type: notification.type, consultationId: '', seq: null };
    case 'consultation_updated':
      return {
        type: notification.type,
        consultationId: notification.consultation.consultationId,
        seq: null,
      };
    case 'inbox_updated':
      return { type: notification.type, consultationId: notification.item.consultationId, seq: null };
    default:
      return { type: notification.type, consultationId: notification.consultationId, seq: null };
  }
}

describe('recording broadcaster', () => {
  test('take empties an inbox, and an inbox outlives its connection', () => {
    const broadcaster = createRecordingBroadcaster();
    const notice = { type: 'doctor_ready', consultationId: 'c-1', doctorId: 'doctor-1' } as const;
    expect(broadcaster.inbox('one')).toEqual([]);
    expect(broadcaster.take('one')).toEqual([]);
    broadcaster.connect('one');
    broadcaster.admit('one', 'c-1');
    expect(broadcaster.admitted('c-1')).toEqual(['one']);
    broadcaster.publish('c-1', notice);
    broadcaster.disconnect('one');
    expect(broadcaster.admitted('c-1')).toEqual([]);
    expect(broadcaster.take('one')).toEqual([notice]);
    expect(broadcaster.inbox('one')).toEqual([]);
  });
});
