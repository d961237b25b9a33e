import type { MessagePage } from '../../application/conversation/get-messages.js';
import type { Joined } from '../../application/conversation/join-consultation.js';
import type { MessageAccepted } from '../../application/conversation/send-message.js';
import type { Identity } from '../../application/ports/identity.js';
import type { ChatMessage, ConsultationView, Notification } from '../../application/ports/notification.js';
import { isoOf } from '../../domain/instant.js';
import type {
  AuthenticateAnswer,
  Consultation,
  DoctorAway,
  DoctorReady,
  GetMessagesAnswer,
  JoinConsultationAnswer,
  Message,
  MessagesRead,
  Presence,
  SendMessageAnswer,
  Typing,
} from '../../protocol/wire.js';

type Writable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

export function toWireMessage(message: ChatMessage): Message {
  const { messageId, consultationId, sender, content, sentAt, patient, doctor, seq, clientMessageId } =
    message;
  const wire: Writable<Message> = {
    messageId,
    consultationId,
    sender,
    content,
    sentAt: isoOf(sentAt),
    user: patient,
    doctor,
    seq,
  };
  if (clientMessageId !== null) wire.clientMessageId = clientMessageId;
  return wire;
}

export function toWireConsultation(view: ConsultationView): Consultation {
  const { consultationId, status, expiresAt, readSeq, patient, doctor } = view;
  const isActive = status === 'open';
  return { consultationId, isActive, status, expiresAt: isoOf(expiresAt), user: patient, doctor, readSeq };
}

export function toWireDoctorReady(notice: Extract<Notification, { type: 'doctor_ready' }>): DoctorReady {
  const { consultationId, doctorId } = notice;
  return { consultationId, doctorId, message: 'Doctor is now available' };
}

export function toWireDoctorAway(notice: Extract<Notification, { type: 'doctor_away' }>): DoctorAway {
  const { consultationId, doctorId, nextOpeningAt } = notice;
  return {
    consultationId,
    doctorId,
    message: 'Doctor is no longer available',
    nextOpeningAt: nextOpeningAt === null ? null : isoOf(nextOpeningAt),
  };
}

export function toWirePresence(
  notification: Extract<Notification, { type: 'user_joined' | 'user_left' }>,
): Presence {
  const { consultationId, userId, sender, at } = notification;
  return { consultationId, userId, sender, at: isoOf(at) };
}

export function toWireTyping(notification: Extract<Notification, { type: 'typing' }>): Typing {
  const { consultationId, userId, sender, isTyping } = notification;
  return { consultationId, userId, sender, isTyping };
}

export function toWireMessagesRead(
  notification: Extract<Notification, { type: 'messages_read' }>,
): MessagesRead {
  const { consultationId, reader, userId, seq, at } = notification;
  return { consultationId, reader, userId, seq, at: isoOf(at) };
}

export function toJoinAnswer(joined: Joined): JoinConsultationAnswer {
  const { consultation, doctor, headSeq, messages, present } = joined;
  const { open, nextOpeningAt } = doctor;
  return {
    consultation: toWireConsultation(consultation),
    doctor: { open, nextOpeningAt: nextOpeningAt === null ? null : isoOf(nextOpeningAt) },
    headSeq,
    messages: messages.map(toWireMessage),
    present: present.map(({ userId, sender }) => ({ userId, sender })),
  };
}

export function toPageAnswer({ messages, headSeq, hasMore }: MessagePage): GetMessagesAnswer {
  return { messages: messages.map(toWireMessage), headSeq, hasMore };
}

export function toSendAnswer({ message, duplicate }: MessageAccepted): SendMessageAnswer {
  const { messageId, seq, sentAt } = message;
  const answer = { messageId, seq, sentAt: isoOf(sentAt) };
  return duplicate ? { ...answer, duplicate } : answer;
}

export function toAuthenticateAnswer({ caller, expiresAt }: Identity): AuthenticateAnswer {
  const until = expiresAt === null ? null : isoOf(expiresAt);
  if (caller.role === 'anyone') return { userId: null, role: null, expiresAt: until };
  return { userId: caller.id, role: caller.role, expiresAt: until };
}
