import type { SendMessageAnswer } from '../../src/protocol/wire.js';
import { BUSY } from './clinic.js';
import type { SendOutcome } from './devices/device.js';
import { openRawConnection } from './devices/raw-connection.js';
import { sendOutcome } from './devices/raw-device.js';
import type { Stage } from './faults/stage.js';

/**
 * When all is quiet, one message in each busy conversation through that process alone: on the others, nothing but the news
 * of it can bring inboxes up to date, as nobody there does anything.
 */
export async function sayThrough(
  { fleet, recorder, tokenOf }: Stage,
  member: Stage['fleet']['members'][number],
): Promise<void> {
  const number = fleet.members.indexOf(member) + 1;
  await Promise.all(
    BUSY.map(async (consultationId) => {
      const url = `http://127.0.0.1:${member.server.port}`;
      const connection = openRawConnection(url, tokenOf(consultationId, 'user'), ['websocket']);
      const clientMessageId = `quiet-${number}-${consultationId}`;
      const message = { consultationId, sender: 'user', content: `${clientMessageId} is said` } as const;
      try {
        for (let outcome: SendOutcome | null = null; outcome?.type !== 'ok'; ) {
          await connection.connected();
          const invokedAt = recorder.now();
          const asked = connection.ask<SendMessageAnswer>('send_message', { ...message, clientMessageId });
          outcome = sendOutcome(await asked);
          const settledAt = recorder.now();
          recorder.send({
            device: clientMessageId,
            ...message,
            clientMessageId,
            invokedAt,
            settledAt,
            outcome,
          });
        }
      } finally {
        connection.close();
      }
    }),
  );
}
