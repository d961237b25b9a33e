import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import type {
  Ack,
  ClientToServerEvents,
  Consultation,
  JoinConsultationAnswer,
  JoinConsultationPayload,
  MarkReadPayload,
  Message,
  PresentPerson,
  Sender,
  SendMessageAnswer,
  SendMessagePayload,
  ServerToClientEvents,
  WireError,
} from '../../src/protocol/wire.js';

/**
 * A server that says what a test tells it to: for what a page must bear and a real server seldom does (a lost answer,
 * a dropped connection, a refusal on demand). It knows one open consultation, keeps no rule, and serves `dist/page`
 * under the strictest policy.
 */
export interface ScriptedChatServer {
  readonly url: string;
  readonly messages: readonly Message[];
  readonly consultation: Consultation;
  /** Every join that came, in order. */
  readonly joins: readonly JoinConsultationPayload[];
  /** Every send that came, in order, the refused ones too. */
  readonly sends: readonly SendMessagePayload[];
  /** From now on; undefined lets everything through again. */
  refuseSends(error: WireError | undefined): void;
  refuseJoins(error: WireError | undefined): void;
  /** From now on connections, and tokens that are handed in, are refused where this says so; it is given the token. */
  refuseTokens(judge: (token: unknown) => WireError | undefined): void;
  /** Says so to every connection and closes it, as when its token expires. */
  endConnections(error: WireError): void;
  /** Answers joins without `now` while true, as servers did before they told the time. */
  withholdTime(withhold: boolean): void;
  /** Answers no `get_messages` while true, and all that came then afterwards. */
  holdPages(hold: boolean): void;
  /** Stores and broadcasts, but never acknowledges, while true. */
  loseAnswers(lose: boolean): void;
  /** Stores and acknowledges, but tells nobody, while true. */
  dropBroadcasts(drop: boolean): void;
  /** The other party writes, reads, or does neither. */
  tellTyping(sender: Sender, isTyping: boolean): void;
  tellRead(reader: Sender, seq: number): void;
  /** Every read mark that came, in order. */
  readonly marks: readonly MarkReadPayload[];
  announceDoctorAway(nextOpeningAt: string | null): void;
  /** As after a restart with an empty database. */
  forgetEverything(): void;
  /** Stores without a broadcast when `unheard`, as if everybody's connection were down. */
  store(
    sender: Sender,
    content: string,
    options?: { readonly unheard?: boolean; readonly sentAt?: string },
  ): Message;
  announceDoctor(): void;
  update(change: Partial<Consultation>): void;
  setDoctorOpen(open: boolean, nextOpeningAt?: string | null): void;
  /** Breaks every connection as a network does. */
  dropConnections(): void;
  close(): Promise<void>;
}

type ChatSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};
const pageFolder = new URL('../../dist/page/', import.meta.url);
const unknownConsultation: WireError = {
  code: 'consultation.not_found',
  message: 'There is no such consultation.',
};
const hourMs = 3_600_000;
const pageSize = 200;

export interface ScriptedChatServerOptions {
  readonly port?: number;
  readonly consultationId?: string;
  /** Where the built page lies. */
  readonly folder?: URL;
}

