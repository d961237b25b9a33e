import type { ConsultationChannel, RoomState } from '../client/index.js';
import type { Message } from '../protocol/wire.js';
import type { OutgoingMessages } from '../room/outgoing-messages.js';
import type { ChatConnectionListener, JoinTarget } from './connection-port.js';

/** Tells the page what is said and done in a consultation. Changes of the room's state go to `roomChanged`. */
export function followChannel(
  channel: ConsultationChannel,
  place: JoinTarget,
  listener: ChatConnectionListener,
  outgoing: OutgoingMessages,
  roomChanged: (state: RoomState) => void,
): void {
  // Messages are collected, so that a long history is drawn at once and not line by line.
  let fresh: Message[] = [];
  const flush = (): void => {
    const messages = fresh;
    fresh = [];
    if (messages.length > 0) listener.messages(messages);
  };
  channel.onMessage((message) => {
    if (fresh.push(message) === 1) queueMicrotask(flush);
  });
  channel.onReset(() => {
    fresh = [];
    listener.startedOver();
  });
  channel.onState((state) => {
    flush();
    roomChanged(state);
  });
  channel.onOutbox((message) => outgoing.changed(place, message));
  channel.onPresence((present, change) =>
    listener.presence(present, change && { what: change.change, sender: change.sender, at: change.at }),
  );
  channel.onDoctor(listener.doctorChanged);
  channel.onUpdated(listener.consultationUpdated);
  channel.onTyping(listener.typing);
  channel.onRead(listener.read);
}
