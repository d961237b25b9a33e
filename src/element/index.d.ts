/**
 * Package entry `./element`: importing it defines `<consultation-chat>` where there are custom elements, and does nothing
 * elsewhere, as on a server. `docs/element.md` says the same in prose.
 */
import type { ChatClient, Sender } from '../client/index.js';

/** What the room is like: `closed` and `refused` come with a reason. */
export type ConsultationChatState = 'connecting' | 'open' | 'closed' | 'offline' | 'signed-out' | 'refused';

/** What the element tells of. Never what people wrote, nor their names. */
export interface ConsultationChatEventMap {
  /** How many messages of the other party have not been on screen yet. */
  unread: CustomEvent<{ readonly consultationId: string; readonly count: number }>;
  /** `reason`: `ended`, `expired`, `off-duty`, or the code of a refusal. */
  state: CustomEvent<{
    readonly consultationId: string;
    readonly state: ConsultationChatState;
    readonly reason: string | null;
  }>;
  /** A message arrived while the room was open, one's own too. */
  message: CustomEvent<{
    readonly consultationId: string;
    readonly messageId: string;
    readonly seq: number;
    readonly sender: Sender;
  }>;
}

/** The room of one consultation. */
export interface ConsultationChatElement extends HTMLElement {
  /** Attribute `server`: the address of the chat server; the page's own origin when left out. */
  server: string;
  /** Attribute `consultation`: the id of the consultation. */
  consultation: string;
  /** Attribute `lang`: `en`, `de`, `fr`, `es`, `ar` or `pt`; that of the page, or else of the browser, when left out. */
  lang: string;
  /** Attribute `as`: whose side this is, `patient` or `doctor`. A token says so by itself: for servers in demo mode. */
  as: 'patient' | 'doctor' | '';
  /** Attribute `socket-path`: the server's `SOCKET_PATH`, where it has one of its own. */
  socketPath: string;
  /** Says who somebody is; used until it expires. Never an attribute. */
  token: string | null;
  /** Gives a fresh token each time. Is called before the token expires, so that nobody has to sign in again. */
  getToken: (() => string | Promise<string>) | null;
  /** A connection that several elements share, by `connect` of `consultation-chat/client`; the page closes it. */
  client: ChatClient | null;
  /** Loads what is not there yet and prints the whole conversation. */
  print(): Promise<void>;

  addEventListener<Type extends keyof ConsultationChatEventMap>(
    type: Type,
    listener: (event: ConsultationChatEventMap[Type]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'consultation-chat': ConsultationChatElement;
  }
}