export async function openScriptedChatServer(
  options: ScriptedChatServerOptions = {},
): Promise<ScriptedChatServer> {
  const { consultationId = 'consultation-123', folder = pageFolder, port = 0 } = options;
  const http = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://page').pathname;
    const file = path === '/' ? 'chat-test-client.html' : path.slice(1);
    readFile(new URL(file, folder)).then(
      (body) => {
        const type = contentTypes[file.split('.').pop() ?? ''] ?? 'application/octet-stream';
        response
          .writeHead(200, { 'content-type': type, 'content-security-policy': "default-src 'self'" })
          .end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  const io = new Server<ClientToServerEvents, ServerToClientEvents>(http);
  const room = `consultation:${consultationId}`;
  const ready = { consultationId, doctorId: 'doctor-1', message: 'Doctor is now available' } as const;
  const messages: Message[] = [];
  const joins: JoinConsultationPayload[] = [];
  const sends: SendMessagePayload[] = [];
  const marks: MarkReadPayload[] = [];
  let consultation: Consultation = {
    consultationId,
    isActive: true,
    status: 'open',
    expiresAt: new Date(Date.now() + 6 * hourMs).toISOString(),
    user: { id: 'patient-1', name: 'Jonas Weber' },
    doctor: { id: 'doctor-1', name: 'Dr. Maya Lindqvist' },
    readSeq: { user: 0, doctor: 0 },
  };
  let doctor: JoinConsultationAnswer['doctor'] = {
    open: true,
    nextOpeningAt: null,
    timeZone: 'Europe/Berlin',
    noticeIntervalMs: 60_000,
  };
  let judgeToken: (token: unknown) => WireError | undefined = () => undefined;
  let sendRefusal: WireError | undefined;
  let joinRefusal: WireError | undefined;
  /** By connection: who is in the room. */
  const people = new Map<string, PresentPerson>();
  let isTimeWithheld = false;
  let answersLost = false;
  let broadcastsDropped = false;
  /** Null while pages are answered at once. */
  let heldPages: (() => void)[] | null = null;

  function keep(
    payload: Omit<SendMessagePayload, 'consultationId'>,
    sentAt = new Date().toISOString(),
  ): Message {
    const seq = messages.length + 1;
    const { user, doctor: itsDoctor } = consultation;
    const message = {
      messageId: `message-${seq}`,
      consultationId,
      sentAt,
      user,
      doctor: itsDoctor,
      seq,
      ...payload,
    };
    messages.push(message);
    return message;
  }

  function answerSend(payload: SendMessagePayload): Ack<SendMessageAnswer> {
    sends.push(payload);
    if (sendRefusal !== undefined) return { ok: false, error: sendRefusal };
    const { sender, content, clientMessageId } = payload;
    const before = messages.find(
      (one) => one.clientMessageId !== undefined && one.clientMessageId === clientMessageId,
    );
    if (before !== undefined) {
      return {
        ok: true,
        messageId: before.messageId,
        seq: before.seq,
        sentAt: before.sentAt,
        duplicate: true,
      };
    }
    const message = keep({ sender, content, ...(clientMessageId === undefined ? {} : { clientMessageId }) });
    if (!broadcastsDropped) io.to(room).emit('new_message', message);
    return { ok: true, messageId: message.messageId, seq: message.seq, sentAt: message.sentAt };
  }

  function answerJoin(wanted: JoinConsultationPayload): Ack<JoinConsultationAnswer> {
    joins.push(wanted);
    if (joinRefusal !== undefined) return { ok: false, error: joinRefusal };
    if (wanted.consultationId !== consultationId) return { ok: false, error: unknownConsultation };
    const missed = wanted.after === undefined ? [] : messages.slice(wanted.after, wanted.after + pageSize);
    const present = [...people.values()];
    const now = isTimeWithheld ? (undefined as unknown as string) : new Date().toISOString();
    return { ok: true, consultation, doctor, now, headSeq: messages.length, messages: missed, present };
  }

  function serve(socket: ChatSocket): void {
    let role: Sender | null = null;
    const presence = () => ({
      consultationId,
      userId: socket.id,
      sender: role,
      at: new Date().toISOString(),
    });
    socket.on('join_consultation', async (payload, ack) => {
      const wanted = typeof payload === 'string' ? { consultationId: payload } : payload;
      const answer = answerJoin(wanted);
      if (!answer.ok) return ack?.(answer);
      role = wanted.sender ?? null;
      people.set(socket.id, { userId: socket.id, sender: role });
      if (!socket.rooms.has(room)) socket.to(room).emit('user_joined', presence());
      await socket.join(room);
      ack?.(answer);
      if (doctor.open) socket.emit('doctor_ready', ready);
    });
    socket.on('authenticate', ({ token }, ack) => {
      const error = judgeToken(token);
      const answer = { userId: consultation.user.id, role: 'patient', expiresAt: null } as const;
      ack?.(error === undefined ? { ok: true, ...answer } : { ok: false, error });
    });
    socket.on('get_messages', (wanted, ack) => {
      const { after, before = messages.length + 1, limit = pageSize } = wanted;
      const from = after ?? Math.max(0, before - 1 - limit);
      const to = after === undefined ? before - 1 : after + limit;
      const page = messages.slice(from, to);
      const hasMore = after === undefined ? from > 0 : from + page.length < messages.length;
      const answer = () => ack?.({ ok: true, messages: page, headSeq: messages.length, hasMore });
      if (heldPages === null) answer();
      else heldPages.push(answer);
    });
    socket.on('mark_read', (wanted, ack) => {
      marks.push(wanted);
      ack?.({ ok: true, consultationId, seq: wanted.seq });
    });
    socket.on('typing', ({ isTyping }, ack) => {
      socket.to(room).emit('typing', { consultationId, userId: socket.id, sender: role, isTyping });
      ack?.({ ok: true, consultationId });
    });
    socket.on('leave_consultation', async (_payload, ack) => {
      people.delete(socket.id);
      await socket.leave(room);
      socket.to(room).emit('user_left', presence());
      ack?.({ ok: true, consultationId });
    });
    socket.on('send_message', (payload, ack) => {
      const answer = answerSend(payload);
      if (!answersLost) ack?.(answer);
    });
    socket.on('disconnecting', () => {
      people.delete(socket.id);
      if (socket.rooms.has(room)) socket.to(room).emit('user_left', presence());
    });
  }

  io.use((socket, next) => {
    const data = judgeToken(socket.handshake.auth['token']);
    next(data && Object.assign(new Error(data.message), { data }));
  });
  io.on('connection', serve);
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    messages,
    joins,
    sends,
    marks,
    get consultation() {
      return consultation;
    },
    refuseSends: (error) => {
      sendRefusal = error;
    },
    refuseJoins: (error) => {
      joinRefusal = error;
    },
    refuseTokens: (judge) => {
      judgeToken = judge;
    },
    endConnections: (error) => {
      for (const socket of io.sockets.sockets.values()) {
        socket.emit('error', error);
        socket.disconnect(true);
      }
    },
    loseAnswers: (lose) => {
      answersLost = lose;
    },
    withholdTime: (withhold) => {
      isTimeWithheld = withhold;
    },
    dropBroadcasts: (drop) => {
      broadcastsDropped = drop;
    },
    holdPages: (hold) => {
      for (const answer of heldPages ?? []) answer();
      heldPages = hold ? [] : null;
    },
    tellTyping: (sender, isTyping) =>
      void io.to(room).emit('typing', { consultationId, userId: `the ${sender}`, sender, isTyping }),
    tellRead: (reader, seq) => {
      const at = new Date().toISOString();
      io.to(room).emit('messages_read', { consultationId, reader, userId: `the ${reader}`, seq, at });
    },
    announceDoctorAway: (nextOpeningAt) => {
      const { doctorId } = ready;
      const message = 'Doctor is no longer available';
      io.to(room).emit('doctor_away', { consultationId, doctorId, message, nextOpeningAt });
    },
    forgetEverything: () => {
      messages.length = 0;
    },
    store(sender, content, { unheard = false, sentAt } = {}) {
      const message = keep({ sender, content }, sentAt);
      if (!unheard) io.to(room).emit('new_message', message);
      return message;
    },
    announceDoctor: () =>
      void io
        .to(room)
        .emit('doctor_ready', { consultationId, doctorId: 'doctor-1', message: 'Doctor is now available' }),
    update(change) {
      consultation = { ...consultation, ...change };
      io.to(room).emit('consultation_updated', consultation);
    },
    setDoctorOpen: (open, nextOpeningAt = null) => {
      doctor = { ...doctor, open, nextOpeningAt };
    },
    dropConnections: () => {
      for (const socket of io.sockets.sockets.values()) socket.conn.close();
    },
    close: async () => {
      await io.close();
    },
  };
}
