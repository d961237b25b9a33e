import { describe, expect, test } from 'vitest';
import * as consultation from '../../../src/domain/consultation/consultation.js';
import { MAX_EXPIRES_AT } from '../../../src/domain/consultation/consultation.js';
import type { ConsultationEvent } from '../../../src/domain/consultation/events.js';
import { DAY_MS, HOUR_MS } from '../../../src/domain/instant.js';
import { createGiven } from '../../support/given.js';

const given = createGiven({ ...consultation, initial: consultation.initialConsultation });

const NOW = Date.parse('2026-03-02T12:00:00.000Z');
const EXPIRES_AT = NOW + HOUR_MS;
const consultationId = 'consultation-1';
const parties = { consultationId, patientId: 'patient-1', doctorId: 'doctor-1' };

const opened: ConsultationEvent = { type: 'ConsultationOpened', data: { ...parties, expiresAt: EXPIRES_AT } };
const ended: ConsultationEvent = { type: 'ConsultationEnded', data: { consultationId } };
const expired: ConsultationEvent = { type: 'ConsultationExpired', data: { consultationId } };
const extendedTo = (expiresAt: number): ConsultationEvent => ({
  type: 'ConsultationExtended',
  data: { consultationId, expiresAt },
});
const reopenedTo = (expiresAt: number): ConsultationEvent => ({
  type: 'ConsultationReopened',
  data: { consultationId, expiresAt },
});
const message = {
  messageId: 'message-1',
  sender: 'user',
  content: 'hello',
  clientMessageId: 'client-1',
} as const;
const sent = (seq: number): ConsultationEvent => ({
  type: 'MessageSent',
  data: { consultationId, seq, ...message },
});

const open = (expiresAt = EXPIRES_AT) =>
  ({ type: 'OpenConsultation', now: NOW, ...parties, expiresAt }) as const;
const send = (now = NOW, doctorIsAvailable = true) =>
  ({ type: 'SendMessage', now, doctorIsAvailable, ...message }) as const;
const extend = (expiresAt: number, now = NOW) => ({ type: 'ExtendConsultation', now, expiresAt }) as const;
const end = (now = NOW) => ({ type: 'EndConsultation', now }) as const;
const expire = (now: number) => ({ type: 'ExpireConsultation', now }) as const;
const reopen = (expiresAt: number, now = NOW) => ({ type: 'ReopenConsultation', now, expiresAt }) as const;

describe('opening', () => {
  test('opens a consultation that does not exist', () => given().when(open()).thenHappens(opened));
  test('until a moment in the future: the next millisecond is one', () =>
    given()
      .when(open(NOW + 1))
      .thenHappens({ type: 'ConsultationOpened', data: { ...parties, expiresAt: NOW + 1 } }));
  test('until the last moment of the year 9999', () =>
    given()
      .when(open(MAX_EXPIRES_AT))
      .thenHappens({ type: 'ConsultationOpened', data: { ...parties, expiresAt: MAX_EXPIRES_AT } }));
  test.each([NOW, NOW - 1])('is refused until a moment that has come (%i)', (expiresAt) =>
    given().when(open(expiresAt)).thenRejected('request.invalid', 'expiresAt'),
  );
  test.each([MAX_EXPIRES_AT + 1, NOW + 0.5, Number.NaN])(
    'is refused until what is no date of ours (%d)',
    (expiresAt) => {
      given().when(open(expiresAt)).thenRejected('request.invalid', 'expiresAt');
      given(opened).when(extend(expiresAt)).thenRejected('request.invalid', 'expiresAt');
      given(opened, ended).when(reopen(expiresAt)).thenRejected('request.invalid', 'expiresAt');
    },
  );
  test.each([
    ['open', [opened]],
    ['over', [opened, ended]],
    ['expired', [opened, expired]],
  ])('is refused for one that is %s', (_case, before) =>
    given(...before)
      .when(open())
      .thenRejected('consultation.already_exists'),
  );
});

