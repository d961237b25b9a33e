import type {
  Ack,
  AuthenticateAnswer,
  ClientToServerEvents,
  GetMessagesAnswer,
  JoinConsultationAnswer,
  SendMessageAnswer,
} from '../protocol/wire.js';

export interface Answers {
  readonly join_consultation: JoinConsultationAnswer;
  readonly leave_consultation: { readonly consultationId: string };
  readonly send_message: SendMessageAnswer;
  readonly get_messages: GetMessagesAnswer;
  readonly mark_read: { readonly consultationId: string; readonly seq: number };
  readonly authenticate: AuthenticateAnswer;
  readonly typing: { readonly consultationId: string };
}

export type RequestEvent = keyof Answers;
export type RequestPayload<Event extends RequestEvent> = Parameters<ClientToServerEvents[Event]>[0];

/** The line to the server, as a channel needs it. Requests leave in the order in which they are made. */
export interface Transport {
  isUp(): boolean;
  /** Somebody has something for the line: one that the server has closed as unused comes back. */
  wake(): void;
  /**
   * Never rejects. Undefined when no answer comes any more: then the line that carried the request is down, before the
   * promise resolves. It is unknown whether the request took effect.
   */
  request<Event extends RequestEvent>(
    event: Event,
    payload: RequestPayload<Event>,
  ): Promise<Ack<Answers[Event]> | undefined>;
}
