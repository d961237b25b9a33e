import { render } from 'lit';
import { createAnnouncer } from '../element/announcer.js';
import '../element/define.js';
import { type Language, localeOf, negotiateLanguage } from '../texts/languages.js';
import { englishPeopleTexts, loadPeopleTexts } from '../texts/people-texts.js';
import { createApi } from './api.js';
import { createDialogs, showDialog } from './dialogs.js';
import { type EarlyAnswers, serverClock } from './early-answers.js';
import { wantedLanguages } from './first-questions.js';
import type { HostPage } from './host-page.js';
import { unreadTotal } from './inbox-list.js';
import { keptForBrowser, keptForTab, unsentInTab } from './kept.js';
import { loadLater } from './later.js';
import {
  beginInList,
  focusInList,
  focusRoom,
  focusStream,
  keepPlaceInList,
  moveInList,
  showRow,
  waitsInList,
} from './list-keys.js';
import type { Notices } from './notices.js';
import { readPageSettings } from './page-settings.js';
import type { LaterParts, PeopleActions, PeopleState, TellUnread } from './people-state.js';
import { peopleView } from './people-view.js';
import { layRecordForPrint, printByKey } from './printing.js';
import { createRoutes } from './routes.js';
import { createSignIn, type SignInStage } from './sign-in.js';
import { takeTokenFromAddress } from './take-token.js';
import { createVisit, type Visit } from './visit.js';

/** How often the times on the page are updated, in ms. */
const REFRESH_MS = 15_000;
/** The pause between two tries to load a part of the page, in ms. */
const RETRY_MS = 3_000;
/** After this long (ms), the parts for dialogs and for the browser's own printing are loaded even if nobody asks for them. */
const AHEAD_MS = 10_000;
/** After the first list is there, what counts on the icon is loaded (ms), so that the first messages come before it. */
const COUNT_MS = 1_000;
/** Whoever signs out waits at most this long (ms) for the dialog that says what would be lost. */
const LEAVE_MS = 1_000;
/** If the times were last updated longer ago than this (ms), the device has slept. Browsers delay background pages by less. */
const SLEPT_MS = 90_000;

/** How the parts of the page in files of their own are loaded, by what they export. */
const LATER = {
  createNameSearch: () => loadLater('people-search', () => import('./name-search.js')),
  createTellUnread: () => loadLater('people-unread', () => import('./unread-count.js')),
  createNotices: () => loadLater('people-notices', () => import('./notices.js')),
  dialogView: () => loadLater('people-dialogs', () => import('./dialog-view.js')),
  layRecord: () => loadLater('people-record', () => import('../element/record-view.js')),
  shareSeen: () => loadLater('people-tabs', () => import('./seen-in-tabs.js')),
  createWaitingView: () => loadLater('people-waiting', () => import('./waiting-view.js')),
  signInView: () => loadLater('people-sign-in', () => import('./sign-in-view.js')),
};

