import { type ChatClient, connect, type DoctorAvailability } from '../client/index.js';
import type { ConsultationChat } from '../element/consultation-chat.js';
import { createKeptForTab, type KeptForTab, keyOfRoom } from '../element/kept.js';
import { tabStorage } from '../element/tab-storage.js';
import { type Duty, dutyOf } from '../room/availability.js';
import { isOpen } from '../room/closed-reason.js';
import { isMissedAfter } from '../room/connection-phase.js';
import type { FirstLook } from '../room/first-look.js';
import { seenAmongUnread } from '../room/seen-messages.js';
import type { OutgoingMessage } from '../room/timeline.js';
import type { Api, Me } from './api.js';
import { createDoctorsHours } from './doctors-hours.js';
import { serverClock } from './early-answers.js';
import type { InboxItem, InboxSort, InboxState } from './inbox-list.js';
import { createInboxSource, type InboxSource } from './inbox-source.js';
import { keptForTab } from './kept.js';
import { rememberLook } from './last-looks.js';
import { createLeftovers, type Leftovers } from './leftovers.js';
import type { ListChange } from './news.js';
import type { LaterParts, VisitState } from './people-state.js';
import type { Routes } from './routes.js';
import { toldOf } from './told-storage.js';

/** The visit of somebody who is signed in: their connection, their list, and the room that they are in. */
export interface Visit {
  readonly state: VisitState;
  readonly client: ChatClient;
  readonly inbox: InboxSource;
  search(text: string): void;
  sort(by: InboxSort): void;
  /** Called when the address has changed. */
  moved(): void;
  /** Called when something may have been written in the room or removed there. */
  written(): void;
  /** Called when time has passed, or (`isNews`) when the hours may have changed. */
  refresh(isNews?: boolean): void;
  /** Called when the device has slept. Checks again who is here and whether there is a connection. */
  woken(): void;
  /** Exchanges with other tabs what was seen, once the part for that is loaded. */
  share(later: LaterParts): void;
  /** Goes on with another token of the same person. */
  signIn(): void;
  close(): void;
}

export interface VisitDependencies {
  readonly me: Me & { readonly role: 'patient' | 'doctor' };
  readonly hasOthers: boolean;
  readonly socketPath: string;
  /** A text if there will be no other token; undefined if a cookie of the browser says who this is. */
  readonly token: string | (() => Promise<string>) | undefined;
  readonly api: Api;
  readonly routes: Routes;
  readonly changed: () => void;
  /** Called when the list is there for the first time. */
  readonly listed: () => void;
  readonly heard: (change: ListChange) => void;
}

