import type { Duty } from '../room/availability.js';
import type { ClosedReason } from '../room/closed-reason.js';
import type { RoomModel } from '../room/room.js';
import type { Texts } from '../texts/texts.js';

/** The other party's name, and what tells this room apart from others with somebody of the same name. */
export interface Whom {
  readonly name: string;
  readonly label: string;
}

/** `Max Same (max-2)` */
export const whomWords = ({ name, label }: Whom): string => (label === '' ? name : `${name} (${label})`);

/** What every view of the room is drawn from. */
export interface RoomContext {
  readonly model: RoomModel;
  readonly texts: Texts;
  /** Epoch ms. */
  readonly now: number;
  readonly duty: Duty;
  /** When the doctor's duty ends; epoch ms, null where nobody knows. */
  readonly dutyUntil: number | null;
  /** Of the doctor's schedule; undefined where nobody knows. */
  readonly dutyZone: string | undefined;
  readonly closed: ClosedReason | null;
  /** The other party's name; what they are where it is not known yet. */
  readonly partnerName: string;
  /** What the page around knows of the other party; null where it knows nothing. */
  readonly whom: Whom | null;
  readonly emergency: string;
  /** Whether the server wants a token, and the page has not given any yet. */
  readonly isTokenAwaited: boolean;
}

/** What people can do in a room. */
export interface RoomActions {
  send(): void;
  drafted(): void;
  retry(clientMessageId: string): void;
  edit(clientMessageId: string, content: string): void;
  /** @param event of a button beside the text. */
  copy(text: string, event: Event): Promise<void>;
  toEnd(): void;
  /** To the first message that has not been on screen. */
  toUnread(): Promise<void>;
  loadEarlier(): void;
  print(): void;
  enter(): void;
}
