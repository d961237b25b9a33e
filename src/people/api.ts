/** Whom the server takes the caller for. */
export interface Me {
  readonly role: 'patient' | 'doctor' | 'admin' | 'anyone';
  readonly id: string | null;
}

export interface Person {
  readonly id: string;
  readonly name: string;
}

/** Open time, `from` to `to`, epoch ms. */
export interface Hours {
  readonly timeZone: string;
  readonly intervals: readonly { readonly from: number; readonly to: number }[];
}

/** The server has said no. */
export class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export interface Api {
  /** @throws {Refused} where the token proves nothing; {TypeError} where the server cannot be reached. */
  me(): Promise<Me>;
  /** The first of those who are there, for the demo. */
  people(kind: 'doctors' | 'patients'): Promise<readonly Person[]>;
  /** @param from epoch ms. */
  hours(doctorId: string, from: number, to: number): Promise<Hours>;
}

/** @param token null for none. */
export function createApi(base: string, token: () => string | null): Api {
  async function ask<Answer>(path: string): Promise<Answer> {
    const shown = token();
    const headers: Record<string, string> = shown === null ? {} : { authorization: `Bearer ${shown}` };
    const response = await fetch(`${base}api/v1/${path}`, { headers });
    const body = await response.json();
    if (!response.ok) throw new Refused(String((body as { readonly code?: unknown }).code));
    return body as Answer;
  }

  return {
    me: () => ask<Me>('me'),
    people: async (kind) => (await ask<{ readonly items: readonly Person[] }>(`${kind}?limit=50`)).items,
    async hours(doctorId, from, to) {
      const range = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
      const { timeZone, intervals } = await ask<{
        readonly timeZone: string;
        readonly intervals: readonly { readonly from: string; readonly to: string }[];
      }>(`doctors/${encodeURIComponent(doctorId)}/availability?${range}`);
      const instants = intervals.map((one) => ({ from: Date.parse(one.from), to: Date.parse(one.to) }));
      return { timeZone, intervals: instants };
    },
  };
}
