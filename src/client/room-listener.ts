import type { Sender } from '../protocol/wire.js';
import type { ChannelEmitters } from './channel-emitters.js';
import type { ConsultationSnapshot } from './consultation-snapshot.js';
import type { Joins } from './joins.js';
import type { OutboxSender } from './outbox-sender.js';
import type { ReadMarks } from './read-marks.js';
import type { RoomListener } from './room.js';
import { isInside } from './room-state.js';
import type { OwnTyping, Typists } from './typing.js';

/** The other parts of the channel that the room's events change. */
export interface RoomListenerParts {
  readonly snapshot: ConsultationSnapshot;
  readonly outboxSender: OutboxSender;
  readonly readMarks: ReadMarks;
  readonly typists: Typists;
  readonly ownTyping: OwnTyping;
  readonly joins: Joins;
}

/** Tells the other parts of a channel what happens in its room. */
export function createRoomListener(
  sender: Sender | null,
  { snapshot, outboxSender, readMarks, typists, ownTyping, joins }: RoomListenerParts,
  on: ChannelEmitters,
): RoomListener {
  return {
    stateChanged: (state) => {
      if (!isInside(state)) {
        ownTyping.forget();
        typists.clear();
      }
      on.state.emit(state);
      joins.stateChanged(state);
    },
    joined: (joined, isOtherHistory) => {
      if (isOtherHistory) {
        readMarks.restart();
        on.reset.emit();
      }
      snapshot.joined(joined, isOtherHistory);
      if (sender !== null) readMarks.known(joined.consultation.readSeq[sender]);
      joins.joined(joined);
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
  };
}
