import {
  type ChatClient,
  ChatError,
  type ConnectionState,
  type ConnectOptions,
  type ConsultationChannel,
  connect,
  type OutgoingMessage as LibraryOutgoing,
  type RoomState,
} from '../client/index.js';
import type { Message } from '../protocol/wire.js';
import type {
  ChatConnection,
  ChatConnectionListener,
  ConnectionPhase,
  JoinTarget,
} from './connection-port.js';
import type { Failure } from './error-sentences.js';
import type { LoggedEvent } from './event-log.js';
import type { OutgoingMessage } from './timeline.js';

export interface ChatConnectionDeps {
  readonly listener: ChatConnectionListener;
  /** Epoch ms. */
  readonly now: () => number;
  /** A mistake of the page's own. */
  readonly problem: (error: unknown) => void;
  readonly options?: Pick<ConnectOptions, 'storage' | 'answerTimeoutMs' | 'environment'>;
}

/** Of a long consultation only this many of the newest messages are fetched. */
export const recentMessages = 1_000;

/** The page's words for what the client library does. */
export function createChatConnection(deps: ChatConnectionDeps): ChatConnection {
  const { listener, now, problem, options = {} } = deps;
  let client: ChatClient | undefined;
  /** Nowhere but here and in the client. */
  let tokenInUse = '';
  let target: JoinTarget | undefined;
  let channel: ConsultationChannel | undefined;
  /** Refused messages, which wait for somebody to decide about them. */
  const failed = new Map<string, OutgoingMessage>();

  const log = (direction: LoggedEvent['direction'], event: string, payload: unknown): void =>
    listener.traffic({ direction, at: now(), event, payload });

  function open(serverUrl: string): ChatClient {
    const opened = connect(serverUrl, { ...options, token: tokenInUse, autoConnect: false });
    opened.onState(followState());
    opened.onTraffic(({ direction, event, payload }) => {
      if (direction === 'answer') log('in', `${event} (ack)`, payload);
      else log(direction, event, payload);
    });
    opened.onProblem((error) => {
      if (!(error instanceof ChatError)) problem(error);
      else if (error.refusal !== undefined) listener.refused(error.refusal);
    });
    return opened;
  }

  function logState(state: ConnectionState): void {
    if (state.state === 'online') log('local', 'connect', {});
    if (state.state === 'offline') log('local', 'disconnect', { willRetry: state.willRetry });
    if (state.state === 'signed_out') log('local', 'signed out', { code: state.error.code });
  }

  function followState(): (state: ConnectionState) => void {
    let wasOnline = false;
    return (state) => {
      logState(state);
      wasOnline = state.state === 'online' || (wasOnline && state.state !== 'closed' && !isAtRest(state));
      const phase = phaseOf(state, wasOnline);
      if (phase !== null) listener.phaseChanged(phase);
      // Not what somebody asked for by disconnecting.
      if (state.state === 'offline' && (state.willRetry || state.error !== undefined)) {
        listener.unreachable(state.willRetry, state.error?.refusal ?? null);
      }
      if (state.state === 'signed_out' && state.error.refusal !== undefined) {
        listener.signedOut(state.error.refusal);
      }
    };
  }

  function enter(via: ChatClient, { consultationId, sender }: JoinTarget): ConsultationChannel {
    const entered = via.consultation(consultationId, { sender, from: { last: recentMessages } });
    // One line of a long history is not drawn before the next has come.
    let fresh: Message[] = [];
    const flush = (): void => {
      const messages = fresh;
      fresh = [];
      if (messages.length > 0) listener.messages(messages);
    };
    entered.onMessage((message) => {
      if (fresh.push(message) === 1) queueMicrotask(flush);
    });
    entered.onReset(() => {
      fresh = [];
      listener.startedOver();
    });
    entered.onState((state) => {
      flush();
      followRoom(entered, state);
    });
    entered.onOutbox((message) => outgoingChanged(consultationId, sender, message));
    entered.onPresence((present, change) =>
      listener.presence(present, change && { what: change.change, sender: change.sender, at: change.at }),
    );
    entered.onDoctor(listener.doctorChanged);
    entered.onUpdated(listener.consultationUpdated);
    entered.onTyping(listener.typing);
    entered.onRead(listener.read);
    return entered;
  }

  function followRoom(entered: ConsultationChannel, state: RoomState): void {
    if (entered !== channel) return;
    if (state.state === 'joining' && state.error !== undefined) listener.entryDelayed();
    if (state.state === 'catching_up' && entered.consultation !== null) listener.joined(entered.consultation);
    if (state.state === 'live') listener.caughtUp();
    if (state.state !== 'refused') return;
    target = undefined;
    listener.joinFailed(failureOf(state.error));
  }

  function outgoingChanged(
    consultationId: string,
    sender: JoinTarget['sender'],
    { clientMessageId, content, writtenAt, progress }: LibraryOutgoing,
  ): void {
    const common = { clientMessageId, consultationId, sender, content, writtenAt };
    failed.delete(clientMessageId);
    if (progress.state === 'elsewhere') listener.outgoingGone(clientMessageId);
    else if (progress.state === 'refused')
      fail({ ...common, progress: { state: 'failed', failure: failureOf(progress.error) } });
    else listener.outgoingChanged({ ...common, progress });
  }

  function fail(outgoing: OutgoingMessage): void {
    failed.set(outgoing.clientMessageId, outgoing);
    listener.outgoingChanged(outgoing);
  }

  function submit(via: ConsultationChannel, content: string, clientMessageId?: string): void {
    const { consultationId, sender } = via;
    via.send(content, clientMessageId === undefined ? {} : { clientMessageId }).catch((error: unknown) => {
      // Whatever else becomes of it is told by the outbox.
      if (!(error instanceof ChatError) || error.code !== 'client.outbox_full' || sender === null) return;
      const id = error.clientMessageId ?? '';
      const progress = { state: 'failed', failure: { kind: 'outbox-full' } } as const;
      fail({ clientMessageId: id, consultationId, sender, content, writtenAt: now(), progress });
    });
  }

  /** Shows what an earlier visit, or an earlier page, has left to be sent or decided about. */
  function showUnsettled(via: ConsultationChannel): void {
    const { consultationId, sender, outbox } = via;
    if (sender === null) return;
    for (const message of outbox) outgoingChanged(consultationId, sender, message);
    for (const outgoing of failed.values()) {
      if (outgoing.consultationId === consultationId && outgoing.sender === sender)
        listener.outgoingChanged(outgoing);
    }
  }

  function enterTarget(): void {
    if (client === undefined || target === undefined) return;
    const isSame = channel?.consultationId === target.consultationId && channel.sender === target.sender;
    if (channel !== undefined && isSame && channel.state.state !== 'closed')
      void channel.join().catch(() => undefined);
    else {
      channel?.close();
      channel = enter(client, target);
    }
    showUnsettled(channel);
  }

  return {
    connect(serverUrl, token) {
      const isOtherToken = token !== tokenInUse;
      tokenInUse = token;
      if (client !== undefined && client.url !== serverUrl) {
        client.close();
        client = undefined;
      }
      if (client === undefined) {
        client = open(serverUrl);
        enterTarget();
      } else if (isOtherToken) client.signIn(token);
      client.connect();
    },
    disconnect: () => client?.disconnect(),
    join(wanted) {
      target = wanted;
      enterTarget();
    },
    leave() {
      if (target === undefined) return;
      target = undefined;
      channel?.leave();
      listener.left();
    },
    send(content) {
      if (channel !== undefined) submit(channel, content);
    },
    retry(clientMessageId) {
      const outgoing = failed.get(clientMessageId);
      if (outgoing === undefined || channel === undefined) return;
      // What one party wrote, the other one does not say, nor anybody elsewhere.
      const isItsAuthor =
        channel.sender === outgoing.sender && channel.consultationId === outgoing.consultationId;
      if (isItsAuthor) submit(channel, outgoing.content, clientMessageId);
    },
    withdraw: (clientMessageId) => void failed.delete(clientMessageId),
    typing: (isTyping) => channel?.typing(isTyping),
    markRead: () => channel?.markRead(),
  };
}

/** Without a connection, and without an attempt to come. */
function isAtRest(state: ConnectionState): boolean {
  return state.state === 'signed_out' || (state.state === 'offline' && !state.willRetry);
}

function phaseOf(state: ConnectionState, wasOnline: boolean): ConnectionPhase | null {
  if (state.state === 'closed') return null;
  if (state.state === 'online') return 'online';
  if (state.state === 'signed_out') return 'signed-out';
  if (isAtRest(state)) return 'offline';
  return wasOnline ? 'reconnecting' : 'connecting';
}

function failureOf({ refusal, code, message }: ChatError): Failure {
  // The library itself refuses in the words of the contract where the server would.
  return {
    kind: 'refused',
    error: refusal ?? ({ code, message } as Extract<Failure, { kind: 'refused' }>['error']),
  };
}