describe('a message', () => {
  test('is the first', () => given(opened).when(send()).thenHappens(sent(1)));
  test('is the next', () => given(opened, sent(1), sent(2)).when(send()).thenHappens(sent(3)));
  test('goes on counting after an extension and a reopening', () =>
    given(opened, sent(1), extendedTo(NOW + DAY_MS), sent(2), ended, reopenedTo(NOW + DAY_MS))
      .when(send())
      .thenHappens(sent(3)));
  test('is taken in the last millisecond', () =>
    given(opened)
      .when(send(EXPIRES_AT - 1))
      .thenHappens(sent(1)));
  test('is refused when the time has come, before the sweep', () =>
    given(opened).when(send(EXPIRES_AT)).thenRejected('consultation.expired'));
  test('is refused after the sweep', () =>
    given(opened, expired).when(send(EXPIRES_AT)).thenRejected('consultation.expired'));
  test('is refused after the end', () =>
    given(opened, ended).when(send()).thenRejected('consultation.inactive'));
  test('is refused after the end, whatever the time', () =>
    given(opened, ended).when(send(EXPIRES_AT)).thenRejected('consultation.inactive'));
  test('is refused outside the hours', () =>
    given(opened).when(send(NOW, false)).thenRejected('doctor.unavailable'));
  test('is refused for the end first, for the time second, for the hours last', () => {
    given(opened, ended).when(send(EXPIRES_AT, false)).thenRejected('consultation.inactive');
    given(opened).when(send(EXPIRES_AT, false)).thenRejected('consultation.expired');
  });
  test('is refused where there is no consultation', () =>
    given().when(send()).thenRejected('consultation.not_found'));
});

describe('extending', () => {
  test('moves the end further away', () =>
    given(opened)
      .when(extend(EXPIRES_AT + 1))
      .thenHappens(extendedTo(EXPIRES_AT + 1)));
  test('lets messages through again', () =>
    given(opened, extendedTo(EXPIRES_AT + 2))
      .when(send(EXPIRES_AT + 1))
      .thenHappens(sent(1)));
  test.each([EXPIRES_AT, EXPIRES_AT - 1])('is refused when it does not (%i)', (expiresAt) =>
    given(opened).when(extend(expiresAt)).thenRejected('request.invalid', 'expiresAt'),
  );
  test('is refused after the time, the sweep or the end', () => {
    const later = EXPIRES_AT + DAY_MS;
    given(opened).when(extend(later, EXPIRES_AT)).thenRejected('consultation.expired');
    given(opened, expired).when(extend(later)).thenRejected('consultation.expired');
    given(opened, ended).when(extend(later)).thenRejected('consultation.inactive');
    given().when(extend(later)).thenRejected('consultation.not_found');
  });
});

describe('ending', () => {
  test('closes an open consultation', () => given(opened).when(end()).thenHappens(ended));
  test('is refused for one that is not open', () => {
    given(opened, ended).when(end()).thenRejected('consultation.inactive');
    given(opened, expired).when(end()).thenRejected('consultation.expired');
    given(opened).when(end(EXPIRES_AT)).thenRejected('consultation.expired');
    given().when(end()).thenRejected('consultation.not_found');
  });
});

describe('expiring', () => {
  test('deactivates a consultation from the moment on at which it runs out', () => {
    given(opened)
      .when(expire(EXPIRES_AT - 1))
      .thenRejected('consultation.not_due');
    given(opened).when(expire(EXPIRES_AT)).thenHappens(expired);
    given(opened)
      .when(expire(EXPIRES_AT + DAY_MS))
      .thenHappens(expired);
  });
  test('comes too early for one that was extended meanwhile', () =>
    given(opened, extendedTo(EXPIRES_AT + 1))
      .when(expire(EXPIRES_AT))
      .thenRejected('consultation.not_due'));
  test('changes nothing a second time, or after the end', () => {
    given(opened, expired).when(expire(EXPIRES_AT)).thenHappens();
    given(opened, ended).when(expire(EXPIRES_AT)).thenHappens();
  });
  test('is refused where there is no consultation', () =>
    given().when(expire(NOW)).thenRejected('consultation.not_found'));
});

