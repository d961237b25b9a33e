import type { Consultation, Message, PresentPerson, Sender, ServerToClientEvents } from '../protocol/wire.js';
import { createRetry } from './backoff.js';
import type { ConsultationChannel, DrivenChannel } from './channel.js';
import { ChatError, closedError } from './chat-error.js';
import {
  createConsultationSnapshot,
  type DoctorAvailability,
  type PresenceChange,
} from './consultation-snapshot.js';
import { createDeferred, type Deferred } from './deferred.js';
import { createEmitter } from './emitter.js';
import { createTimer, type Environment } from './environment.js';
import { createHistory } from './history.js';
import { MAX_CONTENT_UNITS, MAX_ID_UNITS } from './limits.js';
import { createOutbox, type OutgoingMessage, type SentMessage } from './outbox.js';
import { createOutboxSender } from './outbox-sender.js';
import { type ChatStorage, createOutboxStorage } from './outbox-storage.js';
import { isSamePerson } from './person.js';
import { createReadMarks, type ReadSeq } from './read-marks.js';
import { createRoom, type From, type Joined, type RoomState } from './room.js';
import { createSequencer } from './sequencer.js';
import type { Transport } from './transport.js';
import { createOwnTyping, createTypists, type Typist } from './typing.js';

export interface ChannelDependencies {
  readonly consultationId: string;
  readonly sender: Sender | null;
  readonly from: From;
  readonly maxInFlight: number;
  readonly storage: ChatStorage;
  /** Before the number of a slot; says whose outbox it is. */
  readonly storagePrefix: string;
  readonly transport: Transport;
  readonly environment: Environment;
  /** What no answer tells: an exception of a listener, a read mark that was refused. */
  readonly problem: (error: unknown) => void;
  readonly closed: () => void;
}

type Heard = {
  readonly [Event in keyof ServerToClientEvents]?: (
    payload: Parameters<ServerToClientEvents[Event]>[0],
  ) => void;
};

/** Everything about one consultation, put together. */
export function openChannel(dependencies: ChannelDependencies): DrivenChannel {
  const { consultationId, sender, transport, environment, problem } = dependencies;
  const speaker: Sender = sender ?? 'user';
  const on = createEmitters(problem);
  const sequencer = createSequencer<Message>();
  const snapshot = createConsultationSnapshot({
    now: environment.now,
    doctorChanged: on.doctor,
    presenceChanged: on.presence,
    readChanged: on.read,
    updated: on.updated,
  });
  const outbox = createOutbox({
    storage: createOutboxStorage(dependencies.storage, dependencies.storagePrefix, environment.random),
    now: environment.now,
    changed: (message) => {
      learnFrom(message);
      on.outbox.emit(message);
    },
    notKept: (clientMessageId) =>
      problem(new ChatError('client.not_kept', 'A reload would lose this message.', { clientMessageId })),
  });
  const retry = createRetry(environment);
  const { maxInFlight } = dependencies;
  const outboxSender = createOutboxSender({
    consultationId,
    sender: speaker,
    transport,
    outbox,
    retry,
    maxInFlight,
  });
  const readMarks = createReadMarks({
    consultationId,
    sender: speaker,
    transport,
    timer: createTimer(environment),
    retry: createRetry(environment),
    refused: problem,
  });
  const history = createHistory(consultationId, transport, environment);
  const typists = createTypists(environment, () => on.typing.emit(typists.list()));
  const ownTyping = createOwnTyping(environment, (isTyping) => {
    if (!room.isInside() || !transport.isUp()) return false;
    void transport.request('typing', { consultationId, isTyping });
    return true;
  });
  const joins = createJoins();

  const room = createRoom({
    consultationId,
    sender,
    from: dependencies.from,
    transport,
    sequencer,
    retry: createRetry(environment),
    stateChanged: (state) => {
      if (state.state !== 'catching_up' && state.state !== 'live') {
        ownTyping.forget();
        typists.clear();
      }
      on.state.emit(state);
      if (state.state === 'refused') joins.failed(state.error);
      if (state.state === 'left' || state.state === 'closed') joins.failed(closedError());
    },
    joined: (joined, isOtherHistory) => {
      if (isOtherHistory) {
        readMarks.restart();
        on.reset.emit();
      }
      snapshot.joined(joined, isOtherHistory);
      if (sender !== null) readMarks.known(joined.consultation.readSeq[sender]);
      joins.done(joined);
    },
    arrived: (messages) => {
      for (const message of messages) {
        outboxSender.saw(message);
        typists.stopped((typist) => typist.sender === message.sender);
      }
    },
    deliver: (messages) => {
      for (const message of messages) on.message.emit(message);
    },
  });

  /** A refusal for the schedule says as much about the doctor as a notice does. */
  function learnFrom({ progress }: OutgoingMessage): void {
    if (progress.state !== 'refused' || progress.error.code !== 'doctor.unavailable') return;
    snapshot.doctorClosed(progress.error.refusal?.nextOpeningAt ?? null);
  }

  function send(content: string, clientMessageId: string): Promise<SentMessage> {
    const isClosed = room.state().state === 'closed';
    const refusal = isClosed ? closedError(clientMessageId) : checkSend(sender, content, clientMessageId);
    if (refusal !== null) return Promise.reject(refusal);
    ownTyping.set(false);
    const sent = outbox.add(clientMessageId, content);
    transport.wake();
    outboxSender.pump();
    return sent;
  }

  const heard: Heard = {
    new_message: room.newMessage,
    consultation_head: ({ seq }) => room.head(seq),
    doctor_ready: snapshot.doctorOpen,
    doctor_away: ({ nextOpeningAt }) => snapshot.doctorClosed(nextOpeningAt),
    user_joined: (presence) => snapshot.cameOrWent('joined', presence),
    user_left: (presence) => {
      typists.stopped((typist) => isSamePerson(typist, presence));
      snapshot.cameOrWent('left', presence);
    },
    typing: typists.heard,
    messages_read: (read) => {
      if (read.reader === sender) readMarks.known(read.seq);
      snapshot.read(read);
    },
    consultation_updated: snapshot.updated,
  };

  const channel: ConsultationChannel = {
    consultationId,
    sender,
    get state() {
      return room.state();
    },
    get lastSeq() {
      return sequencer.position();
    },
    get consultation() {
      return snapshot.consultation();
    },
    get doctor() {
      return snapshot.doctor();
    },
    get present() {
      return snapshot.present();
    },
    get typists() {
      return typists.list();
    },
    get readSeq() {
      return snapshot.readSeq();
    },
    get outbox() {
      return outbox.messages();
    },
    join: () => {
      const promise = joins.wait(room.isInside(), room.state().state === 'closed');
      transport.wake();
      room.join();
      return promise;
    },
    leave: room.leave,
    send: (content, options) => send(content, options?.clientMessageId ?? environment.newId()),
    history: (page = {}) => {
      transport.wake();
      return history.page(page);
    },
    typing: ownTyping.set,
    markRead: (seq = Number.MAX_SAFE_INTEGER) => {
      if (sender !== null) readMarks.mark(Math.min(seq, sequencer.position() ?? 0));
    },
    close: () => {
      if (room.state().state === 'closed') return;
      room.leave();
      room.close();
      outboxSender.close();
      readMarks.close();
      history.close();
      dependencies.closed();
      for (const emitter of Object.values(on)) emitter.clear();
    },
    onMessage: on.message.listen,
    onReset: on.reset.listen,
    onState: on.state.listen,
    onOutbox: on.outbox.listen,
    onTyping: on.typing.listen,
    onRead: on.read.listen,
    onDoctor: on.doctor.listen,
    onPresence: on.presence.listen,
    onUpdated: on.updated.listen,
  };

  room.join();
  transport.wake();
  outboxSender.pump();
  return {
    channel,
    connected: () => {
      room.connected();
      outboxSender.pump();
      readMarks.connected();
      history.connected();
    },
    connectionLost: () => {
      room.connectionLost();
      outboxSender.connectionLost();
      readMarks.connectionLost();
    },
    heard: (event, payload) => {
      // A newer server may say more.
      if (Object.hasOwn(heard, event)) heard[event as keyof Heard]?.(payload as never);
    },
  };
}

