import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  createEventCodec,
  eventCodec,
  type StoredShape,
  shape,
} from '../../../src/adapters/codec/event-codec.js';
import {
  insertMessagesFrom,
  updateChatsFrom,
  updateConsultationsFrom,
} from '../../../src/adapters/prisma/projections/projections.js';
import type { DomainEvent } from '../../../src/application/ports/event-store.js';
import { InvariantViolation } from '../../../src/domain/invariant.js';
import { thrownBy } from '../prisma/thrown-by.js';

const GOLDEN = new URL('./golden/', import.meta.url);

/**
 * What each golden file means, for ever. When a shape gets a new version, its older files stay as they are and mean
 * the same event in today's form; the new version gets a file and an entry of its own.
 */
const MEANING: Readonly<Record<string, DomainEvent>> = {
  'ConsultationOpened.v1': {
    type: 'ConsultationOpened',
    data: {
      consultationId: 'consultation-1',
      patientId: 'patient-1',
      doctorId: 'doctor-1',
      expiresAt: Date.UTC(2026, 2, 3, 12, 0, 0, 1),
    },
  },
  'ConsultationExtended.v1': {
    type: 'ConsultationExtended',
    data: { consultationId: 'consultation-1', expiresAt: Date.UTC(9999, 11, 31, 23, 59, 59, 999) },
  },
  'ConsultationEnded.v1': { type: 'ConsultationEnded', data: { consultationId: 'consultation-1' } },
  'ConsultationExpired.v1': { type: 'ConsultationExpired', data: { consultationId: 'consultation-1' } },
  'ConsultationReopened.v1': {
    type: 'ConsultationReopened',
    data: { consultationId: 'consultation-1', expiresAt: -1 },
  },
  'MessageSent.v1': {
    type: 'MessageSent',
    data: {
      consultationId: 'consultation-1',
      messageId: '0198c0de-0000-7000-8000-000000000001',
      seq: 2_147_483_647,
      sender: 'doctor',
      content: 'two\nlines, שלום 👩🏽‍⚕️ <b>"\\"</b>',
      clientMessageId: null,
    },
  },
  'MessagesRead.v1': {
    type: 'MessagesRead',
    data: { consultationId: 'consultation-1', reader: 'user', seq: 7 },
  },
  'DoctorRegistered.v1': {
    type: 'DoctorRegistered',
    data: {
      doctorId: 'doctor-1',
      name: 'Dr Ångström',
      timeZone: 'America/Argentina/Buenos_Aires',
      windows: [
        { dayOfWeek: 0, startTime: '00:00', endTime: '23:59' },
        { dayOfWeek: 6, startTime: '22:00', endTime: '06:00' },
      ],
    },
  },
  'DoctorRenamed.v1': {
    type: 'DoctorRenamed',
    data: { doctorId: 'doctor-1', name: 'Dr Ada O’Brien-Okafor' },
  },
  'DoctorTimeZoneChanged.v1': {
    type: 'DoctorTimeZoneChanged',
    data: { doctorId: 'doctor-1', timeZone: 'Asia/Kathmandu' },
  },
  'WeeklyWindowsSet.v1': {
    type: 'WeeklyWindowsSet',
    data: { doctorId: 'doctor-1', windows: [{ dayOfWeek: 5, startTime: '09:00', endTime: '09:00' }] },
  },
  'DateOverrideSet.v1': {
    type: 'DateOverrideSet',
    data: {
      doctorId: 'doctor-1',
      date: '2026-12-24',
      windows: [
        { startTime: '09:00', endTime: '12:00' },
        { startTime: '20:00', endTime: '02:00' },
      ],
    },
  },
  'DateOverrideRemoved.v1': {
    type: 'DateOverrideRemoved',
    data: { doctorId: 'doctor-1', date: '2026-12-24' },
  },
  'PatientRegistered.v1': {
    type: 'PatientRegistered',
    data: { patientId: 'patient-1', name: 'Mx O’Brien' },
  },
  'PatientRenamed.v1': {
    type: 'PatientRenamed',
    data: { patientId: 'patient-1', name: 'Mx O’Brien-Lindqvist' },
  },
};

function golden(name: string): StoredShape {
  return JSON.parse(readFileSync(new URL(`${name}.json`, GOLDEN), 'utf8')) as StoredShape;
}

function versionOf(type: string): number {
  return eventCodec.newestVersions.get(type) ?? 0;
}

function newestOf(type: string): StoredShape {
  return golden(`${type}.v${versionOf(type)}`);
}

describe('golden files', () => {
  const everyShape = [...eventCodec.newestVersions].flatMap(([type, newest]) =>
    Array.from({ length: newest }, (_, index) => `${type}.v${index + 1}`),
  );

  test('exist for every version of every type, and for nothing else', () => {
    const files = readdirSync(GOLDEN).map((file) => file.replace(/\.json$/, ''));
    expect(files.sort()).toEqual(everyShape.toSorted());
    expect(Object.keys(MEANING).sort()).toEqual(everyShape.toSorted());
  });

  test.each(everyShape)('%s is decoded to what it has always meant', (name) => {
    const stored = golden(name);
    expect(`${stored.type}.v${stored.schemaVersion}`).toBe(name);
    expect(eventCodec.decode(stored)).toStrictEqual(MEANING[name]);
  });

  test.each([...eventCodec.newestVersions].map(([type, newest]) => `${type}.v${newest}`))(
    '%s is encoded to the very same text',
    (name) => {
      const stored = golden(name);
      const encoded = eventCodec.encode(eventCodec.decode(stored));
      expect(JSON.stringify(encoded)).toBe(JSON.stringify(stored));
    },
  );

  /** What the statements project of an event, they find by the domain's names in the data that were encoded last. */
  test.each<[string, string]>([
    ['MessageSent', insertMessagesFrom('encoded')],
    ['MessagesRead', updateChatsFrom('encoded', false).replaceAll("data->>'sender', ", '')],
    ['ConsultationReopened', updateConsultationsFrom('encoded')],
  ])('of %s are written by the names that its projection reads', (type, projection) => {
    const columns = new Set([...projection.matchAll(/data->>'(\w+)'/g)].map(([, column]) => column));
    const meaning = MEANING[`${type}.v${eventCodec.newestVersions.get(type)}`];
    if (meaning === undefined) throw new Error('a type that nobody knows');
    expect([...columns].sort()).toEqual(Object.keys(meaning.data).sort());
    expect(Object.keys(eventCodec.encode(meaning).data as object).sort()).toEqual([...columns].sort());
  });
});

