import { setTimeout as delay } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type {
  Ack,
  ClientToServerEvents,
  InboxItem,
  Sender,
  ServerToClientEvents,
  WatchInboxAnswer,
} from '../../src/protocol/wire.js';
import { type CountedMessage, wrongInboxes } from './checks/check-inboxes.js';
import type { Violation } from './checks/violation.js';
import { CONSULTATIONS, SENDERS } from './clinic.js';
import type { Stage } from './faults/stage.js';
import type { InboxView, ReadEvent } from './history.js';
import type { TokenOf } from './tokens.js';

const ANSWER_WAIT_MS = 10_000;
const RETRY_MS = 200;
/** After the last fault, on a busy machine: what was missed is found, and who is cut off has come back. */
const PATIENCE_MS = 90_000;
/** Consultations that one person has at most; more than there are. */
const LIMIT = 50;

/** What inboxes are held to. */
export interface Counted {
  readonly messages: readonly CountedMessage[];
  readonly readEvents: readonly ReadEvent[];
}

export interface WatchedInboxes {
  /** What each shows now. */
  views(): readonly InboxView[];
  close(): void;
}

/** Where a connection goes, and what a violation calls it. */
interface ServerAddress {
  readonly name: string;
  readonly url: string;
}

/**
 * Everybody's inbox, watched from now on: at each process, and over the network of each device, with its faults. Whoever
 * comes back asks again, and otherwise believes what is told.
 */
export function watchInboxesOf({ fleet, devices, tokenOf }: Stage): WatchedInboxes {
  const atProcesses = fleet.members.flatMap(({ server }, index) => {
    const address = { name: `process ${index + 1}`, url: `http://127.0.0.1:${server.port}` };
    return CONSULTATIONS.flatMap((consultationId) =>
      SENDERS.map((sender) => watchInbox(address, consultationId, sender, tokenOf)),
    );
  });
  const atDevices = devices.map(({ id, proxy, consultationId, sender }) =>
    watchInbox({ name: id, url: proxy.url }, consultationId, sender, tokenOf),
  );
  const all = [...atProcesses, ...atDevices];
  return {
    views: () => all.map((each) => each.view()),
    close: () => {
      for (const each of all) each.close();
    },
  };
}

/** @returns what is still wrong when all patience is at an end. */
export async function agreeOnInboxes(
  inboxes: WatchedInboxes,
  readCounted: () => Promise<Counted>,
  say: (line: string) => void,
): Promise<readonly Violation[]> {
  for (const since = performance.now(); ; ) {
    const { messages, readEvents } = await readCounted();
    const views = inboxes.views();
    const wrong = wrongInboxes(views, messages, readEvents);
    const waitedMs = performance.now() - since;
    if (wrong.length > 0 && waitedMs < PATIENCE_MS) {
      await delay(RETRY_MS);
      continue;
    }
    const seconds = (waitedMs / 1_000).toFixed(1);
    say(
      `${views.length} inboxes ${wrong.length === 0 ? 'agree' : 'DO NOT AGREE'} with the log after ${seconds} s`,
    );
    return wrong.map(({ detail }) => ({ rule: 'h', kind: 'inbox-differs', detail }));
  }
}

function watchInbox({ name, url }: ServerAddress, consultationId: string, sender: Sender, tokenOf: TokenOf) {
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url, {
    auth: { token: tokenOf(consultationId, sender) },
    forceNew: true,
    transports: ['websocket'],
    reconnectionDelay: 100,
    reconnectionDelayMax: 1_000,
  });
  let item: InboxItem | null = null;
  let isClosed = false;

  function show(shown: InboxItem): void {
    if (shown.consultationId === consultationId) item = shown;
  }

  async function ask(): Promise<void> {
    const { id } = socket;
    while (socket.connected && socket.id === id) {
      const asked = socket.timeout(ANSWER_WAIT_MS).emitWithAck('watch_inbox', { limit: LIMIT });
      const answer = (await asked.catch(() => null)) as Ack<WatchInboxAnswer> | null;
      if (socket.id !== id) return;
      if (answer?.ok === true) {
        for (const shown of answer.items) show(shown);
        return;
      }
      await delay(RETRY_MS);
    }
  }

  socket.on('connect', () => void ask());
  socket.on('inbox_updated', ({ item: shown }) => show(shown));
  socket.on('disconnect', (reason) => {
    // Socket.IO does not come back by itself from a connection that the server ended on purpose.
    if (reason === 'io server disconnect' && !isClosed) socket.connect();
  });

  return {
    view: (): InboxView => {
      const counts =
        item === null ? null : { headSeq: item.headSeq, readSeq: item.readSeq, unread: item.unread };
      return { watcher: `${sender} of ${consultationId} at ${name}`, consultationId, sender, counts };
    },
    close: () => {
      isClosed = true;
      socket.disconnect();
    },
  };
}
