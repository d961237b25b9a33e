import { html, LitElement, type PropertyValues } from 'lit';
import type { ChatClient } from '../client/index.js';
import type { Message } from '../protocol/wire.js';
import { dutyOf } from '../room/availability.js';
import { closedReason } from '../room/closed-reason.js';
import type { FirstLook } from '../room/first-look.js';
import type { RoomModel } from '../room/room.js';
import { partnerOf } from '../room/room-model.js';
import { localeOf, negotiateLanguage } from '../texts/languages.js';
import { englishTexts, loadTexts } from '../texts/load-texts.js';
import type { Texts } from '../texts/texts.js';
import { type Announcer, createAnnouncer } from './announcer.js';
import { copyText } from './copy-text.js';
import { loadEmergencyText } from './emergency-text.js';
import type { KeptForTab } from './kept.js';
import { onLinksReady } from './link-finder.js';
import { createOwnConnection } from './own-connection.js';
import { languageAround, onLanguageAround } from './page-language.js';
import { createReadWatcher, type ReadWatcher } from './read-watcher.js';
import type { RecordedRoom, RecordParts } from './record-view.js';
import type { RoomActions, RoomContext, Whom } from './room-context.js';
import { openRoomSession, type RoomSession } from './room-session.js';
import { type RoomState, stateOf } from './room-state.js';
import { type ReaderState, roomView } from './room-view.js';
import { createScrollKeeper, type ScrollKeeper } from './scroll-keeper.js';
import { styles } from './styles.js';

/** Times are looked at again this often (ms), an availability grows old, and when a consultation runs out. */
const REFRESH_MS = 5_000;
/** That printing has failed, or copying has not, is told for so long, ms. */
const TOLD_MS = 10_000;
/** Where a page is drawn, it is known much sooner what is on the screen, ms. */
const UNDECIDED_MS = 1_000;
/** As many as a room begins with. */
const FIRST_MESSAGES = 60;

const isOther = (now: Whom | null, before: Whom | null): boolean =>
  now?.name !== before?.name || now?.label !== before?.label;

/** The first message of the other party that nobody has read, behind this one. */
function firstNewBehind(seq: number, { viewer, readSeq, messages }: RoomModel): number | undefined {
  const read = Math.max(seq, readSeq[viewer ?? 'user']);
  return messages().find((message) => message.seq > read && message.sender !== viewer)?.seq;
}

/** The room of one consultation; `index.d.ts` and `docs/element.md` say what it offers. */
export class ConsultationChat extends LitElement {
  static override styles = styles;
  static override properties = {
    server: { type: String },
    consultation: { type: String },
    lang: { type: String },
    as: { type: String },
    socketPath: { type: String, attribute: 'socket-path' },
    token: { attribute: false },
    getToken: { attribute: false },
    client: { attribute: false },
    firstLook: { attribute: false },
    whom: { attribute: false, hasChanged: isOther },
    dutyUntil: { attribute: false },
    dutyZone: { attribute: false },
    loadRecord: { attribute: false },
  };

  declare server: string;
  declare consultation: string;
  declare as: 'patient' | 'doctor' | '';
  declare socketPath: string;
  declare token: string | null;
  declare getToken: (() => string | Promise<string>) | null;
  declare client: ChatClient | null;
  /** What the page around knows of the room already; not for others than the pages here. */
  declare firstLook: FirstLook | null;
  /** With whom the page around knows this to be; not for others either. */
  declare whom: Whom | null;
  /** When the doctor's duty ends, as the page around knows; epoch ms. Not for others, either. */
  declare dutyUntil: number | null;
  /** The schedule's time zone, as the page around knows; the one that the room was entered with when undefined. */
  declare dutyZone: string | undefined;
  /** How what makes the record is loaded, where it lies in a file of its own. Not for others, either. */
  declare loadRecord: () => Promise<Partial<RecordParts>>;