describe('what is not known', () => {
  const secret = 'a word of the patient';

  test.each<[string, StoredShape]>([
    ['a type', { type: 'ConsultationBilled', schemaVersion: 1, data: { secret } }],
    ['a name that every object has', { type: 'constructor', schemaVersion: 1, data: { secret } }],
    ['a name that maps are built on', { type: '__proto__', schemaVersion: 1, data: { secret } }],
    ['version 0', { ...golden('MessageSent.v1'), schemaVersion: 0 }],
    ['a negative version', { ...golden('MessageSent.v1'), schemaVersion: -1 }],
    ['half a version', { ...golden('MessageSent.v1'), schemaVersion: 0.5 }],
    ['a version of the future', { ...newestOf('MessageSent'), schemaVersion: versionOf('MessageSent') + 1 }],
    ['no data', { type: 'MessageSent', schemaVersion: 1, data: null }],
    ['a list for data', { type: 'MessageSent', schemaVersion: 1, data: [secret] }],
    ['a field that is missing', { type: 'PatientRegistered', schemaVersion: 1, data: { name: secret } }],
    ['a wrong type', { type: 'PatientRegistered', schemaVersion: 1, data: { patientId: 1, name: secret } }],
    [
      'a wrong sender',
      {
        type: 'MessageSent',
        schemaVersion: 1,
        data: { ...(golden('MessageSent.v1').data as object), sender: secret },
      },
    ],
    [
      'an instant that is none',
      { type: 'ConsultationExtended', schemaVersion: 1, data: { consultationId: 'c', expiresAt: secret } },
    ],
  ])('%s is refused, and the error tells no content', (_case, stored) => {
    const thrown = thrownBy(() => eventCodec.decode(stored));
    expect(thrown).toBeInstanceOf(InvariantViolation);
    expect(JSON.stringify([String(thrown), thrown instanceof Error ? thrown.cause : null])).not.toContain(
      secret,
    );
  });

  test('an event that is not of its type is not encoded, and the error tells no content', () => {
    const wrong = { type: 'PatientRegistered', data: { patientId: 7, name: secret } } as unknown;
    const thrown = thrownBy(() => eventCodec.encode(wrong as DomainEvent));
    expect(thrown).toBeInstanceOf(InvariantViolation);
    expect(String(thrown)).not.toContain(secret);
    expect(() => eventCodec.encode({ type: 'toString', data: {} } as unknown as DomainEvent)).toThrow(
      InvariantViolation,
    );
  });
});

test('any instant survives being stored', () => {
  const limits = { min: Date.parse('0000-01-01T00:00:00.000Z'), max: Date.parse('9999-12-31T23:59:59.999Z') };
  fc.assert(
    fc.property(fc.integer(limits), (expiresAt) => {
      const event = { type: 'ConsultationExtended', data: { consultationId: 'c', expiresAt } } as const;
      expect(eventCodec.decode(eventCodec.encode(event))).toEqual(event);
    }),
  );
});

describe('a type that has had three versions', () => {
  /** Version 1 was `{ text }`, version 2 `{ text, loud }`, version 3 is `{ words, loud }`. */
  const codec = createEventCodec<{ type: string; data: unknown }>({
    Said: shape(z.object({ words: z.array(z.string()), loud: z.boolean() }), [
      (data) => ({ ...(data as object), loud: false }),
      (data) => {
        const { text, loud } = data as { text: string; loud: boolean };
        return { words: text.split(' '), loud };
      },
    ]),
  });

  test.each<[number, unknown, unknown]>([
    [1, { text: 'as it was' }, { words: ['as', 'it', 'was'], loud: false }],
    [2, { text: 'as it was', loud: true }, { words: ['as', 'it', 'was'], loud: true }],
    [3, { words: ['as it is'], loud: true }, { words: ['as it is'], loud: true }],
  ])('version %i is read in the newest form', (schemaVersion, data, expected) => {
    expect(codec.decode({ type: 'Said', schemaVersion, data })).toEqual({ type: 'Said', data: expected });
  });

  test('is written in the newest form only', () => {
    expect(codec.newestVersions).toEqual(new Map([['Said', 3]]));
    const data = { words: ['new'], loud: false };
    expect(codec.encode({ type: 'Said', data })).toEqual({ type: 'Said', schemaVersion: 3, data });
  });

  test('refuses data of another version than it says, also where an upcaster trips over it', () => {
    for (const [schemaVersion, data] of [
      [3, { text: 'secret' }],
      [2, { words: ['secret'] }],
      [1, null],
      [4, { words: [], loud: false }],
    ] as const) {
      const thrown = thrownBy(() => codec.decode({ type: 'Said', schemaVersion, data }));
      expect(thrown).toBeInstanceOf(InvariantViolation);
      expect(String(thrown)).not.toContain('secret');
    }
  });
});
