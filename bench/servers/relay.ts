import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdapter } from '@socket.io/redis-adapter';
import { createClient } from 'redis';
import { Server } from 'socket.io';

/**
 * The baseline: Socket.IO and nothing else. Everybody who asks is let in, and every message goes to its room, without
 * checks and without a database. A client that asks for messages gets as many from memory as the product would send,
 * so that the same number of bytes goes out. With `REDIS_URL`, several processes are one relay, by Socket.IO's Redis
 * adapter.
 */

interface Said {
  readonly consultationId: string;
}

interface Joining extends Said {
  readonly after?: number;
}

const PAGE = Array.from({ length: 200 }, (_, index) => ({
  messageId: '019ac1f0-0000-7000-8000-000000000000',
  consultationId: 'bench-0001',
  sender: 'user',
  content: 'Since yesterday evening the pain is a little better, but I could not sleep before three.',
  sentAt: '2026-01-07T15:00:00.000Z',
  user: { id: 'patient-bench-0001', name: 'Mx patient-bench-0001' },
  doctor: { id: 'doctor-bench-0001', name: 'Dr doctor-bench-0001' },
  seq: index + 1,
  clientMessageId: '000000000000',
}));

const http = createServer();
const io = new Server(http, { serveClient: false });
const redisUrl = process.env['REDIS_URL'];
if (redisUrl !== undefined) {
  // The adapter waits for no answer and handles no failure, so a time limit of the client would end the process under
  // load.
  const publisher = createClient({ url: redisUrl, commandOptions: { timeout: 0 } });
  const subscriber = publisher.duplicate();
  for (const client of [publisher, subscriber]) {
    client.on('error', (error) => process.stderr.write(`relay: ${String(error)}\n`));
  }
  await Promise.all([publisher.connect(), subscriber.connect()]);
  io.adapter(createAdapter(publisher, subscriber));
}
io.on('connection', (socket) => {
  socket.on('join_consultation', ({ consultationId, after }: Joining, done: (answer: object) => void) => {
    void socket.join(`consultation:${consultationId}`);
    done({ ok: true, messages: after === undefined ? [] : PAGE });
  });
  socket.on('send_message', (said: Said, done?: (answer: object) => void) => {
    io.to(`consultation:${said.consultationId}`).emit('new_message', said);
    done?.({ ok: true });
  });
});
http.listen(0, '127.0.0.1', () => {
  const { port } = http.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ event: 'server.listening', url: `http://127.0.0.1:${port}` })}\n`);
});
process.on('SIGTERM', () => process.exit());
