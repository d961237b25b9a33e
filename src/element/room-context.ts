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
  /** When the doctor's duty ends, in epoch ms; null if it is not known. */
  readonly dutyUntil: number | null;
  /** The time zone of the doctor's schedule; undefined if it is not known. */
  readonly dutyZone: string | undefined;
  readonly closed: ClosedReason | null;
  /** The other party's name, or their role while the name is not known. */
  readonly partnerName: string;
  /** What the page around knows of the other party; null if it knows nothing. */
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
  /** @param event the click on a button beside the text. */
  copy(text: string, event: Event): Promise<void>;
  toEnd(): void;
  /** Moves to the first message that has not been on screen. */
  toUnread(): Promise<void>;
  loadEarlier(): void;
  print(): void;
  enter(): void;
}
