/** The examples of the OpenAPI document tell one small story. A test checks each of them against its schema. */

const windows = [
  { dayOfWeek: 1, startTime: '09:00', endTime: '17:00' },
  { dayOfWeek: 4, startTime: '22:00', endTime: '02:00' },
];
const patient = { id: 'patient-lind', name: 'Jamie Lindqvist' };
const doctorPerson = { id: 'dr-okafor', name: 'Dr Ada Okafor' };
const consultationId = 'consultation-7';
const opened = '2026-03-02T10:00:00.000Z';
const expiresAt = '2026-03-02T10:30:00.000Z';

const consultation = {
  id: consultationId,
  patientId: patient.id,
  doctorId: doctorPerson.id,
  patient,
  doctor: doctorPerson,
  isActive: true,
  status: 'open',
  expiresAt,
  readSeq: { user: 0, doctor: 1 },
};

export const EXAMPLES = {
  newDoctor: { ...doctorPerson, timeZone: 'Europe/Vienna', windows },
  newSchedule: { timeZone: 'Europe/Vienna', windows },
  newDoctorState: { name: doctorPerson.name, timeZone: 'Europe/Vienna' },
  newTimeZone: { timeZone: 'Europe/Vienna' },
  newOverride: { windows: [{ startTime: '10:00', endTime: '12:00' }] },
  doctor: {
    ...doctorPerson,
    timeZone: 'Europe/Vienna',
    windows,
    overrides: [{ date: '2026-12-24', windows: [] }],
  },
  availability: {
    timeZone: 'Europe/Vienna',
    open: true,
    nextOpeningAt: '2026-03-05T21:00:00.000Z',
    nextClosingAt: '2026-03-02T16:01:00.000Z',
    intervals: [{ from: opened, to: '2026-03-02T16:01:00.000Z' }],
  },
  patient,
  me: { role: 'doctor', id: doctorPerson.id },
  newPatientState: { name: patient.name },
  newConsultation: {
    id: consultationId,
    patientId: patient.id,
    doctorId: doctorPerson.id,
    durationMinutes: 30,
  },
  newEnd: { durationMinutes: 30 },
  reopening: { expiresAt: '2026-03-02T12:00:00.000Z' },
  consultation,
  listedConsultation: {
    ...consultation,
    openedAt: '2026-03-02T10:00:00.000Z',
    headSeq: 2,
    unread: 1,
    lastMessageAt: '2026-03-02T10:01:12.480Z',
    lastSender: 'user',
    waitingSince: '2026-03-02T10:01:12.480Z',
    ahead: 0,
    present: ['user'],
  },
  message: {
    messageId: '3f0c1a52-6a55-4d0e-9a39-0c1f2f6d5f11',
    consultationId,
    sender: 'user',
    content: 'Good morning, doctor.',
    sentAt: '2026-03-02T10:01:12.480Z',
    user: patient,
    doctor: doctorPerson,
    seq: 1,
    clientMessageId: 'phone-1',
  },
  auditEntry: {
    version: 1,
    type: 'ConsultationOpened',
    at: opened,
    actor: { kind: 'admin', id: 'front-desk' },
    details: { patientId: patient.id, doctorId: doctorPerson.id, expiresAt },
  },
  accessLogEntry: {
    at: '2026-03-02T10:05:00.000Z',
    person: { kind: 'doctor', id: doctorPerson.id },
    consultationId,
    subject: null,
    kind: 'read',
    action: 'read_messages',
    channel: 'http',
    requestId: 'b1f6a1d0-93c7-4f4e-8a51-5f2f0b6f9c11',
  },
  problem: {
    type: 'urn:consultation-chat:problem:request.invalid',
    title: 'The request is not valid.',
    status: 400,
    detail:
      'The request is not valid. windows.0.startTime must be a time of day from 00:00 through 23:59, written HH:MM.',
    code: 'request.invalid',
    requestId: 'b1f6a1d0-93c7-4f4e-8a51-5f2f0b6f9c11',
    field: 'windows.0.startTime',
  },
} as const;
