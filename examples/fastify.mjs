// Fastify: node examples/fastify.mjs
import { chatHttpHandler, closeChatSocket, getChat, initChatSocket } from 'consultation-chat';
import fastify from 'fastify';
import { authenticate, signIn } from './sessions.mjs';

const app = fastify();
app.post('/sessions/:id', async (request, reply) => {
  const token = signIn(request.params.id);
  return token === undefined ? reply.code(404).send() : { token };
});
app.post('/consultations', async (_request, reply) => {
  const people = { patientId: 'patient-1', doctorId: 'doctor-1' };
  reply.code(201);
  return getChat().consultations.create({ ...people, durationMinutes: 30 });
});
// The HTTP API, its documentation at /chat/docs, health and metrics.
app.all('/chat/*', chatHttpHandler());

// Before the chat starts, so that it is also ended while it still does.
process.once('SIGINT', stop);
process.once('SIGTERM', stop);

await initChatSocket(app.server, { authenticate });
console.log(await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' }));

async function stop() {
  await closeChatSocket();
  await app.close();
}
