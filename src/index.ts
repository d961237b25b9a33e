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

/** The options of a host application. Those that are left out come from the environment, as with `npm start`. */
export type ChatSocketOptions = ChatOptions;

/** The running chat. This is the only module with state: a host application reaches its chat by it. */
let running: Promise<Chat> | undefined;
let serving: Chat | undefined;
/** The path of Socket.IO, and the base paths of handlers. Neither may contain the other. */
let socketPath: string | undefined;
const basePaths = new Set<string>();

/**
 * Attaches the consultation chat to an existing HTTP server (Express, Fastify, plain Node), listening or not, and
 * resolves with the Socket.IO server once it serves. Without a database URL it runs a PostgreSQL of its own in
 * `dataDir`, with demo data. Callers are identified by `authenticate`, or by tokens that are checked with `jwtSecret`
 * or `jwksUrl`. With none of these it is a demo, for connections from this machine only.
 *
 * @throws {ConfigError} for a wrong value, or a path that is a handler's.
 * @throws {TypeError} for anything but a server, such as an Express app.
 * @throws {Error} when a chat is running already, another Socket.IO answers at its path, or its database cannot be
 *   opened.
 */
export async function initChatSocket(
  server: HttpServer | HttpsServer,
  options: ChatSocketOptions = {},
): Promise<ChatServer> {
  if (running !== undefined) throw new Error('initChatSocket was called already; call closeChatSocket first');
  // An Express app takes listeners, too, and would never call them.
  if (!(server instanceof NetServer)) {
    throw new TypeError('initChatSocket needs an HTTP server, for instance createServer(app)');
  }
  const config = readChatConfig(options, process.env);
  for (const basePath of basePaths) refuseSharedPath(config.socketPath, basePath);
  socketPath = config.socketPath;
  // This is checked before a database is opened, and again when the chat is attached.
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

/** @throws the reason why the chat cannot be attached. The chat is stopped then. */
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

/**
 * The Socket.IO server.
 *
 * @throws before `initChatSocket` has resolved.
 */
export function getIO(): ChatServer {
  return theChat().io;
}

/**
 * All operations of the HTTP API as calls in this process: `await getChat().consultations.create({ … })`. They act as
 * the administrator `host`, or as the caller of `{ as: { role, id } }`. A refusal is a thrown `ChatError` with the
 * `code` of the HTTP API.
 *
 * @throws before `initChatSocket` has resolved, and after `closeChatSocket`.
 */
export function getChat(): ChatCalls {
  return theChat().calls;
}

/**
 * The HTTP API with its documentation, health, metrics and pages as one handler, for the chat that is running when a
 * request comes: `app.use('/chat', chatHttpHandler())` with Express or Connect, `app.all('/chat/*',
 * chatHttpHandler())` with Fastify, `createServer(chatHttpHandler({ basePath: '/chat' }))` on plain Node. Unknown
 * addresses go to `next`, or are answered with 404 if there is none. While no chat is running, it answers with 503.
 *
 * @throws {TypeError} for a base path that is none.
 * @throws {ConfigError} for a base path that is Socket.IO's.
 */
export function chatHttpHandler(options: ChatHttpHandlerOptions = {}): ChatHttpHandler {
  const handler = createChatHttpHandler(options, () => serving);
  const basePath = checkBasePath(options.basePath ?? '');
  if (socketPath !== undefined) refuseSharedPath(socketPath, basePath);
  if (basePath !== '') basePaths.add(basePath);
  return handler;
}

/**
 * Stops `doctor_ready` and `doctor_away`. Resolves when an announcement under way has finished. Everything else goes
 * on.
 */
export async function stopDoctorAvailabilityNotification(): Promise<void> {
  await serving?.stopAnnouncing();
}

/**
 * Sends the clients away before `closeChatSocket`, evenly over so many seconds, so that they do not all arrive at
 * other processes at once. Clients that are still connected are served. From now on `/readyz` says no, and handshakes
 * are refused. Resolves when nobody is connected any more, when the time is over, or when `closeChatSocket` is
 * called. Does nothing without a chat.
 *
 * @param seconds a whole number from 0 to 600.
 * @throws {ConfigError} for another number.
 */
export async function drainChatSocket(seconds: number): Promise<void> {
  await serving?.drain(checkDrainSeconds(seconds));
}

/**
 * Ends the chat: jobs, connections, database. The host application's HTTP server stays open. A chat that is still
 * starting is ended as soon as it has started. Does nothing without a chat. Afterwards `initChatSocket` may be called
 * again.
 */
export async function closeChatSocket(): Promise<void> {
  const closing = running;
  const chat = await closing?.catch(() => undefined);
  serving = undefined;
  try {
    await chat?.stop();
  } finally {
    // Another call may have closed it, too, and another chat may have been started since.
    if (running === closing) {
      running = undefined;
      socketPath = undefined;
    }
  }
}