describe('reopening', () => {
  const later = EXPIRES_AT + DAY_MS;
  test.each([
    ['has ended', [opened, ended], NOW],
    ['has expired', [opened, expired], EXPIRES_AT],
    ['ran out and was not swept yet', [opened], EXPIRES_AT],
  ])('makes one active that %s', (_case, before, now) =>
    given(...before)
      .when(reopen(later, now))
      .thenHappens(reopenedTo(later)),
  );
  test('lets messages through', () =>
    given(opened, ended, reopenedTo(later)).when(send(EXPIRES_AT)).thenHappens(sent(1)));
  test('is refused until a moment that has come', () => {
    given(opened, ended).when(reopen(NOW)).thenRejected('request.invalid', 'expiresAt');
    given(opened, ended)
      .when(reopen(NOW + 1))
      .thenHappens(reopenedTo(NOW + 1));
  });
  test('is refused for one that is open', () =>
    given(opened).when(reopen(later)).thenRejected('consultation.still_open'));
  test('is refused where there is no consultation', () =>
    given().when(reopen(later)).thenRejected('consultation.not_found'));
});

describe('marking as read', () => {
  const mark = (seq: number, reader: 'user' | 'doctor' = 'user', now = NOW) =>
    ({ type: 'MarkRead', now, reader, seq }) as const;
  const read = (seq: number, reader: 'user' | 'doctor' = 'user'): ConsultationEvent => ({
    type: 'MessagesRead',
    data: { consultationId, reader, seq },
  });
  const withTwo = [opened, sent(1), sent(2)];
  test('moves the mark of the reader', () => {
    given(...withTwo)
      .when(mark(1))
      .thenHappens(read(1));
    given(...withTwo, read(1))
      .when(mark(2))
      .thenHappens(read(2));
    given(...withTwo, read(2, 'doctor'))
      .when(mark(1))
      .thenHappens(read(1));
  });
  test('never moves it back', () => {
    given(...withTwo, read(2))
      .when(mark(1))
      .thenHappens();
    given(...withTwo, read(2))
      .when(mark(2))
      .thenHappens();
    given(...withTwo)
      .when(mark(0))
      .thenHappens();
  });
  test('is refused beyond the last message', () => {
    given(...withTwo)
      .when(mark(3))
      .thenRejected('request.invalid', 'seq');
    given(opened).when(mark(1)).thenRejected('request.invalid', 'seq');
  });
  test('goes on after the consultation has closed', () => {
    given(...withTwo, ended)
      .when(mark(2))
      .thenHappens(read(2));
    given(...withTwo, expired)
      .when(mark(2, 'doctor', EXPIRES_AT))
      .thenHappens(read(2, 'doctor'));
  });
  test('is refused where there is no consultation', () =>
    given().when(mark(1)).thenRejected('consultation.not_found'));
});

describe('the fold', () => {
  test('ignores what happened to a consultation that was never opened', () => {
    const strays = [sent(1), ended, expired, extendedTo(EXPIRES_AT), reopenedTo(EXPIRES_AT)];
    expect(strays.reduce(consultation.evolve, consultation.initialConsultation)).toEqual({
      status: 'not_opened',
    });
  });
  test('is open for messages only between opening and running out', () => {
    const { evolve, initialConsultation, isOpenForMessages } = consultation;
    const state = evolve(initialConsultation, opened);
    expect(isOpenForMessages(initialConsultation, NOW)).toBe(false);
    expect(isOpenForMessages(state, EXPIRES_AT - 1)).toBe(true);
    expect(isOpenForMessages(state, EXPIRES_AT)).toBe(false);
    expect(isOpenForMessages(evolve(state, ended), NOW)).toBe(false);
  });
});
