import { describe, expect, it } from 'vitest';
import { openClinic } from './api-clinic.js';
import { apiHarness } from './api-harness.js';

const api = apiHarness();

async function open() {
  const harness = await api.open({ startAt: '2026-03-02T10:00:00.000Z' });
  const { admin } = await openClinic(harness);
  const asAdmin = (method: string, path: string, body?: object) =>
    harness.call(method, `/api/v1${path}`, { token: admin, body });
  return { asAdmin };
}

/** One o’clock in Vienna, as others write it. */
const WRITTEN = [
  '2026-03-02T13:00+01:00',
  '2026-03-02T13:00:00+0100',
  '2026-03-02T13:00+01',
  '2026-03-02T12:00Z',
  '2026-03-02t12:00:00.0000000z',
  '2026-03-02T13:00:00.000000000+01:00',
];

describe('an instant as Java and .NET write it', () => {
  it.each(WRITTEN)('is taken in every body: %s', async (expiresAt) => {
    const { asAdmin } = await open();
    const extended = await asAdmin('POST', '/consultations/c-1/extend', { expiresAt });
    const made = await asAdmin('POST', '/consultations', { patientId: 'p-1', doctorId: 'dr-1', expiresAt });
    await asAdmin('POST', '/consultations/c-1/end');
    const reopened = await asAdmin('POST', '/consultations/c-1/reopen', { expiresAt });
    for (const { json } of [extended, made, reopened])
      expect(json.expiresAt).toBe('2026-03-02T12:00:00.000Z');
  });

  it.each(WRITTEN)('is taken in every query, escaped or not: %s', async (from) => {
    const { asAdmin } = await open();
    for (const written of [from, encodeURIComponent(from), from.replace('+', '%20')]) {
      const range = `from=${written}&to=2026-03-02T15:00+02:00`;
      const { json } = await asAdmin('GET', `/doctors/dr-1/availability?${range}`);
      expect(json.intervals).toEqual([{ from: '2026-03-02T12:00:00.000Z', to: '2026-03-02T13:00:00.000Z' }]);
      expect((await asAdmin('GET', `/access-log?from=${written}`)).status).toBe(200);
      expect((await asAdmin('GET', `/access-log?to=${written}`)).status).toBe(200);
    }
  });

  it.each([
    ['2026-03-02T13:00+01:00[Europe/Berlin]', 'must not name a time zone in brackets'],
    ['2026-03-02T13:00:00', 'must say its offset from UTC'],
    ['1772456400000', 'must be an ISO 8601 instant with its offset'],
  ])('is refused in words where it is none: %s', async (given, words) => {
    const { asAdmin } = await open();
    const answers = [
      ['expiresAt', await asAdmin('POST', '/consultations/c-1/extend', { expiresAt: given })],
      ['from', await asAdmin('GET', `/doctors/dr-1/availability?from=${encodeURIComponent(given)}`)],
      ['to', await asAdmin('GET', `/access-log?to=${encodeURIComponent(given)}`)],
    ] as const;
    for (const [field, { status, json }] of answers) {
      expect([status, json.field]).toEqual([400, field]);
      expect(json.detail).toContain(`${field} ${words}`);
    }
  });
});
