import type { ChatClient } from '../client/index.js';
import type { Sender } from '../protocol/wire.js';
import type { FirstLook } from '../room/first-look.js';
import type { Language } from '../texts/languages.js';
import type { PeopleTexts } from '../texts/people-texts.js';
import type { Person } from './api.js';
import type { Hours } from './hours.js';
import type { InboxItem, InboxSort, InboxState } from './inbox-list.js';
import type { NoticeWay } from './notices.js';
import type { SignInStage } from './sign-in.js';

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
  /** null until it has been loaded. */
  readonly dialogView: ((state: PeopleState, actions: PeopleActions) => unknown) | null;
  /** null until it has been loaded. */
  readonly hoursView: ((state: PeopleState, hours: Hours, name: string) => unknown) | null;
  readonly notices: Readonly<Record<NoticeWay, boolean>> & { readonly isBlocked: boolean };
}

export interface DemoPeople {
  readonly doctors: readonly Person[];
  readonly patients: readonly Person[];
  readonly view: (demo: DemoPeople, texts: PeopleTexts, actions: PeopleActions) => unknown;
}

export type DialogState =
  | { readonly kind: 'settings' }
  | {
      readonly kind: 'end' | 'extend';
      readonly consultationId: string;
      readonly failure: string | null;
      readonly isBusy: boolean;
      readonly minutes: number;
    };

/** Of somebody who is signed in. */
export interface VisitState {
  readonly side: Sender;
  readonly client: ChatClient;
  readonly inbox: InboxState;
  readonly sort: InboxSort;
  readonly search: string;
  /** What the address names; null for the list. */
  readonly chosen: string | null;
  readonly hrefOf: (consultationId: string | null) => string;
  readonly isSignedOut: boolean;
  /** Whether a message of one's own was refused in a conversation that is not shown. */
  readonly hasRefused: (consultationId: string) => boolean;
  /** Of the doctor of the chosen consultation; null while unknown. */
  readonly hours: Hours | null;
  /** Of the consultation that the page was opened with; null while there is none. */
  readonly firstLook: FirstLook | null;
}

export interface PeopleActions {
  speak(language: Language): void;
  choosePerson(role: 'patient' | 'doctor', id: string): void;
  signOut(): void;
  open(consultationId: string | null, event?: Event): void;
  search(text: string): void;
  sort(by: InboxSort): void;
  loadMore(): void;
  listKey(event: KeyboardEvent): void;
  show(dialog: 'settings' | 'end' | 'extend'): Promise<void>;
  showHours(): void;
  closeDialog(): void;
  chooseMinutes(minutes: number): void;
  confirm(): void;
  notice(way: NoticeWay, isOn: boolean): void;
}

/** The consultation that is chosen, as far as the list has it. */
export function chosenItem({ chosen, inbox }: VisitState): InboxItem | null {
  return inbox.items.find(({ consultationId }) => consultationId === chosen) ?? null;
}

/** When a consultation ends that is extended now by so many minutes; epoch ms. */
export function extendedUntil(item: InboxItem | null, minutes: number, now: number): number {
  return Math.max(now, item === null ? now : Date.parse(item.expiresAt)) + minutes * 60_000;
}