const delayed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: what the page consists of, put together over one state.
export function openPeoplePage(earlyAnswers: EarlyAnswers): void {
  const settings = readPageSettings();
  const root = document.getElementById('page') as HTMLElement;
  const announcer = createAnnouncer(document.getElementById('spoken') as HTMLElement);
  const wanted = wantedLanguages();
  const api = createApi(settings.base, () => signIn.token(), earlyAnswers);
  const routes = createRoutes(settings.base, moved);

  let texts = englishPeopleTexts(wanted);
  let isSpoken = false;
  /** The language that was chosen last. Its texts may still be loading. */
  let asked: Language | undefined;
  let stage: SignInStage = { kind: 'checking' };
  let visit: Visit | null = null;
  let demo: PeopleState['demo'] = null;
  const later: LaterParts = {};
  const dialogs = createDialogs(
    async (asked) => (await later.change?.(stateNow(), asked)) ?? null,
    draw,
    drawNow,
  );
  const retries: Partial<Record<keyof typeof LATER, ReturnType<typeof setTimeout>>> = {};
  let notices: Notices | null = null;
  /** What happens before this is told of afterwards. */
  let noticesLoaded: Promise<void> | undefined;
  let tellUnread: TellUnread | undefined;
  let isDrawing = false;
  let isDrawn = false;
  /** The conversation that was last drawn; null for the list, and undefined before anything is in it. */
  let entered: string | null | undefined;
  /** Whether its patient was waiting when it was entered from the list. */
  let hasWaited = false;

  // The part that talks to a host page is loaded only if one may hand in tokens. The host page is then asked for one.
  const hostPage =
    settings.hostOrigins.length === 0 || (window.parent === window && window.opener === null)
      ? null
      : import('./host-page.js').then(
          ({ createHostPage }) =>
            createHostPage(settings.hostOrigins, (token) => token !== signIn.token() && signIn.take(token)),
          () => null,
        );
  const host: HostPage = { ask: async () => (await hostPage)?.ask() ?? null };
  const signIn = createSignIn({ api, host: () => host, isDemo: settings.isDemo, changed: signInChanged });

  function draw(): void {
    if (isDrawing) return;
    isDrawing = true;
    // A tab in the background gets no frames, but its title must still count, so this does not wait for one.
    queueMicrotask(() => {
      isDrawing = false;
      if (isSpoken) drawNow();
    });
  }

  function drawNow(): void {
    // The placeholders that came with the page stay until there is something to show.
    if (!isDrawn) root.replaceChildren();
    isDrawn = true;
    keepPlaceInList(() => render(peopleView(stateNow(), actions), root));

    const place = routes.consultationId ?? (visit?.inbox.state.items.length === 0 ? undefined : null);
    if (visit !== null && entered !== place) focusEntered(place);

    showDialog(dialogs.asked !== null);
    const count = unreadTotal(visit?.state.inbox.items ?? []);
    document.title = `${count === 0 ? '' : `(${count}) `}${texts.say('app-name')}`;
    tellUnread?.(visit?.state ?? null, texts);
    notices?.looksAt(visit === null || document.hidden ? null : routes.consultationId);
  }

  /** Moves the focus to what was just entered or left if nothing has it, as after a reload or the browser's Back. */
  function focusEntered(place: typeof entered): void {
    const left = entered;
    entered = place;
    if (document.activeElement !== document.body || place === undefined) return;
    if (place !== null) focusRoom();
    else if (left === undefined) beginInList();
    else focusInList(left, hasWaited);
  }

  function stateNow(): PeopleState {
    return {
      texts,
      now: serverClock.now(),
      signIn: stage,
      visit: visit?.state ?? null,
      demo,
      dialog: dialogs.asked,
      later,
      notices,
    };
  }

  function signInChanged(next: SignInStage): void {
    const before = stage;
    stage = next;
    if (next.kind === 'in') {
      const isSame = before.kind === 'in' && before.me.id === next.me.id && before.me.role === next.me.role;
      if (visit !== null && isSame) visit.signIn();
      else openVisit(next);
      if (next.me.role === 'patient') void need('createWaitingView');
      // These parts must work without a network as well.
      for (const part of ['dialogView', 'layRecord', 'createNameSearch', 'shareSeen'])
        setTimeout(need, AHEAD_MS, part);
    } else if (visit !== null && next.kind !== 'unreachable' && next.kind !== 'checking') closeVisit();
    if (!['in', 'checking', 'unreachable'].includes(next.kind)) void need('signInView');
    askForPeople();
    draw();
  }

  /** Loads a part of the page, and tries again until that succeeds. */
  async function need(part: keyof typeof LATER): Promise<void> {
    if (later[part] !== undefined) return;
    try {
      Object.assign(later, await LATER[part](), { hasFailed: false });
      tellUnread ??= later.createTellUnread?.(announcer);
      later.waitingView ??= later.createWaitingView?.(announcer);
      notices ??= later.createNotices?.(settings.base, (id) => visit !== null && go(id)) ?? null;
      if (part === 'signInView') askForPeople();
      if (part === 'shareSeen') visit?.share(later);
    } catch {
      later.hasFailed = true;
      clearTimeout(retries[part]);
      retries[part] = setTimeout(need, RETRY_MS, part);
    }
    draw();
  }

  function openVisit({ me, hasOthers }: Extract<SignInStage, { kind: 'in' }>): void {
    closeVisit();
    routes.own();
    const { socketPath } = settings;
    // If nobody can hand in another token, the library gets this one as a text. Then it does not wait for a fresh one.
    const known = signIn.token() ?? undefined;
    const token = known !== undefined && hostPage !== null ? signIn.freshToken : known;
    visit = createVisit({
      me,
      hasOthers,
      socketPath,
      token,
      api,
      routes,
      changed: draw,
      listed: () => setTimeout(need, COUNT_MS, 'createTellUnread'),
      heard: async (change) => {
        await noticesLoaded;
        notices?.tell(change, texts);
      },
    });
    visit.share(later);
  }

  function closeVisit(): void {
    visit?.close();
    visit = null;
    entered = undefined;
    dialogs.close();
  }

  /** In the demo, asks for the people to choose from as soon as the part for it is loaded. */
  function askForPeople(): void {
    demo = null;
    if (stage.kind === 'chooses')
      void later.demoPeople?.().then((found) => {
        demo = found;
        draw();
      });
  }

  /** @param event the event of the browser's Back, which may lead to an address of another person. */
  function moved(event?: Event): void {
    if (event !== undefined && visit !== null) routes.own();
    visit?.moved();
    dialogs.moved(routes.consultationId);
    draw();
  }

  async function speak(language: Language): Promise<void> {
    const tags = [language, ...wanted];
    asked = language;
    const loaded = await loadPeopleTexts(language, tags).catch(() => null);
    // Another language may have been chosen meanwhile.
    if (asked !== language) return;
    texts = loaded ?? englishPeopleTexts(tags);
    if (loaded === null) setTimeout(() => asked === language && speak(language), RETRY_MS);
    isSpoken = true;
    document.documentElement.lang = localeOf(texts.room.language, tags);
    document.documentElement.dir = texts.room.dir;
    draw();
  }

  function go(consultationId: string | null): void {
    const from = routes.consultationId;
    if (from === consultationId) {
      focusRoom();
      return;
    }
    if (consultationId !== null) hasWaited = waitsInList(consultationId);
    // Somebody who came by a deep link has no list to go back to.
    const isFromList = (history.state as { readonly fromList?: boolean } | null)?.fromList === true;
    if (consultationId === null && isFromList) history.back();
    else routes.go(consultationId, from === null || consultationId === null ? 'push' : 'replace');
    requestAnimationFrame(() =>
      requestAnimationFrame(() => (consultationId === null ? focusInList(from, hasWaited) : focusRoom())),
    );
  }

  const actions: PeopleActions = {
    speak(language) {
      keptForBrowser.write('language', language);
      void speak(language);
    },
    choosePerson: (role, id) => signIn.take(`demo~${role}~${id}`),
    signOut() {
      closeVisit();
      routes.go(null, 'replace');
      signIn.signOut();
    },
    changePerson(isAgreed) {
      // The link may have led to another conversation.
      if (!isAgreed) routes.go(keptForTab.read('room'), 'replace');
      signIn.changePerson(isAgreed);
    },
    open(consultationId, event) {
      const { ctrlKey = false, metaKey = false, shiftKey = false } = (event ?? {}) as Partial<MouseEvent>;
      if (ctrlKey || metaKey || shiftKey) return;
      event?.preventDefault();
      go(consultationId);
    },
    search(text) {
      void need('createNameSearch');
      visit?.search(text);
    },
    sort: (by) => visit?.sort(by),
    loadMore: () => visit?.inbox.loadMore(),
    listKey(event) {
      // A search that has found somebody is over. The others must not stay hidden, because they may be waiting.
      if (moveInList(event)) visit?.search('');
      draw();
    },
    async show(kind) {
      const { isLeft, isUnconfirmed } = unsentInTab();
      if (kind === 'sign-out' && !isLeft && !isUnconfirmed) return actions.signOut();
      const parts = Promise.all([need('dialogView'), kind === 'settings' && need('createNotices')]);
      // Signing out needs no server, so it does not wait long for one.
      await (kind === 'sign-out' ? Promise.race([parts, delayed(LEAVE_MS)]) : parts);
      const consultationId = routes.consultationId ?? '';
      dialogs.show(kind, consultationId);
    },
    async loadRecord() {
      await need('layRecord');
      return later;
    },
    closeDialog: dialogs.close,
    chooseMinutes: dialogs.chooseMinutes,
    async confirm() {
      // The button that asked is gone, because it needs an open consultation.
      if (visit !== null && (await dialogs.confirm()) === 'end') focusStream();
    },
    notice: async (way, isOn) => {
      await notices?.choose(way, isOn, texts);
      draw();
    },
  };

  document.addEventListener('keydown', (event) => {
    printByKey(event);
    if (event.defaultPrevented || dialogs.asked !== null || event.isComposing || visit === null) return;
    const isInList = routes.consultationId === null;
    if (isInList && event.target === document.body) actions.listKey(event);
    if (event.key !== 'Escape') return;
    if (!isInList) return go(null);
    visit.search('');
    requestAnimationFrame(showRow);
  });
  window.addEventListener('beforeprint', () => layRecordForPrint(later));
  window.addEventListener('hashchange', () => {
    const token = takeTokenFromAddress();
    if (token === null) return;
    history.replaceState(null, '');
    // The token may be another person's. Until that is known, nothing of the person before is shown or sent.
    closeVisit();
    signInChanged({ kind: 'checking' });
    signIn.take(token);
  });
  let refreshedAt = Date.now();
  function refresh(isLookedAtAgain: boolean): void {
    const now = Date.now();
    if (now - refreshedAt > SLEPT_MS) visit?.woken();
    refreshedAt = now;
    visit?.refresh(isLookedAtAgain);
    draw();
  }
  setInterval(refresh, REFRESH_MS, false);
  for (const type of ['input', 'click']) document.addEventListener(type, () => visit?.written());
  // The room knows to the second when a consultation runs out, so the page is drawn when the room's state changes.
  document.addEventListener('state', draw);
  document.addEventListener('unread', draw);
  document.addEventListener('visibilitychange', () => refresh(!document.hidden));

  void speak(negotiateLanguage(wanted));
  void signIn.check();
  if (['sound', 'desktop'].some((way) => keptForBrowser.read(`notice-${way}`) !== null))
    noticesLoaded = need('createNotices');
}
