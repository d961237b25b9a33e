import type { ChatClient } from '../client/index.js';
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

/** What comes in a file of its own, for those who need it. */
export type View = (state: PeopleState, actions: PeopleActions) => unknown;

/** Everything that the page is drawn from. */
export interface PeopleState {
  readonly texts: PeopleTexts;
  /** Epoch ms. */
  readonly now: number;
  readonly signIn: SignInStage;
  /** null until somebody is signed in. */
  readonly visit: VisitState | null;
  /** Those who can be chosen in the demo; null while they are being asked for. */
  readonly demo: DemoPeople | 'failed' | null;
  /** What stands open over the page. */
  readonly dialog: DialogState | null;
  readonly later: LaterParts;
  /** null until they have been loaded. */
  readonly notices: Notices | null;
}

/** What comes in files of its own, once it has been loaded. */
export interface LaterParts {
  dialogView?: View;
  /** Ends or extends. @returns why that was not done, or may not have been; null where it was. */
  change?: (state: PeopleState, asked: ChangeDialog) => Promise<string | null>;
  /** For those who are not let in. */
  signInView?: View;
  /** Those who can be chosen in the demo, the first of each. */
  demoPeople?: () => Promise<DemoPeople | 'failed'>;
  layRecord?: RecordParts['layRecord'];
  wholeRecord?: RecordParts['wholeRecord'];
  /** For patients. */
  waitingView?: (state: PeopleState, visit: VisitState, item: InboxItem | null) => unknown;
  createNameSearch?: (search: string) => (name: string) => boolean;
  createNotices?: (base: string, opened: (consultationId: string) => unknown) => Notices;
  shareSeen?: typeof shareSeen;
  /** Whether the last try to load one of them has failed. */
  hasFailed?: boolean;
}

export interface DemoPeople {
  readonly doctors: readonly Person[];
  readonly patients: readonly Person[];
}

/** What is asked before it is done. */
export type Question = 'end' | 'extend' | 'sign-out';

export interface ChangeDialog {
  readonly kind: Question;
  readonly consultationId: string;
  readonly failure: string | null;
  readonly isBusy: boolean;
  readonly minutes: number;
}

export type DialogState = { readonly kind: 'settings' } | ChangeDialog;

/** Of somebody who is signed in. */
export interface VisitState {
  readonly side: Sender;
  /** What they are called, or their id where that is not known; empty before anything is. */
  readonly ownName: string;
  readonly client: ChatClient;
  readonly inbox: InboxState;
  readonly sort: InboxSort;
  readonly search: string;
  /** What the address names; null for the list. */
  readonly chosen: string | null;
  readonly hrefOf: (consultationId: string | null) => string;
  readonly isSignedOut: boolean;
  /** Whether the last try to reach the server has failed. */
  readonly isUnreachable: boolean;
  /** Whether messages of one's own in a conversation were refused, or wait for the connection. */
  readonly unsentIn: (consultationId: string) => 'failed' | 'waiting' | null;
  /** Whether a conversation has a draft. */
  readonly hasDraftIn: (consultationId: string) => boolean;
  /** As the room that is shown knows it. */
  readonly duty: Duty['state'];
  /** Whether a doctor is known to be off duty. */
  readonly isOffDuty: (doctorId: string) => boolean;
  /** Of the doctor of the chosen consultation; null while unknown. */
  readonly hours: Hours | null;
  /** Of the consultation that the page was opened with, or what one had shown that is opened again without a connection. */
  readonly firstLook: FirstLook | null;
}

export interface PeopleActions {
  speak(language: Language): void;
  choosePerson(role: 'patient' | 'doctor', id: string): void;
  signOut(): void;
  /** Goes on as the person of the last link, without what another person has not sent, or stays with that person. */
  changePerson(isAgreed: boolean): void;
  open(consultationId: string | null, event?: Event): void;
  search(text: string): void;
  sort(by: InboxSort): void;
  loadMore(): void;
  /** @param event a key in the list or its search, or that the focus has come to a row. */
  listKey(event: Event): void;
  show(dialog: DialogState['kind']): Promise<void>;
  /** What the record is made by; nothing of it where it cannot be loaded now. */
  loadRecord(): Promise<Partial<RecordParts>>;
  closeDialog(): void;
  chooseMinutes(minutes: number): void;
  confirm(): void;
  /** Resolves once it is done, or known not to be possible. */
  notice(way: NoticeWay, isOn: boolean): Promise<void>;
}

/** The consultation that is chosen, as far as the list has it. */
export function chosenItem({ chosen, inbox }: VisitState): InboxItem | null {
  return inbox.items.find(({ consultationId }) => consultationId === chosen) ?? null;
}

/** Where somebody comes to who goes back: a patient with one conversation, who has no list, comes into that. */
export function wayBack({ side, inbox }: VisitState): string | null {
  const [only, ...others] = inbox.items;
  return side === 'user' && others.length === 0 ? (only?.consultationId ?? null) : null;
}

/** The other party's name, and what tells a conversation apart where others have the same. */
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

/** When a consultation ends that is extended now by so many minutes; epoch ms. */
export function extendedUntil(item: InboxItem | null, minutes: number, now: number): number {
  return Math.max(now, item === null ? now : Date.parse(item.expiresAt)) + minutes * 60_000;
}
