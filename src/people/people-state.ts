import type { ChatClient } from '../client/index.js';
import type { Announcer } from '../element/announcer.js';
import type { RecordParts } from '../element/record-view.js';
import type { Sender } from '../protocol/wire.js';
import type { Duty } from '../room/availability.js';
import type { FirstLook } from '../room/first-look.js';
import { otherSide } from '../room/other-side.js';
import type { Language } from '../texts/languages.js';
import type { PeopleTexts } from '../texts/people-texts.js';
import type { Person } from './api.js';
import type { Hours } from './hours.js';
import type { InboxItem, InboxSort, InboxState } from './inbox-list.js';
import { tellingApart } from './namesakes.js';
import type { Notices, NoticeWay } from './notices.js';
import type { shareSeen } from './seen-in-tabs.js';
import type { SignInStage } from './sign-in.js';

/** A view in a file of its own, which is loaded for those who need it. */
export type View = (state: PeopleState, actions: PeopleActions) => unknown;

/**
 * Called after each drawing. Shows on the icon how many messages are unread, and reads new ones out to screen readers.
 *
 * @param visit null while nobody is signed in.
 */
export type TellUnread = (visit: VisitState | null, texts: PeopleTexts) => void;

/** @returns null while it is not known whether there is anything to say. */
export type WaitingView = (state: PeopleState, visit: VisitState, item: InboxItem) => unknown;

/** Everything that the page shows. */
export interface PeopleState {
  readonly texts: PeopleTexts;
  /** Epoch ms, by the clock of the server as far as it is known. */
  readonly now: number;
  readonly signIn: SignInStage;
  /** null until somebody is signed in. */
  readonly visit: VisitState | null;
  /** The people that a visitor of the demo can choose from; null while they are being asked for. */
  readonly demo: DemoPeople | 'failed' | null;
  /** The dialog that is open over the page; null for none. */
  readonly dialog: DialogState | null;
  readonly later: LaterParts;
  /** null until they have been loaded. */
  readonly notices: Notices | null;
}

/** The parts of the page in files of their own, once they are loaded. */
export interface LaterParts {
  dialogView?: View;
  /** Ends or extends. @returns why this was not done or may not have been done; null if it was done. */
  change?: (state: PeopleState, asked: ChangeDialog) => Promise<string | null>;
  /** For those who are not signed in. */
  signInView?: View;
  /** Asks for the people that a visitor of the demo can choose from: the first ones of each role. */
  demoPeople?: () => Promise<DemoPeople | 'failed'>;
  layRecord?: RecordParts['layRecord'];
  wholeRecord?: RecordParts['wholeRecord'];
  /** For patients. */
  createWaitingView?: (announcer: Announcer) => WaitingView;
  waitingView?: WaitingView | undefined;
  createNameSearch?: (search: string) => (name: string) => boolean;
  createNotices?: (base: string, opened: (consultationId: string) => unknown) => Notices;
  createTellUnread?: (announcer: Announcer) => TellUnread;
  shareSeen?: typeof shareSeen;
  /** Whether the last try to load one of them has failed. */
  hasFailed?: boolean;
}

export interface DemoPeople {
  readonly doctors: readonly Person[];
  readonly patients: readonly Person[];
}

/** What somebody is asked about before it is done. */
export type Question = 'end' | 'extend' | 'sign-out';

export interface ChangeDialog {
  readonly kind: Question;
  readonly consultationId: string;
  readonly failure: string | null;
  readonly isBusy: boolean;
  readonly minutes: number;
}

export type DialogState = { readonly kind: 'settings' } | ChangeDialog;

/** What the page shows to somebody who is signed in. */
export interface VisitState {
  readonly side: Sender;
  /** The person's name, or their id if the name is not known; empty while neither is. */
  readonly ownName: string;
  readonly client: ChatClient;
  readonly inbox: InboxState;
  /** Whether a patient was known to have other conversations than the one that the page opened with, before the list came. */
  readonly hasOthers: boolean;
  readonly sort: InboxSort;
  readonly search: string;
  /** The consultation that the address names; null for the list. */
  readonly chosen: string | null;
  readonly hrefOf: (consultationId: string | null) => string;
  readonly isSignedOut: boolean;
  /** Whether the last try to reach the server has failed. */
  readonly isUnreachable: boolean;
  /** Whether the person's own messages in a conversation were refused or wait for the connection; null for neither. */
  readonly unsentIn: (consultationId: string) => 'failed' | 'waiting' | null;
  /** Whether a conversation has a draft. */
  readonly hasDraftIn: (consultationId: string) => boolean;
  /** Whether the doctor is on duty, as far as the room that is shown knows. */
  readonly duty: Duty['state'];
  /** Whether a doctor is known to be off duty. */
  readonly isOffDuty: (doctorId: string) => boolean;
  /** The hours of the doctor of the chosen consultation; null if there are none, and undefined while that is not known. */
  readonly hours: Hours | null | undefined;
  /** The start of the conversation that the page opened with, or the last look of one that is opened without a connection. */
  readonly firstLook: FirstLook | null;
}

export interface PeopleActions {
  speak(language: Language): void;
  choosePerson(role: 'patient' | 'doctor', id: string): void;
  signOut(): void;
  /** Goes on as the person of the last link and drops what the person before has not sent, or stays with that person. */
  changePerson(isAgreed: boolean): void;
  open(consultationId: string | null, event?: Event): void;
  search(text: string): void;
  sort(by: InboxSort): void;
  loadMore(): void;
  /** @param event a key in the list or its search, or the focus that has come to a row. */
  listKey(event: Event): void;
  show(dialog: DialogState['kind']): Promise<void>;
  /** Loads the part that makes the record. Resolves with an empty object if it cannot be loaded now. */
  loadRecord(): Promise<Partial<RecordParts>>;
  closeDialog(): void;
  chooseMinutes(minutes: number): void;
  confirm(): void;
  /** Resolves when this is done, or has turned out to be impossible. */
  notice(way: NoticeWay, isOn: boolean): Promise<void>;
}

/** Returns the chosen consultation's row; null if the list does not have it. */
export function chosenItem({ chosen, inbox }: VisitState): InboxItem | null {
  return inbox.items.find(({ consultationId }) => consultationId === chosen) ?? null;
}

/** Where Back leads: to the list, but for a patient with one conversation, who has no list, to that one. */
export function wayBack({ side, inbox }: VisitState): string | null {
  const [only, ...others] = inbox.items;
  return side === 'user' && others.length === 0 ? (only?.consultationId ?? null) : null;
}

/** The other party's name, and the words that distinguish the conversation if others have the same name. */
export function whomOf(
  { texts, now }: PeopleState,
  { side, inbox }: VisitState,
  item: InboxItem,
): { readonly name: string; readonly label: string } {
  const other = otherSide(side);
  const label = tellingApart(item, inbox.items, other, {
    opened: ({ openedAt }) => texts.say('opened', { moment: texts.room.moment(Date.parse(openedAt), now) }),
    oneOf: (number, count) => texts.say('one-of', { number, count }),
  });
  return { name: item[other].name, label };
}

/** When a consultation will end if it is extended now by so many minutes, in epoch ms. */
export function extendedUntil(item: InboxItem | null, minutes: number, now: number): number {
  return Math.max(now, item === null ? now : Date.parse(item.expiresAt)) + minutes * 60_000;
}
