import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createSocketIoServer } from '../../../src/adapters/socketio/chat-server.js';
import { attachToHttpServer } from '../../../src/adapters/socketio/http-attachment.js';
import { apiHarness } from './api-harness.js';

const harness = apiHarness();
const SHORT = { headersMs: 100, requestMs: 200, checkMs: 20 };

/** What comes until the server hangs up. */
async function answerTo(url: string, ...chunks: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  let received = '';
  socket.on('data', (data) => {
    received += data;
  });
  const closed = once(socket, 'close');
  for (const chunk of chunks) socket.write(chunk);
  await closed;
  return received;
}

test.each([
  ['a connection that sends nothing', []],
  ['headers that never end', ['GET /healthz HTTP/1.1\r\nHost: localhost\r\n', 'X-Slow: ']],
  [
    'a body that never ends',
    [
      'POST /api/v1/patients HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n',
      '{',
    ],
  ],
])('%s is cut', async (_what, chunks) => {
  const { url } = await harness.open({ isOpen: true, server: () => ({ sendingLimits: SHORT }) });
  const answer = await answerTo(url, ...chunks);
  if (chunks.length > 0) expect(answer).toMatch(/^HTTP\/1\.1 408 .*"request\.timeout"/s);
});

test('a packet of long polling that never ends is cut, and its connection with it', async () => {
  const { app, url } = await harness.open({ server: () => ({ sendingLimits: SHORT }) });
  const io = createSocketIoServer({ corsOrigin: [] });
  attachToHttpServer(io, app.server);
  const opened = await fetch(`${url}/socket.io/?EIO=4&transport=polling`);
  const { sid } = JSON.parse((await opened.text()).slice(1));
  expect(io.engine.clientsCount).toBe(1);
  await answerTo(
    url,
    `POST /socket.io/?EIO=4&transport=polling&sid=${sid} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n`,
    '40',
  );
  await expect.poll(() => io.engine.clientsCount).toBe(0);
  await io.close();
});
