/** Package entry `./client`: the chat client for browsers and Node. */
export type {
  Consultation,
  ErrorCode,
  GetMessagesAnswer,
  InboxItem,
  InboxSort,
  Message,
  PresentPerson,
  Sender,
  WireError,
} from '../protocol/wire.js';
export type { ConsultationChannel } from './channel.js';
export type { ChatClient, ConsultationOptions } from './chat-client.js';
export { ChatError, type ClientErrorCode, type HandshakeErrorCode } from './chat-error.js';
export { type ConnectOptions, connect } from './client.js';
export type { ConnectionState } from './connection-state.js';
export type { DoctorAvailability, PresenceChange } from './consultation-snapshot.js';
export { isSameBearer, type Token } from './credentials.js';
export type { Unsubscribe } from './emitter.js';
export type { Environment } from './environment.js';
export type { HistoryPage } from './history.js';
export type { Inbox, InboxOptions } from './inbox.js';
export type { OutgoingMessage, OutgoingProgress, SentMessage } from './outbox.js';
export { type ChatStorage, createMemoryStorage } from './outbox-storage.js';
export type { ReadSeq } from './read-marks.js';
export type { From } from './reading-start.js';
export type { Joined } from './room.js';
export type { RoomState } from './room-state.js';
export type { Traffic } from './traffic.js';
export type { Typist } from './typing.js';
