// Node's own HTTP server: node examples/node.mjs
import { createServer } from 'node:http';
import { chatHttpHandler, closeChatSocket, getChat, initChatSocket } from 'consultation-chat';
import { authenticate, signIn } from './sessions.mjs';

const SESSIONS = '/sessions/';

// The HTTP API, its documentation at /chat/docs, health and metrics; everything else is the host's.
const chat = chatHttpHandler({ basePath: '/chat' });
const server = createServer((request, response) => chat(request, response, () => host(request, response)));

async function host({ method, url }, response) {
  let [status, content] = [404, {}];
  if (method === 'POST' && url === '/consultations') {
    const people = { patientId: 'patient-1', doctorId: 'doctor-1' };
    [status, content] = [201, await getChat().consultations.create({ ...people, durationMinutes: 30 })];
  } else if (method === 'POST' && url.startsWith(SESSIONS)) {
    const token = signIn(url.slice(SESSIONS.length));
    if (token !== undefined) [status, content] = [200, { token }];
  }
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(content));
}

// Before the chat starts, so that it is also ended while it still does.
process.once('SIGINT', stop);
process.once('SIGTERM', stop);

await initChatSocket(server, { authenticate });
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});

async function stop() {
  await closeChatSocket();
  server.close();
  server.closeIdleConnections();
}
