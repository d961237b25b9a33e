import type { Ack, JoinConsultationAnswer, Message, SendMessageAnswer, WireError } from '../protocol/wire.js';
import { ask, type ChatSocket, openChatSocket } from './chat-socket.js';
import type { ChatConnection, ChatConnectionListener, JoinTarget } from './connection-port.js';
import type { Failure } from './error-sentences.js';
import type { LoggedEvent } from './event-log.js';
import { createSequenceGaps, type SequenceGaps } from './sequence-gaps.js';
import type { OutgoingMessage } from './timeline.js';

export interface ChatConnectionDeps {
  readonly listener: ChatConnectionListener;
  /** 1 to 64 of `[A-Za-z0-9_-]`, never the same twice. */
  readonly newId: () => string;
  /** Epoch ms. */
  readonly now: () => number;
  readonly ackTimeoutMs?: number;
  readonly entryRetryMs?: number;
}

const defaultAckTimeoutMs = 10_000;
const defaultEntryRetryMs = 3_000;
/** Of a long consultation only this many of the newest messages are fetched. */
export const recentMessages = 1_000;
const backOffAfterServerDisconnectMs = 1_000;

interface Room {
  readonly target: JoinTarget;
  readonly gaps: SequenceGaps;
  entered: boolean;
  everEntered: boolean;
  filling: boolean;
}

