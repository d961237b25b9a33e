import type { ApiHarness } from './api-harness.js';

export const WEEKDAYS = [1, 2, 3, 4, 5].map((dayOfWeek) => ({
  dayOfWeek,
  startTime: '09:00',
  endTime: '17:00',
}));

export interface Tokens {
  readonly admin: string;
  /** The two parties of `c-1`. */
  readonly doctor: string;
  readonly patient: string;
  /** A patient with no consultation. */
  readonly stranger: string;
  /** A doctor with no consultation. */
  readonly otherDoctor: string;
}

export function issueTokens({ memory }: ApiHarness): Tokens {
  const { issue } = memory.authenticator;
  return {
    admin: issue({ role: 'admin', id: 'admin-1' }),
    doctor: issue({ role: 'doctor', id: 'dr-1' }),
    patient: issue({ role: 'patient', id: 'p-1' }),
    stranger: issue({ role: 'patient', id: 'p-2' }),
    otherDoctor: issue({ role: 'doctor', id: 'dr-2' }),
  };
}

/** Doctors `dr-1` and `dr-2`, patients `p-1` and `p-2`, and `c-1` between the first two, open for half an hour. */
export async function openClinic(harness: ApiHarness): Promise<Tokens> {
  const tokens = issueTokens(harness);
  const create = async (path: string, body: object): Promise<void> => {
    const { status, text } = await harness.call('POST', `/api/v1/${path}`, { token: tokens.admin, body });
    if (status !== 201) throw new Error(text);
  };
  for (const id of ['dr-1', 'dr-2']) {
    await create('doctors', { id, name: `Dr ${id}`, timeZone: 'UTC', windows: WEEKDAYS });
  }
  for (const id of ['p-1', 'p-2']) await create('patients', { id, name: `Mx ${id}` });
  await create('consultations', { id: 'c-1', patientId: 'p-1', doctorId: 'dr-1', durationMinutes: 30 });
  return tokens;
}

/** The same on an API of its own, with calls that an administrator makes below `/api/v1`. */
export async function openAsAdmin(api: { open(): Promise<ApiHarness> }) {
  const harness = await api.open();
  const tokens = await openClinic(harness);
  const asAdmin: ApiHarness['call'] = (method, path, call = {}) =>
    harness.call(method, `/api/v1${path}`, { token: tokens.admin, ...call });
  return { ...harness, tokens, asAdmin };
}
