import { io } from 'socket.io-client';
import { NEIGHBOURS } from '../clinic.js';

const MESSAGES = 200;
/** Code points: the most that a message may have, and each of them four bytes. */
const LONGEST = 4_000;

/** Fills the neighbour's conversation with the largest page that there is: 3 MB. @throws when a message is refused. */
export async function fillLargeConversation(serverUrl: string, token: string): Promise<void> {
  const socket = io(serverUrl, { auth: { token }, forceNew: true, transports: ['websocket'] });
  try {
    for (let count = 0; count < MESSAGES; count += 1) {
      const message = { consultationId: NEIGHBOURS, sender: 'user', content: '🩺'.repeat(LONGEST) };
      const answer = await socket.emitWithAck('send_message', message);
      if (!answer.ok) throw new Error(`the neighbour's message was refused: ${answer.error.code}`);
    }
  } finally {
    socket.disconnect();
  }
}