export function createChatConnection(deps: ChatConnectionDeps): ChatConnection {
  const { listener, newId, now } = deps;
  const { ackTimeoutMs = defaultAckTimeoutMs, entryRetryMs = defaultEntryRetryMs } = deps;
  const outbox = new Map<string, OutgoingMessage>();
  let socket: ChatSocket | undefined;
  let room: Room | undefined;
  let server = '';
  /** Outlives the room, so that coming back asks only for what is new. */
  let seen:
    | { readonly server: string; readonly consultationId: string; readonly gaps: SequenceGaps }
    | undefined;

  const log = (direction: LoggedEvent['direction'], event: string, payload: unknown): void =>
    listener.traffic({ direction, at: now(), event, payload });

  function openSocket(serverUrl: string): ChatSocket {
    const opened = openChatSocket(serverUrl, log);
    opened.on('connect', () => {
      listener.phaseChanged('online');
      if (room !== undefined) void enterRoom(opened, room);
    });
    opened.on('connect_error', () => {
      if (opened !== socket) return;
      // A server that refuses the connection itself is not asked again; one that is out of reach is.
      if (!opened.active) {
        socket = undefined;
        listener.phaseChanged('offline');
      }
      listener.unreachable(opened.active);
    });
    opened.on('disconnect', (reason) => {
      if (opened !== socket) return;
      if (room !== undefined) room.entered = false;
      listener.phaseChanged('reconnecting');
      // The library leaves it to us to come back after the server's own goodbye.
      if (reason !== 'io server disconnect') return;
      setTimeout(() => opened === socket && opened.connect(), backOffAfterServerDisconnectMs);
    });
    listenForChat(opened);
    return opened;
  }

  function listenForChat(opened: ChatSocket): void {
    const ofThisRoom = (consultationId: string): boolean => room?.target.consultationId === consultationId;
    opened.on('new_message', (message) => {
      if (!ofThisRoom(message.consultationId)) return;
      take([message]);
      if (room?.entered === true && !room.filling && room.gaps.hasGap()) void fill(opened, room);
    });
    opened.on(
      'user_joined',
      (presence) => ofThisRoom(presence.consultationId) && listener.presence('joined', presence),
    );
    opened.on(
      'user_left',
      (presence) => ofThisRoom(presence.consultationId) && listener.presence('left', presence),
    );
    opened.on('doctor_ready', (notice) => ofThisRoom(notice.consultationId) && listener.doctorReady(notice));
    opened.on(
      'consultation_updated',
      (consultation) => ofThisRoom(consultation.consultationId) && listener.consultationUpdated(consultation),
    );
    opened.on('error', (error) => listener.refused(error));
  }

  function take(messages: readonly Message[]): void {
    for (const { seq, clientMessageId, sender } of messages) {
      room?.gaps.add(seq);
      if (clientMessageId !== undefined && outbox.get(clientMessageId)?.sender === sender)
        outbox.delete(clientMessageId);
    }
    listener.messages(messages);
  }

  const isCurrent = (via: ChatSocket, wanted: Room): boolean =>
    room === wanted && socket === via && via.connected;

  function requestJoin(via: ChatSocket, wanted: Room): Promise<Ack<JoinConsultationAnswer> | undefined> {
    return ask(via, log, ackTimeoutMs, 'join_consultation', {
      ...wanted.target,
      after: wanted.gaps.contiguousUpTo(),
    });
  }

  async function enterRoom(via: ChatSocket, wanted: Room): Promise<void> {
    const answer = await requestJoin(via, wanted);
    // A connection lost in between is no failure: it comes back and enters again.
    if (!isCurrent(via, wanted)) return;
    if (answer?.ok !== true) {
      stayOutside(via, wanted, failureOf(answer));
      return;
    }
    wanted.entered = true;
    wanted.everEntered = true;
    listener.joined(answer);
    readFrom(answer, wanted);
    await fill(via, wanted, answer.headSeq);
    if (!isCurrent(via, wanted)) return;
    listener.caughtUp();
    sendWaiting(via, wanted);
  }

  function sendWaiting(via: ChatSocket, { target }: Room): void {
    for (const outgoing of ofConsultation(target.consultationId)) {
      if (outgoing.progress.state === 'waiting') void transmit(via, outgoing);
      else listener.outgoingChanged(outgoing);
    }
  }

  function readFrom({ headSeq, messages }: JoinConsultationAnswer, { gaps }: Room): void {
    if (headSeq < gaps.contiguousUpTo()) {
      // Not the history that was read before: a server that starts over counts from one again.
      gaps.reset();
      listener.startedOver();
    }
    if (headSeq - gaps.contiguousUpTo() > recentMessages) gaps.skipTo(headSeq - recentMessages);
    else take(messages);
  }

  /** Who was in the room is let back in when the server can; nobody has to ask again. */
  function tryAgainLater(via: ChatSocket, wanted: Room): void {
    listener.entryDelayed();
    setTimeout(() => {
      if (isCurrent(via, wanted)) void enterRoom(via, wanted);
    }, entryRetryMs);
  }

  function stayOutside(via: ChatSocket, wanted: Room, failure: Failure): void {
    if (wanted.everEntered && isPassing(failure)) {
      tryAgainLater(via, wanted);
      return;
    }
    room = undefined;
    for (const outgoing of ofConsultation(wanted.target.consultationId)) {
      if (outgoing.progress.state === 'waiting') change(outgoing, { state: 'failed', failure });
    }
    listener.joinFailed(failure);
  }

  const ofConsultation = (consultationId: string): OutgoingMessage[] =>
    [...outbox.values()].filter((outgoing) => outgoing.consultationId === consultationId);

  /** Asks for what is missing, page by page, until nothing is or the server has no more. */
  async function fill(via: ChatSocket, wanted: Room, upTo = 0): Promise<void> {
    wanted.filling = true;
    while (wanted.gaps.contiguousUpTo() < upTo || wanted.gaps.hasGap()) {
      const before = wanted.gaps.contiguousUpTo();
      const answer = await requestJoin(via, wanted);
      if (answer?.ok !== true || !isCurrent(via, wanted)) break;
      take(answer.messages);
      if (wanted.gaps.contiguousUpTo() === before) break;
    }
    wanted.filling = false;
  }

  function change(outgoing: OutgoingMessage, progress: OutgoingMessage['progress']): void {
    const changed = { ...outgoing, progress };
    if (progress.state === 'stored') outbox.delete(outgoing.clientMessageId);
    else outbox.set(outgoing.clientMessageId, changed);
    listener.outgoingChanged(changed);
  }

  async function transmit(via: ChatSocket, outgoing: OutgoingMessage): Promise<void> {
    change(outgoing, { state: 'sending' });
    const { consultationId, sender, content, clientMessageId } = outgoing;
    const ack = await ask(via, log, ackTimeoutMs, 'send_message', {
      consultationId,
      sender,
      content,
      clientMessageId,
    });
    // The room's copy may have been faster.
    const current = outbox.get(clientMessageId);
    if (current?.progress.state !== 'sending') return;
    change(current, progressAfter(ack, via.connected && socket === via));
  }

  function submit(outgoing: OutgoingMessage): void {
    if (socket?.connected === true && room?.entered === true) void transmit(socket, outgoing);
    else change(outgoing, { state: 'waiting' });
  }

  return {
    connect(serverUrl) {
      if (socket !== undefined) return;
      server = serverUrl;
      listener.phaseChanged('connecting');
      socket = openSocket(serverUrl);
    },
    disconnect() {
      const closing = socket;
      socket = undefined;
      closing?.disconnect();
      if (room !== undefined) room.entered = false;
      listener.phaseChanged('offline');
    },
    join(target) {
      const { consultationId } = target;
      if (seen?.consultationId !== consultationId || seen.server !== server) {
        seen = { server, consultationId, gaps: createSequenceGaps() };
      }
      room = { target, gaps: seen.gaps, entered: false, everEntered: false, filling: false };
      if (socket?.connected === true) void enterRoom(socket, room);
    },
    leave() {
      const leaving = room;
      room = undefined;
      if (leaving === undefined) return;
      const { consultationId } = leaving.target;
      if (socket?.connected === true)
        void ask(socket, log, ackTimeoutMs, 'leave_consultation', { consultationId });
      listener.left();
    },
    send(content) {
      if (room === undefined) return;
      const { consultationId, sender } = room.target;
      const progress = { state: 'waiting' } as const;
      submit({ clientMessageId: newId(), consultationId, sender, content, writtenAt: now(), progress });
    },
    retry(clientMessageId) {
      const outgoing = outbox.get(clientMessageId);
      if (outgoing?.progress.state === 'failed') submit(outgoing);
    },
    withdraw(clientMessageId) {
      if (outbox.get(clientMessageId)?.progress.state === 'failed') outbox.delete(clientMessageId);
    },
  };
}

function progressAfter(
  ack: Ack<SendMessageAnswer> | undefined,
  connected: boolean,
): OutgoingMessage['progress'] {
  if (ack?.ok === true) return { state: 'stored', seq: ack.seq, sentAt: ack.sentAt };
  if (ack?.ok === false) return { state: 'failed', failure: { kind: 'refused', error: ack.error } };
  return connected ? { state: 'failed', failure: { kind: 'no-answer' } } : { state: 'waiting' };
}

/** Worth another attempt without anybody changing anything. */
function isPassing(failure: Failure): boolean {
  if (failure.kind === 'no-answer') return true;
  return ['server.error', 'server.overloaded', 'rate.limited'].includes(failure.error.code);
}

function failureOf(answer: { readonly ok: false; readonly error: WireError } | undefined): Failure {
  return answer === undefined ? { kind: 'no-answer' } : { kind: 'refused', error: answer.error };
}
