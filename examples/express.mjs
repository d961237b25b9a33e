// Express, with a page for the browser: node examples/express.mjs
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { chatHttpHandler, closeChatSocket, getChat, initChatSocket } from 'consultation-chat';
import express from 'express';
import { authenticate, signIn } from './sessions.mjs';

const inProject = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const app = express();
app.post('/sessions/:id', (request, response) => {
  const token = signIn(request.params.id);
  if (token === undefined) response.sendStatus(404);
  else response.json({ token });
});
app.post('/consultations', async (_request, response) => {
  const people = { patientId: 'patient-1', doctorId: 'doctor-1' };
  response.status(201).json(await getChat().consultations.create({ ...people, durationMinutes: 30 }));
});
// The HTTP API, its documentation at /chat/docs, health and metrics.
app.use('/chat', chatHttpHandler());
// Modules for the page's import map; with a bundler you need neither.
app.use('/modules/dist', express.static(inProject('dist')));
app.use('/modules/socket.io-client', express.static(inProject('node_modules/socket.io-client/dist')));
// A page with the element: http://127.0.0.1:3000/element/, and with ?person=doctor-1 for the doctor.
app.use('/element', express.static(inProject('examples/element')));
app.use(express.static(inProject('examples/page')));

const server = createServer(app);
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
