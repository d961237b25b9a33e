import pg from 'pg';
import { io, type Socket } from 'socket.io-client';
import type {
  Ack,
  ClientToServerEvents,
  GetMessagesAnswer,
  Sender,
  ServerToClientEvents,
} from '../../src/protocol/wire.js';
import { isPassing, seen } from './devices/device.js';
import type { FinalLog, ReadEvent, Recorder, SeenMessage } from './history.js';
import type { Counted } from './inboxes.js';
import type { TokenOf } from './tokens.js';

const PAGE = 200;
const ANSWER_WAIT_MS = 20_000;

type Client = Socket<ServerToClientEvents, ClientToServerEvents>;

/** What the inboxes show is known elsewhere. */
export type ReadLog = Omit<FinalLog, 'inboxes'>;

/** Reads everything from each process, and straight from PostgreSQL's tables. What is the same is in memory once. */
export async function readFinalLog(
  serverUrls: readonly string[],
  tokenOf: TokenOf,
  databaseUrl: string,
  consultationIds: readonly string[],
  { intern }: Pick<Recorder, 'intern'>,
): Promise<ReadLog> {
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    const served: SeenMessage[][] = [];
    for (const url of serverUrls) {
      const all = await readServer(url, tokenOf, consultationIds);
      served.push(all.map(intern));
    }
    const tables = await readTables(database, consultationIds);
    return { served, ...tables, rows: tables.rows.map(intern), events: tables.events.map(intern) };
  } finally {
    await database.end();
  }
}

async function readServer(
  url: string,
  tokenOf: TokenOf,
  consultationIds: readonly string[],
): Promise<SeenMessage[]> {
  const all: SeenMessage[] = [];
  for (const id of consultationIds) {
    const auth = { token: tokenOf(id, 'user') };
    const socket: Client = io(url, { auth, forceNew: true, transports: ['websocket'] });
    try {
      all.push(...(await readServed(socket, id)));
    } finally {
      socket.disconnect();
    }
  }
  return all;
}

async function readServed(socket: Client, consultationId: string): Promise<SeenMessage[]> {
  const all: SeenMessage[] = [];
  for (;;) {
    const { messages, hasMore } = await readPage(socket, consultationId, all.at(-1)?.seq ?? 0);
    all.push(...messages.map(seen));
    if (!hasMore) return all;
    if (messages.length === 0) throw new Error(`${consultationId}: more is promised and nothing comes`);
  }
}

async function readPage(socket: Client, consultationId: string, after: number): Promise<GetMessagesAnswer> {
  for (;;) {
    const asked = socket
      .timeout(ANSWER_WAIT_MS)
      .emitWithAck('get_messages', { consultationId, after, limit: PAGE });
    const answer = (await asked.catch(() => null)) as Ack<GetMessagesAnswer> | null;
    if (answer?.ok === true) return answer;
    if (answer !== null && !isPassing(answer.error.code))
      throw new Error(`get_messages: ${answer.error.code}`);
  }
}

/** What the inboxes are held to, as it is now in the event log: after an hour, too much to be read again and again whole. */
export async function readCounted(databaseUrl: string, consultationIds: readonly string[]): Promise<Counted> {
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    const found = await database.query<CountedRow>(
      `SELECT type, version, data->>'consultationId' AS "consultationId", data->>'sender' AS sender,
              data->>'reader' AS reader, (data->>'seq')::int AS seq
         FROM events
        WHERE type IN ('MessageSent', 'MessagesRead') AND data->>'consultationId' = ANY($1)
        ORDER BY stream_id, version`,
      [consultationIds],
    );
    return {
      messages: found.rows.filter(({ type }) => type === 'MessageSent'),
      readEvents: found.rows.filter(({ type }) => type === 'MessagesRead'),
    };
  } finally {
    await database.end();
  }
}

/** The last `seq` of each consultation that has messages. */
export async function readHeads(databaseUrl: string): Promise<ReadonlyMap<string, number>> {
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    const heads = await database.query<{ id: string; head: number }>(
      'SELECT consultation_id AS id, max(seq) AS head FROM messages GROUP BY consultation_id',
    );
    return new Map(heads.rows.map(({ id, head }) => [id, head]));
  } finally {
    await database.end();
  }
}

interface CountedRow {
  readonly type: string;
  readonly version: number;
  readonly consultationId: string;
  readonly sender: Sender;
  readonly reader: Sender;
  readonly seq: number;
}
interface MessageRow {
  readonly consultation_id: string;
  readonly seq: number;
  readonly message_id: string;
  readonly sender: Sender;
  readonly content: string;
  readonly sent_at: Date;
  readonly client_message_id: string | null;
}
interface EventRow {
  readonly version: number;
  readonly type: string;
  readonly data: {
    readonly consultationId: string;
    readonly messageId: string;
    readonly seq: number;
    readonly sender: Sender;
    readonly reader: Sender;
    readonly content: string;
    readonly clientMessageId: string | null;
  };
  readonly occurred_at: Date;
}
interface ChatRow {
  readonly consultation_id: string;
  readonly user_read_seq: number;
  readonly doctor_read_seq: number;
}

async function readTables(
  database: pg.Client,
  consultationIds: readonly string[],
): Promise<Omit<ReadLog, 'served'>> {
  const messages = await database.query<MessageRow>(
    'SELECT * FROM messages WHERE consultation_id = ANY($1) ORDER BY consultation_id, seq',
    [consultationIds],
  );
  const events = await database.query<EventRow>(
    `SELECT version, type, data, occurred_at FROM events
      WHERE type IN ('MessageSent', 'MessagesRead') AND data->>'consultationId' = ANY($1)
      ORDER BY stream_id, version`,
    [consultationIds],
  );
  const chats = await database.query<ChatRow>('SELECT * FROM chats WHERE consultation_id = ANY($1)', [
    consultationIds,
  ]);
  return {
    rows: messages.rows.map((row) => ({
      consultationId: row.consultation_id,
      seq: row.seq,
      messageId: row.message_id,
      sender: row.sender,
      content: row.content,
      sentAt: row.sent_at.toISOString(),
      clientMessageId: row.client_message_id,
    })),
    events: events.rows.filter(({ type }) => type === 'MessageSent').map(messageOf),
    readEvents: events.rows.filter(({ type }) => type === 'MessagesRead').map(readEventOf),
    readSeq: new Map(
      chats.rows.map((row) => [
        row.consultation_id,
        { user: row.user_read_seq, doctor: row.doctor_read_seq },
      ]),
    ),
  };
}

function messageOf({ data, occurred_at: occurredAt }: EventRow): SeenMessage {
  const { consultationId, seq, messageId, sender, content, clientMessageId } = data;
  return {
    consultationId,
    seq,
    messageId,
    sender,
    content,
    sentAt: occurredAt.toISOString(),
    clientMessageId,
  };
}

function readEventOf({ version, data }: EventRow): ReadEvent {
  return { consultationId: data.consultationId, version, reader: data.reader, seq: data.seq };
}
