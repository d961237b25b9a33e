/**
 * The package's entry `./element`. Importing it defines `<consultation-chat>` where there are custom elements, and does
 * nothing elsewhere, as on a server. `docs/element.md` says the same in prose.
 */
import type { ChatClient } from '../client/chat-client.js';
import type { Sender } from '../protocol/wire.js';

/** The state of the room. `closed` and `refused` come with a reason. */
export type ConsultationChatState = 'connecting' | 'open' | 'closed' | 'offline' | 'signed-out' | 'refused';

/** The events of the element. They never hold what people wrote, nor names. */
export interface ConsultationChatEventMap {
  /** How many messages of the other party have not been on screen yet. */
  unread: CustomEvent<{ readonly consultationId: string; readonly count: number }>;
  /** `reason`: `ended`, `expired`, `off-duty`, or the code of a refusal. */
  state: CustomEvent<{
    readonly consultationId: string;
    readonly state: ConsultationChatState;
    readonly reason: string | null;
  }>;
  /** A message has arrived while the room was open. It may be one's own. */
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
  /** Attribute `lang`: `en`, `de`, `fr`, `es`, `ar` or `pt`; when left out, that of the page, or else the browser. */
  lang: string;
  /** Attribute `as`: whose side this is, `patient` or `doctor`. Only for demo mode; otherwise the token says it. */
  as: 'patient' | 'doctor' | '';
  /** Attribute `socket-path`: the server's `SOCKET_PATH`, if it has one of its own. */
  socketPath: string;
  /** The token that says who somebody is. It is used until it expires, and never is an attribute. */
  token: string | null;
  /** Returns a fresh token each time. It is called before a token expires, so that nobody has to sign in again. */
  getToken: (() => string | Promise<string>) | null;
  /** A connection that several elements share, made by `connect` of `consultation-chat/client`. The page closes it. */
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
  removeEventListener<Type extends keyof ConsultationChatEventMap>(
    type: Type,
    listener: (event: ConsultationChatEventMap[Type]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** The properties that a template may set. A property without a value is the same as one that is left out. */
type Properties = Pick<
  ConsultationChatElement,
  'server' | 'consultation' | 'lang' | 'as' | 'socketPath' | 'token' | 'getToken' | 'client'
>;

/** What the tag takes in JSX, besides what every element does. `docs/element.md` says how to tell React of it. */
export type ConsultationChatProps = {
  readonly [Name in keyof Properties]?: Properties[Name] | null | undefined;
} & {
  readonly [Type in keyof ConsultationChatEventMap as `on${Type}`]?:
    | ((event: ConsultationChatEventMap[Type]) => void)
    | undefined;
};

declare global {
  interface HTMLElementTagNameMap {
    'consultation-chat': ConsultationChatElement;
  }
}
