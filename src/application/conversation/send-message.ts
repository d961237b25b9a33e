import {
  type ConsultationRejection,
  type ConsultationState,
  decide,
} from '../../domain/consultation/consultation.js';
import type { ConsultationEvent, Sender } from '../../domain/consultation/events.js';
import { checkContent } from '../../domain/consultation/message-content.js';
import type { Instant } from '../../domain/instant.js';
import { invariant } from '../../domain/invariant.js';
import { CANNOT_BE_STORED, type Refusal, refuse } from '../answers/refusal.js';
import { mayBe, partyOf } from '../lookup/access.js';
import type {
  ConsultationContext,
  ConsultationContexts,
  ReachedContext,
} from '../lookup/consultation-context.js';
import type { DoctorAvailability } from '../lookup/doctor-availability.js';
import type { Requester } from '../lookup/requester.js';
import { storedMessageOf } from '../lookup/stored-message.js';
import type { EventStore, RecordedEvent } from '../ports/event-store.js';
import type { IdGenerator } from '../ports/id-generator.js';
import type { Caller } from '../ports/identity.js';
import type { StoredMessage } from '../ports/message-history.js';
import type { CounterName, Metrics } from '../ports/metrics.js';
import type { Parties } from '../ports/notification.js';
import type { Peers } from '../ports/peers.js';
import type { PublishMessages } from '../room/publish-messages.js';
import type { CommandOutcome } from '../streams/command.js';
import { MAX_ATTEMPTS, RETRY_AFTER_CONTENTION_MS } from '../streams/retry-conflicts.js';
import type { ConsultationHandler, DoctorHandler } from '../streams/stream-handlers.js';

export interface SendMessageRequest {
  readonly consultationId: string;
  readonly sender: Sender;
  readonly content: string;
  /** Makes a repeat safe: the same id with the same content is stored once and answered alike, for ever. */
  readonly clientMessageId: string | null;
}

export interface MessageAccepted {
  readonly outcome: 'accepted';
  readonly message: StoredMessage;
  /** True if the message had been stored before. Nothing was stored or broadcast again. */
  readonly duplicate: boolean;
}

export type SendMessage = (by: Requester, request: SendMessageRequest) => Promise<MessageAccepted | Refusal>;

export interface SendMessageDependencies {
  readonly contexts: ConsultationContexts;
  readonly consultations: ConsultationHandler;
  readonly doctors: Pick<DoctorHandler, 'forget' | 'isStillAt'>;
  readonly availability: DoctorAvailability;
  readonly eventStore: EventStore;
  readonly publisher: PublishMessages;
  readonly peers: Peers;
  readonly ids: IdGenerator;
  readonly metrics: Metrics;
}

/** The refusal when the doctor's schedule was changed again and again before the message could be stored. */
const TOO_MANY_CHANGES = refuse('server.overloaded', { retryAfterMs: RETRY_AFTER_CONTENTION_MS });

interface Sending {
  readonly caller: Caller;
  readonly request: SendMessageRequest;
  /** The content in the form in which it is stored. */
  readonly content: string;
  readonly attemptsLeft: number;
}

/**
 * Sends a message: it checks that the content is valid, the consultation exists and the sender may speak there, then
 * that the consultation is active and not expired and the doctor on duty. The message is stored, and only then
 * broadcast.
 */
export function createSendMessage(dependencies: SendMessageDependencies): SendMessage {
  const { contexts, consultations, doctors, availability, peers, ids } = dependencies;
  const answers = createAnswers(dependencies);

  async function findAndSend(sending: Sending): Promise<MessageAccepted | Refusal> {
    const found = await contexts.findFor(sending.caller, sending.request.consultationId);
    return found === null ? answers.counted(refuse('consultation.not_found')) : send(found, sending);
  }

  /** Not async, so that nothing but the store is waited for. */
  function send({ context, access }: ReachedContext, sending: Sending): Promise<MessageAccepted | Refusal> {
    const { request, content } = sending;
    const { consultationId, sender, clientMessageId } = request;
    if (!mayBe(access, sender)) return Promise.resolve(answers.counted(refuse('consultation.forbidden')));
    const schedule = availability(context.doctor);
    const messageId = ids.next();
    let decidedAt: Instant = 0;
    return consultations
      .handle({
        id: consultationId,
        actor: partyOf(context.parties, sender),
        reliesOn: { streamId: `doctor:${context.doctor.doctorId}`, version: context.doctorVersion },
        decide: (state, now) => {
          decidedAt = now;
          const doctorIsAvailable = schedule.isOpenAt(now);
          return decide(
            { type: 'SendMessage', now, messageId, sender, content, clientMessageId, doctorIsAvailable },
            state,
          );
        },
        idempotencyKey: clientMessageId === null ? undefined : keyOf(sender, clientMessageId),
      })
      .then((outcome) => {
        if (outcome.outcome === 'outdated') {
          doctors.forget(context.doctor.doctorId);
          return sendAgain(sending);
        }
        return isAway(outcome) && peers.mayHaveStored()
          ? answerByNewestSchedule(outcome, context, sending, decidedAt)
          : answers.to(outcome, request, content, context, decidedAt);
      });
  }

  async function answerByNewestSchedule(
    outcome: Outcome,
    context: ConsultationContext,
    sending: Sending,
    decidedAt: Instant,
  ): Promise<MessageAccepted | Refusal> {
    const isNewest = await doctors.isStillAt(context.doctor.doctorId, context.doctorVersion);
    const { request, content } = sending;
    return isNewest ? answers.to(outcome, request, content, context, decidedAt) : sendAgain(sending);
  }

  /** Another process has changed the doctor's schedule, so the decision by the old one does not count. */
  function sendAgain(sending: Sending): Promise<MessageAccepted | Refusal> {
    const attemptsLeft = sending.attemptsLeft - 1;
    if (attemptsLeft === 0) return Promise.resolve(answers.counted(TOO_MANY_CHANGES));
    return findAndSend({ ...sending, attemptsLeft });
  }

  return ({ caller }, request) => {
    const checked = checkContent(request.content);
    if (checked.code !== 'ok') {
      const { code, field, reason } = checked;
      return Promise.resolve(answers.counted(refuse(code, { field, reason })));
    }
    const sending = { caller, request, content: checked.content, attemptsLeft: MAX_ATTEMPTS };
    const known = contexts.cachedFor(caller, request.consultationId);
    return known === null ? findAndSend(sending) : send(known, sending);
  };
}