  #session: RoomSession | null = null;
  #texts: Texts = englishTexts();
  #emergencyOf: ((language: string) => string | null) | null = null;
  /** Where the draft is from. */
  #kept: KeptForTab | null = null;
  #draft = '';
  readonly #own = createOwnConnection(this, () => this.#open());
  #scroll: ScrollKeeper | null = null;
  #isPlaced = false;
  /** Whether that place was found: what is on screen on the way there, nobody reads. */
  #isFound = false;
  /** Whether the reader came near the first message while no earlier ones could be asked for. */
  #isNearStart = false;
  #toldReader: ReaderState['told'] = null;
  #watcher: ReadWatcher | null = null;
  #announcer: Announcer | null = null;
  #told: RoomState = { state: 'connecting', reason: null };
  #toldUnread = 0;
  /** Whether that is the count of this room, and not what was told of the one before. */
  #isUnreadTold = false;
  /** Runs while it is not known yet whether what is new is on the screen. */
  #unreadTimer: ReturnType<typeof setTimeout> | undefined;
  #ends: (() => void)[] = [];
  #refresh: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.server = '';
    this.consultation = '';
    this.lang = '';
    this.as = '';
    this.socketPath = '';
    this.token = null;
    this.getToken = null;
    this.client = null;
    this.firstLook = null;
    this.whom = null;
    this.dutyUntil = null;
    // Most rooms are never printed.
    this.loadRecord = () => import('./record-view.js');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const away = new AbortController();
    const { signal } = away;
    const looks = (): void => this.#session?.model.lookedAway(document.hidden);
    document.addEventListener('visibilitychange', looks, { signal });
    addEventListener('pagehide', () => this.#keepPlace(), { signal });
    const types = (): void => this.renderRoot.querySelector('.room')?.classList.add('keys');
    document.addEventListener('keydown', types, { signal });
    this.#ends = [
      () => away.abort(),
      onLanguageAround(() => void this.#speak()),
      () => clearTimeout(this.#refresh),
      onLinksReady(() => this.requestUpdate()),
    ];
    if (this.hasUpdated) {
      this.#open();
      void this.#speak();
    }
    this.#lookAgain();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.#ends.splice(0)) end();
    this.#close();
  }

  /** Whether this is the room of a consultation, and its channel is open. */
  isOpened(consultationId: string): boolean {
    return this.#session?.model.consultationId === consultationId;
  }

  /** Messages in it that have not been on screen; null where this is not that room, or it has not been entered. */
  unreadIn(consultationId: string): number | null {
    return this.#isUnreadTold && this.isOpened(consultationId) ? this.#toldUnread : null;
  }

  /** Something else is kept of what was seen in it than it knows. */
  learnSeen(): void {
    this.#session?.model.learnSeen();
  }

  /** What it has shown of a consultation; null where it has not been inside. */
  lastLook(consultationId: string): FirstLook | null {
    const model = this.#session?.model;
    const consultation = model?.consultation ?? null;
    if (model?.stage !== 'open' || consultation?.consultationId !== consultationId) return null;
    const { readSeq } = model;
    return { consultation: { ...consultation, readSeq }, messages: model.messages().slice(-FIRST_MESSAGES) };
  }

  async print(): Promise<void> {
    const room = this.recordedRoom();
    if (room === null || this.#toldReader === 'print-loading') return;
    this.#tellReader('print-loading');
    const paper = await this.loadRecord();
    const print = (await paper.wholeRecord?.(room)) ?? null;
    // Nobody prints what the person before has asked for.
    if (this.recordedRoom()?.model !== room.model) return this.#tellReader(null);
    const isOnline = room.model.phase === 'online';
    this.#tellReader(print !== null ? null : isOnline ? 'print-failed' : 'print-offline');
    print?.();
  }

  /** What the record is made of; null where there is no room, or nobody is let into it. */
  recordedRoom(): RecordedRoom | null {
    const model = this.#session?.model;
    return model === undefined || model.stage === 'refused' ? null : { model, texts: this.#texts };
  }

  #tellReader(told: ReaderState['told']): void {
    this.#toldReader = told;
    this.requestUpdate();
    if (told !== null && told !== 'print-loading')
      setTimeout(() => this.#toldReader === told && this.#tellReader(null), TOLD_MS);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('lang')) void this.#speak();
    const isElsewhere = ['server', 'consultation', 'as', 'socketPath', 'client'].some((name) =>
      changed.has(name),
    );
    if (isElsewhere) this.#open();
    else if (
      this.#session !== null &&
      this.client === null &&
      (changed.has('token') || changed.has('getToken'))
    )
      this.#own.signIn(this.#session.model);
    if (isElsewhere || changed.has('firstLook')) this.#look();
    const kept = this.#session?.kept ?? null;
    if (kept !== this.#kept) {
      this.#kept = kept;
      this.#draft = kept?.draft() ?? '';
    }
    this.#scroll?.before();
    this.#focused = (this.renderRoot as ShadowRoot).activeElement;
    this.#foot = this.#focused?.closest('.composer, .closed') ?? null;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('server')) this.#askForEmergencyText();
    this.#hold();
    this.#tell();
    this.#lookAgain();
  }

  #lookAgain(): void {
    const { expiresAt = '' } = this.#session?.model.consultation ?? {};
    const left = Date.parse(expiresAt) - Date.now();
    clearTimeout(this.#refresh);
    if (!this.isConnected) return;
    this.#refresh = setTimeout(
      () => this.requestUpdate(),
      left > 0 ? Math.min(left, REFRESH_MS) : REFRESH_MS,
    );
  }

  protected override render(): unknown {
    // What speaks to screen readers stays the same element, whatever is shown.
    return html`${this.#view()}<div class="hidden" role="log" aria-live="polite" aria-relevant="additions" id="announcer"></div>`;
  }

  #view(): unknown {
    const context = this.#context();
    const { language, dir, say } = this.#texts;
    if (context === null)
      return html`<div class="room" part="room" lang=${language} dir=${dir}>
        <div class="screen" part="screen"><p>${say('nothing-chosen')}</p></div>
      </div>`;
    this.#wasAtEnd = this.#scroll?.follows ?? true;
    const topSeq = this.#wasAtEnd ? Number.POSITIVE_INFINITY : (this.#scroll?.place()?.seq ?? 0);
    return roomView(context, this.#actions, {
      draft: this.#draft,
      isTouch: matchMedia('(pointer: coarse)').matches,
      width: this.clientWidth,
      isAtEnd: this.#wasAtEnd,
      topSeq,
      told: this.#toldReader,
    });
  }

