import {
  type ChatClient,
  type ConnectOptions,
  type ConsultationChannel,
  connect,
  type RoomState,
} from '../client/index.js';
import { failureOf } from '../room/failure.js';
import { createOutgoingMessages } from '../room/outgoing-messages.js';
import type { ChatConnection, JoinTarget } from './connection-port.js';
import { followChannel } from './follow-channel.js';
import { type FollowClientDeps, followClient } from './follow-client.js';

export interface ChatConnectionDeps extends FollowClientDeps {
  readonly options?: Pick<ConnectOptions, 'storage' | 'answerTimeoutMs' | 'environment'>;
  /** Returns the path of Socket.IO on the server. When left out, it is the library's default. */
  readonly socketPathOf?: (serverUrl: string) => string;
}

/** Only this many of the newest messages of a long consultation are fetched. */
export const recentMessages = 1_000;

/** Carries out the page's wishes by the client library, and tells the page what comes of them. */
export function createChatConnection(deps: ChatConnectionDeps): ChatConnection {
  const { listener, now, options = {}, socketPathOf } = deps;
  const outgoing = createOutgoingMessages(listener, now);
  let client: ChatClient | undefined;
  /** The token is kept only here and in the client. */
  let tokenInUse = '';
  let target: JoinTarget | undefined;
  let channel: ConsultationChannel | undefined;

  function enter(via: ChatClient, { consultationId, sender }: JoinTarget): ConsultationChannel {
    const entered = via.consultation(consultationId, { sender, from: { last: recentMessages } });
    followChannel(entered, { consultationId, sender }, listener, outgoing, (state) =>
      roomChanged(entered, state),
    );
    return entered;
  }

  function roomChanged(entered: ConsultationChannel, state: RoomState): void {
    if (entered !== channel) return;
    if (state.state === 'joining' && state.error !== undefined) listener.entryDelayed();
    if (state.state === 'catching_up' && entered.consultation !== null) listener.joined(entered.consultation);
    if (state.state === 'live') listener.caughtUp();
    if (state.state !== 'refused') return;
    target = undefined;
    listener.joinFailed(failureOf(state.error));
  }

  function enterTarget(): void {
    if (client === undefined || target === undefined) return;
    const isOpen = channel?.consultationId === target.consultationId && channel.sender === target.sender;
    if (channel !== undefined && isOpen && channel.state.state !== 'closed')
      void channel.join().catch(() => undefined);
    else {
      channel?.close();
      channel = enter(client, target);
    }
    outgoing.showUnsettled(channel);
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
        const path = socketPathOf?.(serverUrl);
        const socketOptions = path === undefined ? {} : { socketOptions: { path } };
        client = connect(serverUrl, { ...options, ...socketOptions, token, autoConnect: false });
        followClient(client, deps);
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
    send: (content) => channel && outgoing.submit(channel, content),
    retry: (clientMessageId) => channel && outgoing.retry(channel, clientMessageId),
    withdraw: outgoing.withdraw,
    typing: (isTyping) => channel?.typing(isTyping),
    markRead: () => channel?.markRead(),
  };
}
