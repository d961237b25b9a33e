import { type Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** How long another Socket.IO may take to answer, in ms. It may have middleware that takes time. */
const ANSWER_LIMIT_MS = 250;
/** The answer of every version of Socket.IO to a transport that does not exist. */
const ITS_ANSWER = 'Transport unknown';
/**
 * Recognises Socket.IO's own request listeners by calls that only they make. Other listeners are not tried out,
 * because they would act on the request.
 */
const ITS_LISTENER = /\.handleRequest\(|\.extractFilename\(/;

/** @throws if another Socket.IO answers at the path. The second one would take the connections of the first. */
export async function refuseOtherSocketIo(server: HttpServer | HttpsServer, path: string): Promise<void> {
  for (const listener of server.listeners('upgrade')) {
    if (await answers(path, (question) => askForUpgrade(server, listener, question))) throw taken(path);
  }
  const ofRequests = server.listeners('request').filter((listener) => ITS_LISTENER.test(String(listener)));
  for (const listener of ofRequests) {
    if (await answers(path, (question) => askForAnswer(server, listener, question))) throw taken(path);
  }
}

/**
 * Makes `new Server(httpServer)` throw when another Socket.IO is attached at the same path later.
 *
 * @returns a function that stops this.
 */
export function refuseLaterSocketIo(server: HttpServer | HttpsServer, path: string): () => void {
  const onNewListener = (event: string | symbol, listener: unknown): void => {
    if (event !== 'upgrade' || typeof listener !== 'function') return;
    const question = newQuestion(path);
    askForUpgrade(server, listener, question);
    question.socket.destroy();
    if (question.isAnswered()) throw taken(path);
  };
  server.on('newListener', onNewListener);
  return () => server.off('newListener', onNewListener);
}

function taken(path: string): Error {
  return new Error(
    `another Socket.IO answers at ${path} of this HTTP server: give the chat a path of its own, such as { path: '/chat/socket.io' }`,
  );
}

interface Question {
  readonly socket: Duplex;
  readonly request: IncomingMessage;
  /** Whether a Socket.IO has answered the question. */
  isAnswered(): boolean;
}

/** A request for a transport that does not exist. Socket.IO opens no session for it and calls no handler. */
function newQuestion(path: string): Question {
  let heard = '';
  const socket = new Duplex({
    read: () => {},
    write: (chunk: unknown, _encoding, done) => {
      heard += String(chunk);
      done();
    },
  });
  socket.on('error', () => {});
  const self = (): Duplex => socket;
  Object.assign(socket, {
    setTimeout: self,
    setNoDelay: self,
    setKeepAlive: self,
    remoteAddress: '127.0.0.1',
  });
  const request = new IncomingMessage(socket as Socket);
  Object.assign(request, {
    method: 'GET',
    url: `${path}/?EIO=4&transport=none`,
    headers: { host: 'localhost', connection: 'upgrade', upgrade: 'websocket' },
  });
  return { socket, request, isAnswered: () => heard.includes(ITS_ANSWER) };
}

type Listener = ReturnType<HttpServer['listeners']>[number];

function askForUpgrade(server: HttpServer | HttpsServer, listener: Listener, question: Question): void {
  ask(server, listener, [question.request, question.socket, Buffer.alloc(0)]);
}

function askForAnswer(server: HttpServer | HttpsServer, listener: Listener, question: Question): void {
  const { request, socket } = question;
  request.headers = { host: 'localhost' };
  const response = new ServerResponse(request);
  response.assignSocket(socket as Socket);
  ask(server, listener, [request, response]);
}

/** Calls the listener with the question. A listener that throws is not Socket.IO's. */
function ask(server: HttpServer | HttpsServer, listener: Listener, given: readonly unknown[]): void {
  try {
    Reflect.apply(listener, server, given);
  } catch {}
}

async function answers(path: string, askWith: (question: Question) => void): Promise<boolean> {
  const question = newQuestion(path);
  const { socket } = question;
  const closed = new Promise((resolve) => socket.once('close', resolve));
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, ANSWER_LIMIT_MS);
  });
  askWith(question);
  if (!question.isAnswered()) await Promise.race([closed, limit]);
  clearTimeout(timer);
  socket.destroy();
  return question.isAnswered();
}
