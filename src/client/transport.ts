import type {
  Ack,
  AuthenticateAnswer,
  ClientToServerEvents,
  ConsultationChangedAnswer,
  GetMessagesAnswer,
  JoinConsultationAnswer,
  SendMessageAnswer,
  WatchInboxAnswer,
} from '../protocol/wire.js';

export interface Answers {
  readonly join_consultation: JoinConsultationAnswer;
  readonly leave_consultation: { readonly consultationId: string };
  readonly send_message: SendMessageAnswer;
  readonly get_messages: GetMessagesAnswer;
  readonly mark_read: { readonly consultationId: string; readonly seq: number };
  readonly authenticate: AuthenticateAnswer;
  readonly watch_inbox: WatchInboxAnswer;
  readonly unwatch_inbox: object;
  readonly end_consultation: ConsultationChangedAnswer;
  readonly extend_consultation: ConsultationChangedAnswer;
  readonly typing: { readonly consultationId: string };
}

export type RequestEvent = keyof Answers;
export type RequestPayload<Event extends RequestEvent> = Parameters<ClientToServerEvents[Event]>[0];

/** The connection to the server, as a channel sees it. Requests leave in the order in which they are made. */
export interface Transport {
  isUp(): boolean;
  /** Called before something is sent. Brings back a connection that the server closed because nobody used it. */
  wake(): void;
  /**
   * Sends a request. Never rejects. Resolves with undefined when no answer will come: the connection that carried the
   * request is lost, and channels have been told of that before the promise resolves. Nobody knows then whether the
   * request took effect.
   */
  request<Event extends RequestEvent>(
    event: Event,
    payload: RequestPayload<Event>,
  ): Promise<Ack<Answers[Event]> | undefined>;
}
