// Node's own HTTP server: node examples/node.mjs
import { createServer } from 'node:http';
import { closeChatSocket, initChatSocket } from 'consultation-chat';
import { authenticate, signIn } from './sessions.mjs';

const SESSIONS = '/sessions/';

const server = createServer((request, response) => {
  const { method, url } = request;
  const token =
    method === 'POST' && url.startsWith(SESSIONS) ? signIn(url.slice(SESSIONS.length)) : undefined;
  response.writeHead(token === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ token }));
});

await initChatSocket(server, { authenticate });
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});

process.once('SIGINT', stop);
process.once('SIGTERM', stop);

async function stop() {
  await closeChatSocket();
  server.close();
  server.closeIdleConnections();
}
