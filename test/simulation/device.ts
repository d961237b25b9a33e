import type { ChatMessage, InboxItem, Notification } from '../../src/application/ports/notification.js';
import type { Session } from '../../src/application/sessions/sessions.js';
import type { Sender } from '../../src/domain/consultation/events.js';
import { InvariantViolation } from '../../src/domain/invariant.js';

/** The server as a device sees it: what is asked travels and may get lost, together with its answer. */
export interface Line {
  readonly connectionId: string;
  /** @throws {LineCut} when the connection ends before the answer has arrived. */
  ask<Answer>(request: (session: Session) => Promise<Answer>): Promise<Answer>;
  /** Names the state by which a message would be taken now; null where it would not. */
  takesMessages(): string | null;
}

export class LineCut extends Error {
  override readonly name = 'LineCut';
}

export interface Sending {
  readonly clientMessageId: string;
  readonly content: string;
  state: 'waiting' | 'stored' | 'refused';
  seq: number | null;
  /** Over which the attempt under way went: a second one over the same line could overtake it. */
  line: Line | null;
}

/**
 * A well-behaved client of one consultation, as small as can be: it resends under the same id until it has a definite
 * answer, and asks for what it finds missing.
 */
export class Device {
  readonly received: ChatMessage[] = [];
  readonly sendings: Sending[] = [];
  readonly complaints: string[] = [];
  /** What this device has been told last about its doctor; null while it is not connected. */
  isDoctorThere: boolean | null = null;
  /** What this device has been told last of its consultation; null while it is not connected. */
  status: string | null = null;
  readonly readSeq = { user: 0, doctor: 0 };
  /** As which people others are present, as this device was told. */
  readonly present = new Set<string>();
  /** As which people others type, as this device was told. */
  readonly typists = new Set<string>();
  /** By consultation, what this device was told of its inbox; null while it does not watch it. */
  inbox: Map<string, InboxItem> | null = null;
  /** Whether this device has said last that somebody types on it. */
  isTyping = false;
  private line: Line | null = null;
  private lastTyping: Promise<void> = Promise.resolve();
  private isCatchingUp = false;

  constructor(
    readonly name: string,
    readonly consultationId: string,
    readonly sender: Sender,
    readonly userId: string,
  ) {}

  get isConnected(): boolean {
    return this.line !== null;
  }

  async connect(line: Line): Promise<void> {
    this.line = line;
    await this.join(line);
    await this.watchInbox(line);
    for (const sending of this.sendings) if (sending.state === 'waiting') await this.attempt(sending);
  }

  disconnect(): void {
    this.line = null;
    this.isDoctorThere = null;
    this.status = null;
    this.inbox = null;
    this.isTyping = false;
    this.typists.clear();
  }

  /** Retries what has no definite answer yet, and asks again for what did not come. */
  async nudge(): Promise<void> {
    if (this.line === null) return;
    await this.join(this.line);
    if (this.line !== null && this.inbox === null) await this.watchInbox(this.line);
    for (const sending of this.sendings) if (sending.state === 'waiting') await this.attempt(sending);
  }

  async send(content: string): Promise<void> {
    const clientMessageId = `${this.name}-${this.sendings.length + 1}`;
    const sending: Sending = { clientMessageId, content, state: 'waiting', seq: null, line: null };
    this.sendings.push(sending);
    await this.attempt(sending);
  }

  async markRead(): Promise<void> {
    const { line, consultationId } = this;
    const seq = this.received.length;
    if (line === null || seq === 0) return;
    await this.tolerant(async () => {
      const answer = await line.ask((session) =>
        session.markRead({ consultationId, seq, sender: this.sender }),
      );
      const isFine = answer.outcome === 'marked' || answer.code === 'server.overloaded';
      if (!isFine)
        this.complaints.push(`${this.name} could not mark what it had received as read: ${answer.code}`);
    });
  }

  /** Says whether somebody types. A connection keeps the order of what is said over it. */
  setTyping(isTyping: boolean): Promise<void> {
    const { line, consultationId } = this;
    if (line === null) return Promise.resolve();
    this.isTyping = isTyping;
    this.lastTyping = this.lastTyping.then(() =>
      this.tolerant(
        async () => void (await line.ask((session) => session.setTyping({ consultationId, isTyping }))),
      ),
    );
    return this.lastTyping;
  }

  hear(connectionId: string, notification: Notification): void {
    if (this.line?.connectionId !== connectionId) return;
    if (notification.type === 'new_message') this.take(notification.message);
    if (notification.type === 'doctor_ready') this.isDoctorThere = true;
    if (notification.type === 'doctor_away') this.isDoctorThere = false;
    if (notification.type === 'inbox_updated')
      this.inbox?.set(notification.item.consultationId, notification.item);
    this.hearOfPeople(notification);
    if (notification.type === 'consultation_updated') this.status = notification.consultation.status;
    if (notification.type === 'consultation_head' && notification.seq > this.received.length)
      void this.catchUp();
  }

