import type { Message, Sender } from '../protocol/wire.js';
import type { ChannelEmitters } from './channel-emitters.js';
import { ChatError } from './chat-error.js';
import { type ConsultationSnapshot, createConsultationSnapshot } from './consultation-snapshot.js';
import type { Environment } from './environment.js';
import { createHistory, type History } from './history.js';
import { createJoins, type Joins } from './joins.js';
import { createOutbox, type Outbox, type OutgoingMessage } from './outbox.js';
import { createOutboxSender, type OutboxSender } from './outbox-sender.js';
import { type ChatStorage, createOutboxStorage } from './outbox-storage.js';
import { createReadMarks, type ReadMarks } from './read-marks.js';
import type { From } from './reading-start.js';
import { createRoom, type Room } from './room.js';
import { createRoomListener } from './room-listener.js';
import { isInside } from './room-state.js';
import { createSequencer, type Sequencer } from './sequencer.js';
import type { Transport } from './transport.js';
import { createOwnTyping, createTypists, type OwnTyping, type Typists } from './typing.js';

export interface ChannelDependencies {
  readonly consultationId: string;
  readonly sender: Sender | null;
  readonly from: From;
  readonly maxInFlight: number;
  readonly storage: ChatStorage;
  /** Comes before the number of a slot, and so says whose outbox the slot belongs to. */
  readonly storagePrefix: string;
  readonly transport: Transport;
  readonly environment: Environment;
  /** Called with failures that no answer reports: an exception of a listener, or a refused read mark. */
  readonly problem: (error: unknown) => void;
  readonly closed: () => void;
}

/** The parts of a channel. Each does one thing; the room's listener and the server's events connect them. */
export interface ChannelParts {
  readonly sequencer: Sequencer<Message>;
  readonly snapshot: ConsultationSnapshot;
  readonly outbox: Outbox;
  readonly outboxSender: OutboxSender;
  readonly readMarks: ReadMarks;
  readonly history: History;
  readonly typists: Typists;
  readonly ownTyping: OwnTyping;
  readonly joins: Joins;
  readonly room: Room;
}

export function createChannelParts(dependencies: ChannelDependencies, on: ChannelEmitters): ChannelParts {
  const { consultationId, sender, transport, environment, problem } = dependencies;
  const { now } = environment;
  const speaker = { ...dependencies, sender: sender ?? 'user' } as const;
  const sequencer = createSequencer<Message>();
  const snapshot = createConsultationSnapshot(now, on);
  const outbox = createOutbox({
    storage: createOutboxStorage(dependencies.storage, dependencies.storagePrefix, environment.random),
    now,
    changed: (message) => {
      learnFrom(message, snapshot);
      on.outbox.emit(message);
    },
    notKept: (clientMessageId) =>
      problem(new ChatError('client.not_kept', 'A reload would lose this message.', { clientMessageId })),
  });
  const typists = createTypists(environment, () => on.typing.emit(typists.list()));
  const parts = {
    sequencer,
    snapshot,
    outbox,
    outboxSender: createOutboxSender({ ...speaker, outbox }),
    readMarks: createReadMarks(speaker),
    history: createHistory(consultationId, transport, environment),
    typists,
    ownTyping: createOwnTyping(environment, (isTyping) => {
      if (!isInside(room.state()) || !transport.isUp()) return false;
      void transport.request('typing', { consultationId, isTyping });
      return true;
    }),
    joins: createJoins(),
  };
  const listener = createRoomListener(sender, parts, on);
  const room: Room = createRoom({ ...dependencies, sequencer, listener });
  return { ...parts, room };
}

/** A refusal because of the schedule tells as much about the doctor as a notice does. */
function learnFrom({ progress }: OutgoingMessage, snapshot: ConsultationSnapshot): void {
  if (progress.state !== 'refused' || progress.error.code !== 'doctor.unavailable') return;
  snapshot.doctorClosed(progress.error.refusal?.nextOpeningAt ?? null);
}