  #context(): RoomContext | null {
    const model = this.#session?.model;
    if (model === undefined) return null;
    const texts = this.#texts;
    const now = Date.now();
    const { consultation, viewer } = model;
    const { dutyZone } = this;
    const availability = { ...model.availability, ...(dutyZone === undefined ? {} : { timeZone: dutyZone }) };
    const partner = partnerOf(viewer);
    return {
      model,
      texts,
      now,
      duty: dutyOf(availability, model.phase === 'online', now),
      dutyUntil: this.dutyUntil,
      dutyZone: 'timeZone' in availability ? availability.timeZone : undefined,
      closed: consultation === null ? null : closedReason(consultation, availability, now),
      partnerName: consultation?.[partner].name ?? this.whom?.name ?? texts.say(`role-${partner}`),
      whom: this.whom,
      emergency: this.#emergencySentence(viewer === 'doctor'),
      isTokenAwaited: this.client === null && this.#own.isTokenAwaited(model),
    };
  }

  /** For patients; nothing until it is known, so that no sentence is replaced before somebody's eyes. */
  #emergencySentence(isDoctor: boolean): string {
    if (isDoctor || this.#emergencyOf === null) return '';
    return this.#emergencyOf(this.#texts.language) ?? this.#texts.say('emergency-default');
  }

  readonly #actions: RoomActions = {
    send: () => {
      const content = this.#draft.trim();
      const textarea = this.#textarea();
      if (content === '' || textarea === null || this.renderRoot.querySelector('.send:disabled')) return;
      this.#setDraft('');
      this.#session?.model.send(content);
      this.#scroll?.toEnd();
      textarea.focus();
    },
    drafted: () => {
      this.#draft = this.#textarea()?.value ?? '';
      this.#kept?.keepDraft(this.#draft);
      this.#session?.model.typing(this.#draft.trim() !== '');
      this.requestUpdate();
    },
    retry: (clientMessageId) => {
      this.#session?.model.retry(clientMessageId);
      this.#textarea()?.focus();
    },
    edit: (clientMessageId, content) => {
      this.#session?.model.withdraw(clientMessageId);
      this.#setDraft(this.#draft === '' ? content : `${content}\n${this.#draft}`);
      this.#textarea()?.focus();
    },
    copy: async (text, { target }) => {
      const beside = (target as Element).closest('.message, .closed');
      if (await copyText(text, beside?.querySelector('.bubble, blockquote') ?? null))
        this.#tellReader('copied');
    },
    toEnd: () => {
      this.#scroll?.toEnd();
      (this.#textarea() ?? this.renderRoot.querySelector<HTMLElement>('.stream'))?.focus();
      this.requestUpdate();
    },
    toUnread: async () => {
      await this.#session?.model.findUnread();
      await this.updateComplete;
      const divider = this.renderRoot.querySelector('[data-new]');
      if (divider !== null) this.#scroll?.show(divider, 48);
      this.renderRoot.querySelector<HTMLElement>('.stream')?.focus({ preventScroll: true });
    },
    loadEarlier: () => void this.#session?.model.loadEarlier(),
    print: () => void this.print(),
    enter: () => this.#session?.model.enter(),
  };

  #textarea(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea');
  }

  #setDraft(text: string): void {
    this.#draft = text;
    this.#kept?.keepDraft(text);
    const textarea = this.#textarea();
    if (textarea !== null) textarea.value = text;
    this.requestUpdate();
  }

  #open(): void {
    this.#close();
    this.requestUpdate();
    if (this.consultation === '' || !this.isConnected) return;
    const { consultation, as, socketPath } = this;
    const server = this.#server();
    const address = { server, consultation, as, socketPath };
    this.#session = openRoomSession(
      address,
      this.client ?? this.#own.connect(address),
      this.client === null,
      {
        changed: () => this.requestUpdate(),
        arrived: (message) => this.#arrived(message),
      },
    );
    this.#watcher = createReadWatcher((seqs) => {
      this.#session?.model.seen(seqs);
      if (this.#unreadTimer !== undefined) this.requestUpdate();
    });
  }

  /** Not where somebody was reading further up: then the room comes when all of it is there. */
  #look(): void {
    const { firstLook } = this;
    if (firstLook === null || firstLook.consultation.consultationId !== this.consultation) return;
    const place = this.#session?.kept.place() ?? null;
    if (place?.offset == null || firstLook.messages.some(({ seq }) => seq === place.seq))
      this.#session?.model.look(firstLook);
  }

  #close(): void {
    this.#session?.close();
    this.#session = null;
    this.#watcher?.close();
    this.#watcher = null;
    this.#announcer?.clear();
    this.#draft = '';
    this.#kept = null;
    this.#isUnreadTold = false;
    clearTimeout(this.#unreadTimer);
    this.#unreadTimer = undefined;
    this.#forgetScroll();
  }

  #forgetScroll(): void {
    this.#scroll?.close();
    this.#scroll = null;
    this.#isPlaced = false;
    this.#isFound = false;
    this.#isNearStart = false;
  }

  #server(): string {
    return this.client?.url ?? new URL('/', new URL(this.server, location.href)).href.replace(/\/$/, '');
  }

  /** Below a path of a host application, the server's pages are not where its sockets are. */
  #pages(): string {
    return this.server === '' ? this.#server() : new URL(this.server, location.href).href;
  }

  async #speak(): Promise<void> {
    const wanted = [this.lang, languageAround(this), ...navigator.languages];
    const language = negotiateLanguage(wanted.filter((tag) => tag !== ''));
    if (this.#texts.language === language && this.#texts.locale === localeOf(language, wanted)) return;
    this.#texts = await loadTexts(language, wanted).catch(() => englishTexts(wanted));
    this.requestUpdate();
  }

  #askForEmergencyText(): void {
    const server = this.#pages();
    void loadEmergencyText(server).then((emergencyOf) => {
      if (server !== this.#pages()) return;
      this.#emergencyOf = emergencyOf;
      this.requestUpdate();
    });
  }

  /** After each drawing: the list stays where the reader has it, and what is on screen counts as read. */
  #hold(): void {
    const model = this.#session?.model;
    const textarea = this.#textarea();
    if (textarea !== null && textarea.value !== this.#draft) textarea.value = this.#draft;
    const stream = this.renderRoot.querySelector<HTMLElement>('.stream');
    if (this.#focused?.isConnected === false)
      (this.#foot === null
        ? stream
        : (textarea ?? this.renderRoot.querySelector<HTMLElement>('.closed'))
      )?.focus({ preventScroll: true });
    this.#announcer ??= createAnnouncer(this.renderRoot.querySelector('#announcer') as HTMLElement);
    if (stream === null || model === undefined) {
      this.#forgetScroll();
      return;
    }
    this.#scroll ??= createScrollKeeper(stream, stream.firstElementChild as HTMLElement, {
      moved: () => this.#moved(),
      nearStart: () => {
        this.#isNearStart = this.#isPlaced;
        this.#loadEarlier(model);
      },
    });
    if (this.#isPlaced) this.#scroll.after();
    else if (model.stage === 'open' || model.isFirstLook) void this.#placeReader(model, this.#scroll);
    this.#loadEarlier(model);
    this.#watch(stream, model);
  }

  #watch(stream: Element, { stage, viewer, readSeq }: RoomModel): void {
    if (this.#isFound && stage === 'open' && viewer !== null) this.#watcher?.watch(stream, readSeq[viewer]);
  }

  #loadEarlier(model: RoomModel): void {
    if (!this.#isNearStart || model.stage !== 'open' || model.earlier.state !== 'idle') return;
    this.#isNearStart = false;
    void model.loadEarlier();
  }

  /** As it was last drawn. */
  #wasAtEnd = true;

  /** What had the focus before it was drawn: nobody is thrown out of the room by what goes. */
  #focused: Element | null = null;

  /** The same, where it is in what one writes with. */
  #foot: Element | null = null;

  #keepPlace(): void {
    const place = this.#isPlaced && this.#scroll?.place();
    if (place) this.#kept?.keepPlace(place);
  }

  #moved(): void {
    if (this.#scroll === null || !this.#isPlaced) return;
    this.#keepPlace();
    const unread = this.#session?.model.unread ?? 0;
    if (this.#wasAtEnd !== this.#scroll.follows || unread > 0) this.requestUpdate();
  }

  /** Where the reader was before a reload; otherwise at what is new, or at the end. */
  async #placeReader(model: RoomModel, scroll: ScrollKeeper): Promise<void> {
    this.#isPlaced = true;
    const place = this.#kept?.place() ?? null;
    if (place?.offset == null) {
      const firstNew = place === null ? '[data-new]' : `[data-seq="${firstNewBehind(place.seq, model)}"]`;
      const target = this.renderRoot.querySelector(firstNew);
      scroll.toEnd();
      if (target !== null) scroll.show(target, 48);
    } else {
      if (!model.isFirstLook) await model.loadFrom(place.seq);
      await this.updateComplete;
      const target = this.renderRoot.querySelector(`[data-seq="${place.seq}"]`);
      if (scroll !== this.#scroll) return;
      if (target !== null) scroll.show(target, place.offset, true);
    }
    this.#isFound = true;
    this.#watch(scroll.stream, model);
  }

  #arrived(message: Message): void {
    const { messageId, seq, sender, content, consultationId } = message;
    const model = this.#session?.model;
    if (model !== undefined && sender !== model.viewer)
      this.#announcer?.say(
        this.#texts.say('says', { name: model.consultation?.[sender].name ?? '', text: content }),
      );
    this.#dispatch('message', { consultationId, messageId, seq, sender });
  }

  /** Tells the page around what has changed: never what somebody wrote. */
  #tell(): void {
    const context = this.#context();
    if (context === null) return;
    const { consultation: consultationId } = this;
    const next = stateOf(context, this.#told);
    if (next.state !== this.#told.state || next.reason !== this.#told.reason) {
      this.#told = next;
      if (next.state === 'refused') this.#announcer?.clear();
      this.#dispatch('state', { consultationId, ...next });
    }
    this.#tellUnread(context.model);
  }

  /** Not of what is seen as soon as it comes: that is known once the screen was looked at. */
  #tellUnread({ unread, stage }: RoomModel, isLate = false): void {
    const { consultation: consultationId } = this;
    const isKnown = isLate || (this.#isFound && !this.#watcher?.isUndecided);
    if (unread > this.#toldUnread && !isKnown) {
      this.#unreadTimer ??= setTimeout(() => {
        if (this.#session !== null) this.#tellUnread(this.#session.model, true);
      }, UNDECIDED_MS);
      return;
    }
    const isSame = unread === this.#toldUnread;
    // Other tabs hear of what was seen behind something that was skipped.
    if (!isSame || this.#unreadTimer !== undefined) this.#dispatch('seen', {});
    clearTimeout(this.#unreadTimer);
    this.#unreadTimer = undefined;
    this.#isUnreadTold = stage === 'open';
    if (isSame) return;
    this.#toldUnread = unread;
    this.#dispatch('unread', { consultationId, count: unread });
  }

  #dispatch(type: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}
