import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { Server as NetServer } from 'node:net';
import { checkBasePath } from './adapters/http/handler/mount.js';
import type { ChatServer } from './adapters/socketio/chat-server.js';
import { refuseOtherSocketIo } from './adapters/socketio/other-socket-io.js';
import { type Chat, startChat } from './chat.js';
import { checkDrainSeconds } from './config/process.js';
import { refuseSharedPath } from './config/socket-path.js';
import { type ChatOptions, type Config, readChatConfig } from './config.js';
import { type ChatHttpHandler, type ChatHttpHandlerOptions, createChatHttpHandler } from './handler.js';
import type { ChatCalls } from './protocol/calls.js';

export type { HostAuthenticate, HostIdentity } from './adapters/host/host-authenticator.js';
export { ChatError } from './adapters/http/calls/chat-error.js';
export type { Credentials } from './application/ports/identity.js';
export { ConfigError } from './config/config-error.js';
export type * from './protocol/calls.js';
export type * from './protocol/wire.js';
export type { ChatHttpHandler, ChatHttpHandlerOptions, ChatServer, Config };

/** What a host application may set; what it leaves out comes from the environment, as with `npm start`. */
export type ChatSocketOptions = ChatOptions;

/** The only state of a module: the host application's handle on its chat. */
let running: Promise<Chat> | undefined;
let serving: Chat | undefined;
/** Where Socket.IO answers, and where handlers lie that were told so: neither may lie where the other does. */
let socketPath: string | undefined;
const basePaths = new Set<string>();

/**
 * Attaches the consultation chat to an HTTP server that exists already (Express, Fastify, plain Node), listening or
 * not, and resolves with the Socket.IO server once it serves. Without a database URL it runs a PostgreSQL of its own in
 * `dataDir`, with demo data. Who somebody is, `authenticate` says, or a token that is checked with `jwtSecret` or
 * `jwksUrl`; with none of them it is a demo, for connections of this machine only.
 *
 * @throws {ConfigError} for a wrong value, or a path that is a handler's; {TypeError} for what is no server, such as an Express app; an error when a
 *   chat runs already, another Socket.IO answers at its path, or its database cannot be opened.
 */
export async function initChatSocket(
  server: HttpServer | HttpsServer,
  options: ChatSocketOptions = {},
): Promise<ChatServer> {
  if (running !== undefined) throw new Error('initChatSocket was called already; call closeChatSocket first');
  // An Express app takes listeners too and would never call them.
  if (!(server instanceof NetServer)) {
    throw new TypeError('initChatSocket needs an HTTP server, for instance createServer(app)');
  }
  const config = readChatConfig(options, process.env);
  for (const basePath of basePaths) refuseSharedPath(config.socketPath, basePath);
  socketPath = config.socketPath;
  // Before a database is opened, and again when the chat is attached.
  running = refuseOtherSocketIo(server, config.socketPath).then(() => startChat(config));
  try {
    const chat = await running;
    await attachOrStop(chat, server);
    serving = chat;
    return chat.io;
  } catch (error) {
    running = undefined;
    socketPath = undefined;
    throw error;
  }
}

/** @throws what keeps the chat from being attached; it is ended then. */
async function attachOrStop(chat: Chat, server: HttpServer | HttpsServer): Promise<void> {
  try {
    await chat.attach(server);
  } catch (error) {
    await chat.stop().catch((failure: unknown) => chat.logger.error('server.stop_failed', failure));
    throw error;
  }
}

/** @throws before `initChatSocket` has resolved, and after `closeChatSocket`. */
function theChat(): Chat {
  if (serving === undefined) throw new Error('the chat is not running: await initChatSocket(server) first');
  return serving;
}

/** The Socket.IO server. @throws before `initChatSocket` has resolved. */
export function getIO(): ChatServer {
  return theChat().io;
}

/**
 * Everything that the HTTP API can do, as calls in this process: `await getChat().consultations.create({ … })`. They act
 * as the administrator `host`, or as whom `{ as: { role, id } }` names. A refusal is a `ChatError` with the `code` that
 * the HTTP API answers with.
 *
 * @throws before `initChatSocket` has resolved, and after `closeChatSocket`.
 */
export function getChat(): ChatCalls {
  return theChat().calls;
}

/**
 * The HTTP API with its documentation, health, metrics and pages as one handler, for the chat that runs when a request
 * comes: `app.use('/chat', chatHttpHandler())` with Express or Connect, `app.all('/chat/*', chatHttpHandler())` with
 * Fastify, `createServer(chatHttpHandler({ basePath: '/chat' }))` on plain Node. What it does not know goes to `next`, or is
 * answered with 404 where there is none. While no chat runs, it answers with 503.
 *
 * @throws {TypeError} for a base path that is none; {ConfigError} for one where Socket.IO answers.
 */
export function chatHttpHandler(options: ChatHttpHandlerOptions = {}): ChatHttpHandler {
  const handler = createChatHttpHandler(options, () => serving);
  const basePath = checkBasePath(options.basePath ?? '');
  if (socketPath !== undefined) refuseSharedPath(socketPath, basePath);
  if (basePath !== '') basePaths.add(basePath);
  return handler;
}

/** Stops `doctor_ready` and `doctor_away`; resolves when an announcement that is under way has finished. Everything else goes on. */
export async function stopDoctorAvailabilityNotification(): Promise<void> {
  await serving?.stopAnnouncing();
}

/**
 * Sends the clients away before `closeChatSocket`, evenly over so many seconds, so that they do not arrive at other processes
 * in one instant; whoever is still here is served. `/readyz` says no from now on, and handshakes are refused. Resolves when
 * nobody is here any more, when the time is over, or with a call of `closeChatSocket`. Without a chat it does nothing.
 *
 * @param seconds a whole number from 0 to 600.
 * @throws {ConfigError} for another number.
 */
export async function drainChatSocket(seconds: number): Promise<void> {
  await serving?.drain(checkDrainSeconds(seconds));
}

/**
 * Ends the chat: jobs, connections, database. The HTTP server stays the host application's. One that still starts is
 * ended as soon as it has; one that does not run is fine. Afterwards `initChatSocket` may be called again.
 */
export async function closeChatSocket(): Promise<void> {
  const closing = running;
  const chat = await closing?.catch(() => undefined);
  serving = undefined;
  try {
    await chat?.stop();
  } finally {
    // Somebody else may have closed it too, and begun another one since.
    if (running === closing) {
      running = undefined;
      socketPath = undefined;
    }
  }
}