  private hearOfPeople(notification: Notification): void {
    if (notification.type === 'user_joined') this.present.add(notification.userId);
    if (notification.type === 'user_left') this.present.delete(notification.userId);
    if (notification.type === 'typing' && notification.isTyping) this.typists.add(notification.userId);
    if (notification.type === 'typing' && !notification.isTyping) this.typists.delete(notification.userId);
    if (notification.type === 'messages_read') this.noteRead({ [notification.reader]: notification.seq });
  }

  private noteRead({ user = 0, doctor = 0 }: { readonly user?: number; readonly doctor?: number }): void {
    this.readSeq.user = Math.max(this.readSeq.user, user);
    this.readSeq.doctor = Math.max(this.readSeq.doctor, doctor);
  }

  private async join(line: Line): Promise<void> {
    const { consultationId, sender } = this;
    await this.tolerant(async () => {
      const after = this.received.length;
      const joined = await line.ask((session) => session.join({ consultationId, sender, after }));
      if (joined.outcome === 'refused') {
        this.complaints.push(`${this.name} could not join: ${joined.code}`);
        return;
      }
      this.isDoctorThere = joined.doctor.open;
      this.status = joined.consultation.status;
      this.noteRead(joined.consultation.readSeq);
      this.present.clear();
      for (const { userId } of joined.present) this.present.add(userId);
      for (const message of joined.messages) this.take(message);
      if (joined.headSeq > this.received.length) await this.catchUp();
    });
  }

  private async watchInbox(line: Line): Promise<void> {
    const { sender, userId } = this;
    const request = { sort: 'activity', after: null, limit: 50, sender, userId } as const;
    await this.tolerant(async () => {
      const page = await line.ask((session) => session.watchInbox(request));
      if (page.outcome === 'inbox')
        this.inbox = new Map(page.items.map((item) => [item.consultationId, item]));
      else this.complaints.push(`${this.name} could not watch its inbox: ${page.code}`);
    });
  }

  private async attempt(sending: Sending): Promise<void> {
    const { line, consultationId, sender } = this;
    if (line === null || sending.line === line) return;
    sending.line = line;
    await this.tolerant(async () => {
      const { clientMessageId, content } = sending;
      const answer = await line.ask(async (session) => {
        const before = line.takesMessages();
        const answered = await session.send({ consultationId, sender, content, clientMessageId });
        const isRefused = answered.outcome === 'refused' && isForTheTime(answered.code);
        if (isRefused && before !== null && before === line.takesMessages())
          this.complaints.push(`${clientMessageId} was refused by a state that was old: ${answered.code}`);
        return answered;
      });
      if (answer.outcome === 'accepted') {
        const { seq } = answer.message;
        if (sending.seq !== null && sending.seq !== seq) {
          this.complaints.push(`${clientMessageId} was acknowledged as ${sending.seq} and as ${seq}`);
        }
        sending.state = 'stored';
        sending.seq = seq;
      } else if (answer.code !== 'server.overloaded') {
        if (sending.state === 'stored')
          this.complaints.push(`${clientMessageId} was acknowledged, then refused`);
        sending.state = 'refused';
      }
    });
    if (sending.line === line) sending.line = null;
  }

  private take(message: ChatMessage): void {
    const { seq } = message;
    if (seq <= this.received.length) {
      const known = this.received[seq - 1];
      if (known?.messageId !== message.messageId || known.content !== message.content) {
        this.complaints.push(`${this.name} heard two different messages with seq ${seq}`);
      }
    } else if (seq === this.received.length + 1) {
      this.received.push(message);
    } else {
      void this.catchUp();
    }
  }

  private async catchUp(): Promise<void> {
    const { line, consultationId } = this;
    if (line === null || this.isCatchingUp) return;
    this.isCatchingUp = true;
    await this.tolerant(async () => {
      const page = await line.ask((session) =>
        session.getMessages({ consultationId, from: { after: this.received.length }, limit: 200 }),
      );
      if (page.outcome === 'page') for (const message of page.messages) this.take(message);
    });
    this.isCatchingUp = false;
  }

  /** A failure leaves everything as it is: the next attempt will tell. */
  private async tolerant(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // Cut off, or server.error; a bug of ours is neither.
      if (error instanceof InvariantViolation) this.complaints.push(`${this.name} met: ${error.message}`);
    }
  }
}

/** Whether a message was refused because of what may change. */
function isForTheTime(code: string): boolean {
  return code === 'doctor.unavailable' || code === 'consultation.inactive';
}
