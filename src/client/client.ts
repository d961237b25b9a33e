import type { ManagerOptions, SocketOptions } from 'socket.io-client';
import type { InboxUpdated, Sender, WireError } from '../protocol/wire.js';
import type { DrivenChannel } from './channel.js';
import type { ChatClient } from './chat-client.js';
import { refusedBy } from './chat-error.js';
import { type Connection, createConnection } from './connection.js';
import type { ConnectionState } from './connection-state.js';
import type { Token } from './credentials.js';
import { createEmitter } from './emitter.js';
import { createSystemEnvironment, type Environment } from './environment.js';
import { consultationIn, createInboxHolder } from './inbox-holder.js';
import { DEFAULT_MAX_IN_FLIGHT } from './limits.js';
import { openChannel } from './open-channel.js';
import { type ChatStorage, createMemoryStorage } from './outbox-storage.js';
import type { From } from './reading-start.js';
import type { Traffic } from './traffic.js';

export interface ConnectOptions {
  /**
   * Proves to the server who this is. A function is called at each attempt to connect, and before the token expires,
   * and returns a fresh token. A text is used until it expires. A function that throws counts as a failure that may
   * pass.
   */
  readonly token?: Token;
  /** The party to speak as, in every consultation that is not opened with another one. */
  readonly sender?: Sender;
  /** Keeps unsent messages longer than the page: `localStorage`, or the like. When left out, memory keeps them. */
  readonly storage?: ChatStorage;
  /**
   * Begins every key in the storage; `consultation-chat` when left out. People who share a device each need their
   * own.
   */
  readonly storagePrefix?: string;
  /**
   * How many messages are on the wire at the same time, 1 or more; 8 when left out. With 1, the order holds even if the
   * server puts messages off.
   */
  readonly maxInFlight?: number;
  /**
   * How long the connection may be silent while a request waits, in ms, before it counts as broken; 10,000 when left
   * out.
   */
  readonly answerTimeoutMs?: number;
  /** Whether the client connects by itself, as it does when left out, or waits for `connect()`. */
  readonly autoConnect?: boolean;
  /** Passed on to socket.io-client. Reconnecting, `auth` and sharing of connections are the library's own. */
  readonly socketOptions?: Partial<ManagerOptions & SocketOptions>;
  /** Time and chance, for tests. */
  readonly environment?: Environment;
}

/** @param url the server's, for instance `https://chat.example.org`. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: wiring, and what it returns: each further part costs bytes.
export function connect(url: string, options: ConnectOptions = {}): ChatClient {
  const environment = options.environment ?? createSystemEnvironment();
  const storage = options.storage ?? createMemoryStorage();
  const prefix = options.storagePrefix ?? 'consultation-chat';
  const maxInFlight = Math.max(1, options.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT);
  const channels = new Map<string, DrivenChannel>();
  const problems = createEmitter<[unknown]>(environment.report);
  const problem = (error: unknown): void => {
    if (problems.count() > 0) problems.emit(error);
    else environment.report(error);
  };
  const states = createEmitter<[ConnectionState]>(problem);
  const traffic = createEmitter<[Traffic]>(problem);

  const connection: Connection = createConnection({
    ...options,
    url,
    environment,
    stateChanged: states.emit,
    connected: () => {
      forEachChannel((driven) => driven.connected());
      inbox.connected();
    },
    connectionLost: () => {
      forEachChannel((driven) => driven.connectionLost());
      inbox.connectionLost();
    },
    heard: (event, payload) => {
      if (event === 'error') problem(refusedBy(payload as WireError));
      else if (event === 'inbox_updated') inbox.heard(payload as InboxUpdated);
      else if ('consultationId' in payload)
        channels.get(String(payload.consultationId))?.heard(event, payload);
    },
    traffic: traffic.emit,
    problem,
  });

  const inbox = createInboxHolder({ transport: connection, environment, problem });

  /** Iterates over a copy, because channels may come and go meanwhile. */
  function forEachChannel(tell: (driven: DrivenChannel) => void): void {
    for (const driven of [...channels.values()]) tell(driven);
  }

  function open(consultationId: string, sender: Sender | null, from: From): DrivenChannel {
    const driven = openChannel({
      consultationId,
      sender,
      from,
      maxInFlight,
      storage,
      storagePrefix: [prefix, url, consultationId, sender ?? ''].join(':'),
      transport: connection,
      environment,
      problem,
      closed: () => channels.delete(consultationId),
    });
    channels.set(consultationId, driven);
    return driven;
  }

  function mustBeOpen(): void {
    if (connection.state().state === 'closed') throw new Error('This chat client has been closed.');
  }

  if (options.autoConnect ?? true) connection.connect();
  return {
    url,
    get state() {
      return connection.state();
    },
    connect: connection.connect,
    signIn: connection.signIn,
    disconnect: connection.disconnect,
    consultation: (consultationId, { sender = options.sender ?? null, from = 'start' } = {}) => {
      mustBeOpen();
      const { channel } = channels.get(consultationId) ?? open(consultationId, sender, from);
      if (channel.sender !== sender) throw new Error(`${consultationId} is open with another sender.`);
      return channel;
    },
    inbox: (asked = {}) => {
      mustBeOpen();
      return inbox.open(asked);
    },
    endConsultation: (consultationId) => {
      return connection.request('end_consultation', { consultationId }).then(consultationIn);
    },
    extendConsultation: (consultationId, durationMinutes) => {
      return connection
        .request('extend_consultation', { consultationId, durationMinutes })
        .then(consultationIn);
    },
    close: () => {
      inbox.close();
      forEachChannel(({ channel }) => channel.close());
      connection.close();
      for (const emitter of [states, traffic, problems]) emitter.clear();
    },
    onState: states.listen,
    onProblem: problems.listen,
    onTraffic: traffic.listen,
  };
}
