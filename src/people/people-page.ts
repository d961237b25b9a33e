import { render } from 'lit';
import { createAnnouncer } from '../element/announcer.js';
import '../element/define.js';
import { type Language, localeOf, negotiateLanguage } from '../texts/languages.js';
import { englishPeopleTexts, loadPeopleTexts } from '../texts/people-texts.js';
import { createApi } from './api.js';
import { createDialogs, showDialog } from './dialogs.js';
import type { EarlyAnswers } from './early-answers.js';
import { wantedLanguages } from './first-questions.js';
import type { HostPage } from './host-page.js';
import { keptForBrowser, keptForTab, unsentInTab } from './kept.js';
import { loadLater } from './later.js';
import {
  focusInList,
  focusRoom,
  focusStream,
  keepFocusInList,
  moveInList,
  waitsInList,
} from './list-keys.js';
import type { Notices } from './notices.js';
import { readPageSettings } from './page-settings.js';
import type { LaterParts, PeopleActions, PeopleState } from './people-state.js';
import { peopleView } from './people-view.js';
import { layRecordForPrint, printByKey } from './printing.js';
import { createRoutes } from './routes.js';
import { createSignIn, type SignInStage } from './sign-in.js';
import { takeTokenFromAddress } from './take-token.js';
import { tellUnread } from './unread-count.js';
import { createVisit, type Visit } from './visit.js';

/** Times are looked at again this often, ms. */
const REFRESH_MS = 15_000;
/** Between two tries to load a part of the page, ms. */
const RETRY_MS = 3_000;
/** After which what dialogs and the browser's own printing need is fetched, whether or not anybody asks for it. */
const AHEAD_MS = 10_000;
/** Whoever signs out waits so long for a better question, ms. */
const LEAVE_MS = 1_000;
/** Longer (ms) than browsers put off what a page in the background does: the device has slept. */
const SLEPT_MS = 90_000;

/** What comes in files of its own, by what is to be found there. */
const LATER = {
  createNameSearch: () => loadLater('people-search', () => import('./name-search.js')),
  createNotices: () => loadLater('people-notices', () => import('./notices.js')),
  dialogView: () => loadLater('people-dialogs', () => import('./dialog-view.js')),
  layRecord: () => loadLater('people-record', () => import('../element/record-view.js')),
  shareSeen: () => loadLater('people-tabs', () => import('./seen-in-tabs.js')),
  waitingView: () => loadLater('people-waiting', () => import('./waiting-view.js')),
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
  /** The language that is wanted, which may still be on its way. */
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
  let toldUnread = -1;
  let isDrawing = false;
  let isDrawn = false;
  /** The conversation that was drawn. */
  let entered: string | null = null;
  /** Whether somebody waited in it when it was entered from the list. */
  let hasWaited = false;

  // What is said to a page around comes where one may hand in tokens; it is asked for one when it is there.
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
    // Not with the next frame: a tab in the background has none, and its title has to count on.
    queueMicrotask(() => {
      isDrawing = false;
      if (isSpoken) drawNow();
    });
  }

  function drawNow(): void {
    // What the page came with holds the places until there is something to say.
    if (!isDrawn) root.replaceChildren();
    isDrawn = true;
    keepFocusInList(() => render(peopleView(stateNow(), actions), root));

    if (entered !== (visit === null ? null : routes.consultationId)) focusEntered();

    showDialog(dialogs.asked !== null);
    toldUnread = tellUnread(visit?.state ?? null, toldUnread, texts, announcer);
    notices?.looksAt(visit === null || document.hidden ? null : routes.consultationId);
  }

  /** Into what has just been entered or left, where nothing has the focus, as after a reload or a browser's Back. */
  function focusEntered(): void {
    const left = entered;
    entered = visit === null ? null : routes.consultationId;
    if (document.activeElement !== document.body) return;
    if (entered !== null) focusRoom();
    else if (visit !== null) focusInList(left, hasWaited);
  }

  function stateNow(): PeopleState {
    return {
      texts,
      now: Date.now(),
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
      if (next.me.role === 'patient') void need('waitingView');
      // So that it is there without a network, too.
      for (const part of ['dialogView', 'layRecord', 'createNameSearch', 'shareSeen'])
        setTimeout(need, AHEAD_MS, part);
    } else if (visit !== null && next.kind !== 'unreachable' && next.kind !== 'checking') closeVisit();
    if (!['in', 'checking', 'unreachable'].includes(next.kind)) void need('signInView');
    askForPeople();
    draw();
  }

  /** What fails is tried again until it is there. */
  async function need(part: keyof typeof LATER): Promise<void> {
    if (later[part] !== undefined) return;
    try {
      Object.assign(later, await LATER[part](), { hasFailed: false });
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

  function openVisit({ me }: Extract<SignInStage, { kind: 'in' }>): void {
    closeVisit();
    routes.own();
    const { socketPath } = settings;
    // Where nobody can hand in another one, its end is known for what it is, and no fresh one is waited for.
    const known = signIn.token() ?? undefined;
    const token = known !== undefined && hostPage !== null ? signIn.freshToken : known;
    visit = createVisit({
      me,
      socketPath,
      token,
      api,
      routes,
      changed: draw,
      heard: (change) => notices?.tell(change, texts),
    });
    visit.share(later);
  }

  function closeVisit(): void {
    visit?.close();
    visit = null;
    dialogs.close();
  }

  /** Where people choose who they are, as soon as what asks for them is there. */
  function askForPeople(): void {
    demo = null;
    if (stage.kind === 'chooses')
      void later.demoPeople?.().then((found) => {
        demo = found;
        draw();
      });
  }

  /** @param event of a browser's Back, which may lead to where another person has been. */
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
    // Another one may have been chosen meanwhile.
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
    // A deep link has no list behind it to go back to.
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
      // The link may have led elsewhere.
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
      moveInList(event);
      draw();
    },
    async show(kind) {
      const { isLeft, isUnconfirmed } = unsentInTab();
      if (kind === 'sign-out' && !isLeft && !isUnconfirmed) return actions.signOut();
      const parts = Promise.all([need('dialogView'), kind === 'settings' && need('createNotices')]);
      // What needs no server does not wait for one for long.
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
      // What asked has gone, with everything else that needs an open consultation.
      if (visit !== null && (await dialogs.confirm()) === 'end') focusStream();
    },
    notice: async (way, isOn) => {
      await notices?.choose(way, isOn, texts);
      draw();
    },
  };

  document.addEventListener('keydown', (event) => {
    printByKey(event);
    if (event.key !== 'Escape' || event.defaultPrevented || dialogs.asked !== null || event.isComposing)
      return;
    if (routes.consultationId !== null && visit !== null) go(null);
  });
  window.addEventListener('beforeprint', () => layRecordForPrint(later));
  window.addEventListener('hashchange', () => {
    const token = takeTokenFromAddress();
    if (token === null) return;
    history.replaceState(null, '');
    // It may be another person's: until that is known, nothing is shown or sent of the one before.
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
  // The room knows to the second when a consultation runs out.
  document.addEventListener('state', draw);
  document.addEventListener('unread', draw);
  document.addEventListener('visibilitychange', () => refresh(!document.hidden));

  void speak(negotiateLanguage(wanted));
  void signIn.check();
  if (['sound', 'desktop'].some((way) => keptForBrowser.read(`notice-${way}`) !== null))
    void need('createNotices');
}