function createEmitters(fail: (error: unknown) => void) {
  return {
    message: createEmitter<[Message]>(fail),
    reset: createEmitter<[]>(fail),
    state: createEmitter<[RoomState]>(fail),
    outbox: createEmitter<[OutgoingMessage]>(fail),
    typing: createEmitter<[readonly Typist[]]>(fail),
    read: createEmitter<[ReadSeq]>(fail),
    doctor: createEmitter<[DoctorAvailability]>(fail),
    presence: createEmitter<[readonly PresentPerson[], PresenceChange]>(fail),
    updated: createEmitter<[Consultation]>(fail),
  };
}

/** What need not travel to be refused: without it the server would cut the connection, or could not tell whose it is. */
function checkSend(sender: Sender | null, content: string, clientMessageId: string): ChatError | null {
  const invalid = (sentence: string): ChatError =>
    new ChatError('request.invalid', `The request is not valid. ${sentence}`, { clientMessageId });
  if (sender === null) return invalid('sender is required.');
  if (content.length > MAX_CONTENT_UNITS) return invalid('content is too long.');
  if (clientMessageId.length < 1 || clientMessageId.length > MAX_ID_UNITS) {
    return invalid(`clientMessageId must be 1 to ${MAX_ID_UNITS} characters.`);
  }
  return null;
}

/** Everybody who waits to be inside shares one promise. */
function createJoins() {
  let last: Joined | null = null;
  let waiting: Deferred<Joined> | null = null;
  return {
    wait: (isInside: boolean, isClosed: boolean): Promise<Joined> => {
      if (isClosed) return Promise.reject(closedError());
      if (isInside && last !== null) return Promise.resolve(last);
      waiting ??= createDeferred();
      return waiting.promise;
    },
    done: (joined: Joined): void => {
      last = joined;
      waiting?.resolve(joined);
      waiting = null;
    },
    failed: (error: ChatError): void => {
      waiting?.reject(error);
      waiting = null;
    },
  };
}
