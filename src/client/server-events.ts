import type { Sender, ServerToClientEvents } from '../protocol/wire.js';
import type { ChannelParts } from './channel-parts.js';
import { isSamePerson } from './person.js';

type Handlers = {
  readonly [Event in keyof ServerToClientEvents]?: (
    payload: Parameters<ServerToClientEvents[Event]>[0],
  ) => void;
};

/**
 * @returns a handler of the events that the server sends about this consultation. It ignores unknown events, because
 *   a newer server may send more.
 */
export function createServerEventHandler(
  sender: Sender | null,
  { room, snapshot, readMarks, typists }: ChannelParts,
): (event: string, payload: object) => void {
  const handlers: Handlers = {
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
  return (event, payload) => {
    if (Object.hasOwn(handlers, event)) handlers[event as keyof Handlers]?.(payload as never);
  };
}
