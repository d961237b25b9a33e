import type { ConsultationChannel, DrivenChannel } from './channel.js';
import { type ChannelEmitters, createChannelEmitters, listeningTo } from './channel-emitters.js';
import { type ChannelDependencies, type ChannelParts, createChannelParts } from './channel-parts.js';
import { closedError } from './chat-error.js';
import { checkSend } from './check-send.js';
import type { SentMessage } from './outbox.js';
import { createServerEventHandler } from './server-events.js';

/** Puts together all parts of a channel, and starts it. */
export function openChannel(dependencies: ChannelDependencies): DrivenChannel {
  const { sender, transport } = dependencies;
  const on = createChannelEmitters(dependencies.problem);
  const parts = createChannelParts(dependencies, on);
  const { room, outboxSender, readMarks, history } = parts;
  const channel = createChannel(dependencies, parts, on);

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
    heard: createServerEventHandler(sender, parts),
  };
}

/** Makes the part of the channel that the application sees. */
function createChannel(
  { consultationId, sender, transport, environment, closed }: ChannelDependencies,
  {
    sequencer,
    snapshot,
    outbox,
    outboxSender,
    readMarks,
    history,
    typists,
    ownTyping,
    joins,
    room,
  }: ChannelParts,
  on: ChannelEmitters,
): ConsultationChannel {
  const isClosed = (): boolean => room.state().state === 'closed';

  function send(content: string, clientMessageId: string): Promise<SentMessage> {
    const refusal = isClosed() ? closedError(clientMessageId) : checkSend(sender, content, clientMessageId);
    if (refusal !== null) return Promise.reject(refusal);
    ownTyping.set(false);
    const sent = outbox.add(clientMessageId, content);
    transport.wake();
    outboxSender.pump();
    return sent;
  }

  return {
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
      const promise = joins.wait(room.state());
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
    markRead: (seq = Number.POSITIVE_INFINITY) => {
      if (sender !== null) readMarks.mark(Math.min(seq, sequencer.position() ?? 0));
    },
    close: () => {
      if (isClosed()) return;
      readMarks.close();
      room.leave();
      room.close();
      outboxSender.close();
      history.close();
      closed();
      for (const emitter of Object.values(on)) emitter.clear();
    },
    ...listeningTo(on),
  };
}