type Outcome = Exclude<
  CommandOutcome<ConsultationState, ConsultationEvent, ConsultationRejection>,
  { outcome: 'outdated' }
>;

/** Turns the outcome of a decision into the sender's answer, broadcasts the message, and counts the answer. */
interface Answers {
  to(
    outcome: Outcome,
    request: SendMessageRequest,
    content: string,
    context: ConsultationContext,
    decidedAt: Instant,
  ): MessageAccepted | Refusal | Promise<MessageAccepted | Refusal>;
  counted<Answer extends MessageAccepted | Refusal>(answer: Answer): Answer;
}

function createAnswers(dependencies: SendMessageDependencies): Answers {
  const { availability, eventStore, publisher, metrics } = dependencies;

  function counted<Answer extends MessageAccepted | Refusal>(answer: Answer): Answer {
    metrics.count(counterOf(answer));
    return answer;
  }

  function accepted([recorded]: readonly RecordedEvent[], parties: Parties): MessageAccepted {
    invariant(recorded !== undefined, 'an accepted message is recorded as an event');
    const message = storedMessageOf(recorded);
    publisher.publish(message, parties);
    return counted({ outcome: 'accepted', message, duplicate: false });
  }

  async function rejected(
    { code }: ConsultationRejection,
    request: SendMessageRequest,
    content: string,
    { doctor, parties }: ConsultationContext,
    decidedAt: Instant,
  ): Promise<MessageAccepted | Refusal> {
    // A message that was stored before stays acknowledged, whatever has been closed since.
    const original = await findOriginal(request);
    if (original !== null) return repeat(original, content, parties);
    return counted(
      code === 'doctor.unavailable'
        ? // As of the decision: the schedule may have opened while the original was looked for.
          refuse(code, { nextOpeningAt: availability(doctor).nextOpeningAt(decidedAt) })
        : refuse(code),
    );
  }

  /**
   * Answers a repeat as the first time. If the room was not told then, because the store's answer got lost, it is
   * told now.
   */
  function repeat(original: RecordedEvent, content: string, parties: Parties): MessageAccepted | Refusal {
    const message = storedMessageOf(original);
    publisher.publish(message, parties);
    if (message.content !== content) return counted(refuse('message.id_conflict'));
    return counted({ outcome: 'accepted', message, duplicate: true });
  }

  async function findOriginal(request: SendMessageRequest): Promise<RecordedEvent | null> {
    const { consultationId, sender, clientMessageId } = request;
    if (clientMessageId === null) return null;
    return eventStore.findByIdempotencyKey(`consultation:${consultationId}`, keyOf(sender, clientMessageId));
  }

  return {
    counted,
    to: (outcome, request, content, context, decidedAt) => {
      switch (outcome.outcome) {
        case 'accepted':
          return accepted(outcome.events, context.parties);
        case 'duplicate':
          return repeat(outcome.original, content, context.parties);
        case 'unstorable':
          return counted(refuse('request.invalid', { field: 'content', reason: CANNOT_BE_STORED }));
        case 'overloaded':
          return counted(refuse('server.overloaded', { retryAfterMs: outcome.retryAfterMs }));
        case 'rejected':
          return rejected(outcome.rejection, request, content, context, decidedAt);
      }
    },
  };
}

function isAway(outcome: Outcome): boolean {
  return outcome.outcome === 'rejected' && outcome.rejection.code === 'doctor.unavailable';
}

/** The idempotency key of a message. It contains the sender, because the two parties may happen to choose the same id. */
function keyOf(sender: Sender, clientMessageId: string): string {
  return `${sender}:${clientMessageId}`;
}

function counterOf(answer: MessageAccepted | Refusal): CounterName {
  if (answer.outcome === 'refused') return 'messages_refused_total';
  return answer.duplicate ? 'messages_repeated_total' : 'messages_stored_total';
}
