import { html, LitElement, type PropertyValues } from 'lit';
import type { ChatClient, DoctorAvailability } from '../client/index.js';
import type { Message } from '../protocol/wire.js';
import { dutyOf } from '../room/availability.js';
import { closedReason } from '../room/closed-reason.js';
import type { FirstLook } from '../room/first-look.js';
import { partnerOf } from '../room/room-model.js';
import { createServerClock } from '../room/server-clock.js';
import { type Announcer, createAnnouncer } from './announcer.js';
import { createDraftField, type DraftField } from './draft-field.js';
import { createElementTexts } from './element-texts.js';
import { createFocusKeeper, type FocusKeeper } from './focus-keeper.js';
import { onLinksReady } from './link-finder.js';
import { createOwnConnection } from './own-connection.js';
import { onLanguageAround } from './page-language.js';
import { createReader, type Reader } from './reader.js';
import { createReaderNews, printRoom } from './reader-news.js';
import type { RecordedRoom, RecordParts } from './record-view.js';
import { createRoomActions } from './room-actions.js';
import type { RoomActions, RoomContext, Whom } from './room-context.js';
import { createRoomEvents } from './room-events.js';
import { openRoomSession, type RoomSession } from './room-session.js';
import { roomView } from './room-view.js';
import { socketsAt } from './server-address.js';
import { createSpokenChanges, type SpokenChanges } from './spoken-changes.js';
import { styles } from './styles.js';

/** The room is drawn again at least this often (ms), and when it runs out, because times and an availability age. */
const REFRESH_MS = 5_000;
/** How many messages a room begins with. */
const FIRST_MESSAGES = 60;

const isOther = (now: Whom | null, before: Whom | null): boolean =>
  now?.name !== before?.name || now?.label !== before?.label;

