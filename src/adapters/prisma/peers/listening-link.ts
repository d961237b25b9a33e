import type pg from 'pg';
import type { Logger } from '../../../application/ports/logger.js';
import { createLinkPauses } from '../../codec/peer-link-pauses.js';
import { isLimitExceeded } from '../connection/errors.js';
import { closeSession, openOwnSession, pause, watchSession } from '../connection/own-session.js';
import { cannotOpen } from '../connection/unreachable.js';
import { channelOf } from './channel.js';

/** How long an answer, or opening a connection, may take, in ms. After that, a new connection is quicker. */
const ANSWER_LIMIT_MS = 3_000;
const CONNECT_LIMIT_MS = 2_000;
const NAME = 'consultation-chat peers';
const SETTINGS = {
  // News are worth nothing after a crash, so nobody waits for the disk.
  synchronous_commit: 'off',
  // A process that is frozen reads nothing, and PostgreSQL keeps what it has not read. After this time, in ms, its
  // connection is cut, because the queue would otherwise grow until nothing can be stored.
  tcp_user_timeout: '30000',
};
/**
 * When PostgreSQL is asked how full its queue is, it drops what everybody has read. Nothing else makes it do so while
 * the queue is full.
 */
const LET_GO = 'SELECT pg_notification_queue_usage()';
const NOTIFY = 'SELECT count(pg_notify($1, payload)) FROM jsonb_array_elements_text($2::jsonb) AS payload';

export interface ListeningLinkOptions {
  readonly databaseUrl: string;
  readonly logger: Logger;
  /** Called with each payload that was sent to the channel, also by this process. Must not throw. */
  readonly heard: (payload: string) => void;
  /** Called when the link was cut and is there again. Must not throw. */
  readonly interrupted: () => void;
}

/** A connection that hears what is sent to the channel of the chat. When it is lost, it opens again by itself. */
export interface ListeningLink {
  /** @throws Error with one line when the first connection cannot be opened. */
  open(): Promise<void>;
  isUp(): boolean;
  /** Sends payloads in their order. @throws if the link is down, or goes down meanwhile. */
  send(payloads: readonly string[]): Promise<void>;
  /** Repeating it does nothing. */
  close(): Promise<void>;
}

export function createListeningLink(options: ListeningLinkOptions): ListeningLink {
  const { databaseUrl, logger, interrupted } = options;
  const channel = channelOf(databaseUrl);
  const pauses = createLinkPauses();
  let up: pg.Client | null = null;
  let isClosed = false;

  async function connect(): Promise<void> {
    const client = await openListening(options, channel);
    if (isClosed) return closeSession(client);
    up = client;
    pauses.opened();
    const lost = (): void => {
      stop();
      if (up !== client) return;
      up = null;
      client.connection.stream.destroy();
      if (isClosed) return;
      logger.warn('peers.link_lost');
      pauses.lost();
      void connectAgain();
    };
    const stop = watchSession(client, lost);
  }

  async function connectAgain(): Promise<void> {
    while (!isClosed) {
      await pause(pauses.next());
      try {
        await connect();
      } catch {
        continue;
      }
      if (up === null) return;
      logger.info('peers.link_restored');
      interrupted();
      return;
    }
  }

  return {
    open: () =>
      connect().catch((error: unknown) => {
        throw cannotOpen(databaseUrl, error);
      }),
    isUp: () => up !== null,
    send: async (payloads) => {
      if (up === null) throw new Error('the link is down');
      const notify = { name: 'notify', text: NOTIFY, values: [channel, JSON.stringify(payloads)] };
      try {
        await up.query(notify);
      } catch (error) {
        if (up === null || !isLimitExceeded(error)) throw error;
        await up.query(LET_GO);
        await up.query(notify);
      }
    },
    close: async () => {
      isClosed = true;
      const client = up;
      up = null;
      if (client !== null) await closeSession(client);
    },
  };
}

async function openListening(
  { databaseUrl, heard }: ListeningLinkOptions,
  channel: string,
): Promise<pg.Client> {
  const client = await openOwnSession({
    databaseUrl,
    name: NAME,
    answerLimitMs: ANSWER_LIMIT_MS,
    connectLimitMs: CONNECT_LIMIT_MS,
    settings: SETTINGS,
  });
  client.on('notification', ({ payload }) => heard(payload ?? ''));
  try {
    await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
  } catch (error) {
    client.connection.stream.destroy();
    throw error;
  }
  return client;
}