/** A search looks through more than the list has loaded, up to so many conversations. */
const MAX_SEARCHED = 2_000;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: what a visit consists of, put together over one state.
export function createVisit(given: VisitDependencies): Visit {
  const { me, socketPath, token, api, routes, changed, listed, heard } = given;
  const side = me.role === 'doctor' ? 'doctor' : 'user';
  const storage = tabStorage();
  const client = connect(location.origin, {
    sender: side,
    ...(token === undefined ? {} : { token }),
    ...(storage === null ? {} : { storage: toldOf(storage, () => changed()) }),
    socketOptions: { path: socketPath },
  });
  let sort: InboxSort = side === 'doctor' && keptForTab.read('sort') !== 'activity' ? 'waiting' : 'activity';
  let search = '';
  /** What is known of each consultation that the list has had. */
  let before: ListChange['before'] = new Map();
  /** When the list was first there, in epoch ms; null until then. */
  let beganAt: number | null = null;
  let firstLook: FirstLook | null = null;
  /** What each room had shown when it was left, by consultation. */
  const looks = new Map<string, FirstLook>();
  let isUnreachable = false;
  const doctorsHours = createDoctorsHours(api, changed);
  const hoursOf = doctorsHours.of;

  const isLookedAt = (id: string): boolean => !document.hidden && routes.consultationId === id;
  const inbox = createInboxSource(client, sort, () => {
    const { items, stage, asOf } = inbox.state;
    if (stage === 'live') {
      if (beganAt !== null) heard({ side, before, after: items, beganAt, isLookedAt });
      else listed();
      beganAt ??= asOf;
      before = new Map([...before, ...items.map((item) => [item.consultationId, item] as const)]);
      // By then, the list can load more.
      setTimeout(loadSearched);
      keptForTab.write('name', items[0]?.[side].name ?? keptForTab.read('name'));
      settle(items);
    }
    changed();
  });
  const leftovers: Leftovers = createLeftovers(client, side, keepRefused);
  /** The consultation whose room is shown or about to be shown. */
  let shown = routes.consultationId;
  keptForTab.write('room', shown);
  let isClosed = false;
  let endSharing: (() => void) | undefined;
  const remember = (): void => keptForTab.write('leftovers', unsettledNow().join(' ') || null);
  addEventListener('pagehide', remember);
  const stateChanged = (): void => {
    isUnreachable = isMissedAfter(client.state, isUnreachable);
    if (!isOnline()) doctorsHours.forgetReady();
    changed();
  };
  const ends = [
    client.onState(stateChanged),
    client.onTraffic(
      (traffic) => doctorsHours.isToldBy(traffic, shown, chosenDoctor, doctorOfShown) && askForHours(true),
    ),
    () => removeEventListener('pagehide', remember),
  ];
  for (const id of keptForTab.read('leftovers')?.split(' ') ?? []) if (id !== shown) leftovers.send(id);

  /** Leads a patient with a single conversation into it. */
  function settle(items: readonly InboxItem[]): void {
    const [only, ...others] = items;
    const isLed =
      side === 'user' && only !== undefined && others.length === 0 && routes.consultationId === null;
    if (isLed) routes.go(only.consultationId, 'replace');
    askForHours();
  }

  /** @param known how many conversations were loaded before the last page was. */
  async function loadSearched(known?: number): Promise<void> {
    const { length } = inbox.state.items;
    if (search.trim() === '' || length === known || length >= MAX_SEARCHED) return;
    await inbox.loadMore();
    await loadSearched(length);
  }

  function keptOf(consultation: string): KeptForTab {
    const as = side === 'doctor' ? 'doctor' : 'patient';
    return createKeptForTab(storage, keyOfRoom({ server: client.url, consultation, as }));
  }

  /** Keeps a refused message in its room, because nobody was there to decide about it. */
  function keepRefused(message: OutgoingMessage): void {
    const kept = keptOf(message.consultationId);
    kept.keepFailures([...kept.failures(), message]);
    changed();
  }

  /** Whether the room still has something to send. Call this before the room is gone. */
  const isUnsettled = (id: string): boolean =>
    customElements.get('consultation-chat') !== undefined && leftovers.has(id);

  const isOnline = (): boolean => client.state.state === 'online';

  function unsentIn(id: string): 'failed' | 'waiting' | null {
    if (keptOf(id).failures().length > 0) return 'failed';
    // Asking the leftovers opens the channel, which must not happen before the room that is shown has opened it.
    const isShown = id === shown && roomShown()?.isOpened(id) === true;
    const isWaiting = !isOnline() && (leftovers.inFlight.includes(id) || (isShown && leftovers.has(id)));
    return isWaiting ? 'waiting' : null;
  }

  /** The consultations with messages on their way, so that they are sent even after a reload that leads elsewhere. */
  function unsettledNow(): readonly string[] {
    const { inFlight } = leftovers;
    return shown !== null && isUnsettled(shown) ? [...inFlight, shown] : inFlight;
  }

  const chosenDoctor = (): string =>
    inbox.state.items.find(({ consultationId }) => consultationId === routes.consultationId)?.doctor.id ?? '';

  /** The availability of the doctor, as far as the room that is shown knows. */
  const doctorOfShown = (): DoctorAvailability | null =>
    shown !== null && roomShown()?.isOpened(shown) === true
      ? client.consultation(shown, { sender: side }).doctor
      : null;

  /** Whether the room says that no hours are planned at all. Then there are none to show. */
  function isNeverOnDuty(): boolean {
    const doctor = doctorOfShown();
    return doctor?.state === 'closed' && doctor.nextOpeningAt === null;
  }

  function hasDraftIn(id: string): boolean {
    return keptOf(id).draft().trim() !== '';
  }

  function dutyNow(): Duty['state'] {
    const [doctor, now] = [doctorOfShown(), serverClock.now()];
    return doctor === null ? 'unknown' : dutyOf(doctor, isOnline(), now, now - Date.now()).state;
  }

  /** Asks the room first, which knows its own doctor best. */
  function isOffDuty(doctorId: string): boolean {
    const duty = doctorId === chosenDoctor() ? dutyNow() : 'unknown';
    return duty === 'unknown' ? doctorsHours.isOffDuty(doctorId) : duty === 'off';
  }

  /** Asks for the hours of the room's doctor, and in a patient's list for those of all doctors whom they can write to. */
  function askForHours(isNews = false): void {
    const now = serverClock.now();
    const listed = inbox.state.items.filter((item) => side === 'user' && isOpen(item, now));
    const doctorIds = new Set([chosenDoctor(), ...listed.map(({ doctor }) => doctor.id)]);
    doctorIds.delete('');
    doctorsHours.ask(doctorIds, isNews);
  }

  const ownName = (): string =>
    keptForTab.read('name') ?? (inbox.state.stage === 'loading' ? '' : me.id) ?? '';

  /** A read mark means "up to here" and so waits for skipped messages. Those seen after them must not count as unread. */
  function asSeen(item: InboxItem): InboxItem {
    const { consultationId: id, unread } = item;
    if (unread === 0) return item;
    const unseen = Math.max(0, unread - seenAmongUnread(keptOf(id).seen(), item));
    // The room knows its mark before the list does.
    return { ...item, unread: Math.min(unseen, roomShown()?.unreadIn(id) ?? unseen) };
  }

  function inboxAsSeen(): InboxState {
    const { state } = inbox;
    return { ...state, items: state.items.map(asSeen) };
  }

  /** What the row of the conversation that is shown last said about unsent messages there. */
  let toldOfShown = '';

  // The start of the room that the address names. Without it, the room only appears a little later.
  api.firstLook(routes.consultationId ?? '')?.then(
    (found) => {
      firstLook = found;
      changed();
    },
    () => undefined,
  );

  return {
    client,
    inbox,
    get state(): VisitState {
      const { consultationId } = routes;
      return {
        side,
        ownName: ownName(),
        client,
        hasOthers: given.hasOthers,
        inbox: inboxAsSeen(),
        sort,
        search,
        chosen: consultationId,
        hrefOf: routes.hrefOf,
        isSignedOut: client.state.state === 'signed_out',
        hours: isNeverOnDuty() ? null : hoursOf(chosenDoctor()),
        firstLook: (isOnline() ? null : looks.get(consultationId ?? '')) ?? firstLook,
        isUnreachable,
        unsentIn,
        hasDraftIn,
        duty: dutyNow(),
        isOffDuty,
      };
    },
    search(text) {
      search = text;
      void loadSearched();
      changed();
    },
    sort(by) {
      sort = by;
      keptForTab.write('sort', by);
      inbox.sortBy(by);
      changed();
    },
    moved() {
      const left = shown === routes.consultationId ? null : shown;
      if (left !== null) rememberLook(looks, left, roomShown()?.lastLook(left) ?? null);
      const unsettled = left !== null && isUnsettled(left) ? left : null;
      shown = routes.consultationId;
      doctorsHours.forgetReady();
      keptForTab.write('room', shown);
      if (shown !== null) leftovers.stop(shown);
      askForHours();
      changed();
      // By then the old room is gone and the next one is open, so the rows can say what waits in either.
      setTimeout(() => {
        if (isClosed) return;
        if (unsettled !== null && routes.consultationId !== unsettled) leftovers.send(unsettled);
        changed();
      });
    },
    written() {
      const told = shown === null ? '' : `${unsentIn(shown)} ${hasDraftIn(shown)}`;
      if (told !== toldOfShown) changed();
      toldOfShown = told;
    },
    refresh: askForHours,
    woken() {
      if (!isOnline()) return;
      client.disconnect();
      client.connect();
    },
    share({ shareSeen }) {
      endSharing ??= shareSeen?.(`${me.role} ${me.id}`, storage, () => {
        roomShown()?.learnSeen();
        changed();
      });
    },
    signIn: () => (token === undefined ? client.connect() : client.signIn(token)),
    close() {
      isClosed = true;
      for (const end of ends) end();
      endSharing?.();
      leftovers.close();
      inbox.close();
      client.close();
    },
  };
}

const roomShown = (): ConsultationChat | null =>
  document.querySelector<ConsultationChat>('consultation-chat');