const zoneOf = (
  availability: DoctorAvailability & { readonly timeZone?: string | undefined },
): string | undefined => availability.timeZone;

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
  /** What the page around already knows of the room. Only for the pages here. */
  declare firstLook: FirstLook | null;
  /** Whom one talks with, as the page around knows. Only for the pages here. */
  declare whom: Whom | null;
  /** When the doctor's duty ends, as the page around knows, in epoch ms. Only for the pages here. */
  declare dutyUntil: number | null;
  /** The schedule's time zone, as the page around knows. When undefined, it is the one that came with the room. */
  declare dutyZone: string | undefined;
  /** Loads the functions that make the record, from a file of their own. Only for the pages here. */
  declare loadRecord: () => Promise<Partial<RecordParts>>;

  readonly #own = createOwnConnection(this, () => this.#open());
  readonly #spoken = createElementTexts(this);
  readonly #news = createReaderNews(this);
  readonly #events = createRoomEvents(this);
  readonly #clock = createServerClock(
    () => Date.now(),
    () => performance.now(),
  );
  #session: RoomSession | null = null;
  #reader: Reader | null = null;
  /** These exist from the first drawing on. */
  #draft!: DraftField;
  #focus!: FocusKeeper;
  #actions!: RoomActions;
  #changes!: SpokenChanges;
  #announcer: Announcer | null = null;
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

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot() as ShadowRoot;
    this.#draft = createDraftField(root);
    this.#focus = createFocusKeeper(root);
    this.#changes = createSpokenChanges(root, () => this.#announcer);
    this.#actions = createRoomActions(this, this.#draft, this.#news, this.#changes, () => ({
      model: this.#session?.model,
      reader: this.#reader,
    }));
    return root;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const away = new AbortController();
    const { signal } = away;
    const looks = (): void => this.#session?.model.lookedAway(document.hidden);
    document.addEventListener('visibilitychange', looks, { signal });
    addEventListener('pagehide', () => this.#reader?.keepPlace(), { signal });
    const types = (): void => this.renderRoot.querySelector('.room')?.classList.add('keys');
    document.addEventListener('keydown', types, { signal });
    this.#ends = [
      () => away.abort(),
      onLanguageAround(() => void this.#spoken.speak()),
      () => clearTimeout(this.#refresh),
      onLinksReady(() => this.requestUpdate()),
    ];
    if (this.hasUpdated) {
      this.#open();
      void this.#spoken.speak();
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

  /** How many of its messages have not been on screen; null if this is not its room, or has not been entered. */
  unreadIn(consultationId: string): number | null {
    return this.isOpened(consultationId) ? this.#events.unread : null;
  }

  /** Called when other messages than the room knows of may have been seen elsewhere, as is kept now. */
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

  print(): Promise<void> {
    return printRoom(() => this.recordedRoom(), this.loadRecord, this.#news);
  }

  /** What the record is made of; null if there is no room, or the server has refused it. */
  recordedRoom(): RecordedRoom | null {
    const model = this.#session?.model;
    return model === undefined || model.stage === 'refused' ? null : { model, texts: this.#spoken.texts };
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('lang')) void this.#spoken.speak();
    const isElsewhere = ['server', 'consultation', 'as', 'socketPath', 'client'].some((name) =>
      changed.has(name),
    );
    if (isElsewhere) this.#open();
    else if (this.#session !== null && !this.client && (changed.has('token') || changed.has('getToken')))
      this.#own.signIn(this.#session.model);
    if (isElsewhere || changed.has('firstLook')) this.#look();
    this.#draft.readFrom(this.#session?.kept ?? null);
    this.#reader?.before();
    this.#focus.before();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('server')) this.#spoken.askForEmergencyText(this.server || this.client?.url || '');
    this.#draft.hold();
    this.#focus.after();
    this.#announcer ??= createAnnouncer(this.renderRoot.querySelector('#announcer') as HTMLElement);
    this.#reader?.after();
    const context = this.#context();
    if (context?.model.stage === 'refused') this.#announcer.clear();
    if (context !== null && this.#reader !== null) {
      this.#events.tell(context, this.#reader.isDecided);
      this.#changes.tell(context, this.#focus.wasInFoot);
    }
    this.#lookAgain();
  }

  #lookAgain(): void {
    const { expiresAt = '' } = this.#session?.model.consultation ?? {};
    const left = Date.parse(expiresAt) - this.#clock.now();
    clearTimeout(this.#refresh);
    if (!this.isConnected) return;
    this.#refresh = setTimeout(
      () => {
        // A language that could not be loaded may be there by now.
        void this.#spoken.speak();
        this.requestUpdate();
      },
      left > 0 ? Math.min(left, REFRESH_MS) : REFRESH_MS,
    );
  }

  protected override render(): unknown {
    // What speaks to screen readers stays the same element, whatever is shown; below the room it would lie beyond the page.
    return html`<div class="hidden" role="log" aria-live="polite" aria-relevant="additions" id="announcer"></div>${this.#view()}`;
  }

  #view(): unknown {
    const context = this.#context();
    const { language, dir, say } = this.#spoken.texts;
    if (context === null || this.#reader === null)
      return html`<div class="room" part="room" lang=${language} dir=${dir}>
        <div class="screen" part="screen"><p>${say('nothing-chosen')}</p></div>
      </div>`;
    const topSeq = this.#reader.look();
    return roomView(context, this.#actions, {
      draft: this.#draft.text,
      isTouch: matchMedia('(pointer: coarse)').matches,
      widthRem: this.clientWidth / Number.parseFloat(getComputedStyle(document.documentElement).fontSize),
      isAtEnd: topSeq === Number.POSITIVE_INFINITY,
      topSeq,
      told: this.#news.told,
    });
  }

  #context(): RoomContext | null {
    const model = this.#session?.model;
    if (model === undefined) return null;
    const { texts, emergency } = this.#spoken;
    const now = model.now();
    const { consultation, viewer } = model;
    const dutyZone = this.dutyZone ?? zoneOf(model.availability);
    const availability = { ...model.availability, timeZone: dutyZone };
    const partner = partnerOf(viewer);
    return {
      model,
      texts,
      now,
      duty: dutyOf(availability, model.phase === 'online', now, now - Date.now()),
      dutyUntil: this.dutyUntil,
      dutyZone,
      closed: consultation === null ? null : closedReason(consultation, availability, now),
      partnerName: consultation?.[partner].name ?? this.whom?.name ?? texts.say(`role-${partner}`),
      whom: this.whom,
      // Only patients get it.
      emergency: viewer === 'doctor' ? '' : emergency,
      isTokenAwaited: !this.client && this.#own.isTokenAwaited(model),
    };
  }

  #open(): void {
    this.#close();
    this.requestUpdate();
    const { client, consultation, as, socketPath } = this;
    if (!consultation || !this.isConnected) return;
    const address = { server: client?.url ?? socketsAt(this.server), consultation, as, socketPath };
    this.#session = openRoomSession(address, client ?? this.#own.connect(address), !client, this.#clock, {
      changed: () => this.requestUpdate(),
      arrived: (message) => this.#arrived(message),
    });
    this.#reader = createReader(this.#session, this, () => this.#events.isWaiting && this.requestUpdate());
  }

  /** Shows the first look, unless somebody was reading further up. Then the room comes when all of it is there. */
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
    this.#reader?.close();
    this.#reader = null;
    this.#announcer?.clear();
    this.#draft.readFrom(null);
    this.#events.leave();
    this.#changes.leave();
  }

  #arrived(message: Message): void {
    const { sender, content } = message;
    const { viewer, consultation } = this.#session?.model ?? {};
    if (sender !== viewer)
      this.#announcer?.say(
        this.#spoken.texts.say('says', { name: consultation?.[sender].name ?? '', text: content }),
      );
    this.#events.arrived(message);
  }
}
