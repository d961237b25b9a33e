import type { Consultation, Message, PresentPerson } from '../protocol/wire.js';
import type { ConsultationChannel } from './channel.js';
import type { DoctorAvailability, PresenceChange } from './consultation-snapshot.js';
import { createEmitter } from './emitter.js';
import type { OutgoingMessage } from './outbox.js';
import type { ReadSeq } from './read-marks.js';
import type { RoomState } from './room-state.js';
import type { Typist } from './typing.js';

/** One emitter for each `on…` of a channel. */
export type ChannelEmitters = ReturnType<typeof createChannelEmitters>;

export function createChannelEmitters(fail: (error: unknown) => void) {
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

export type ChannelListening = Pick<ConsultationChannel, Extract<keyof ConsultationChannel, `on${string}`>>;

export function listeningTo(emitters: ChannelEmitters): ChannelListening {
  return {
    onMessage: emitters.message.listen,
    onReset: emitters.reset.listen,
    onState: emitters.state.listen,
    onOutbox: emitters.outbox.listen,
    onTyping: emitters.typing.listen,
    onRead: emitters.read.listen,
    onDoctor: emitters.doctor.listen,
    onPresence: emitters.presence.listen,
    onUpdated: emitters.updated.listen,
  };
}
