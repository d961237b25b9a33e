import { createServerClock } from '../room/server-clock.js';

/** The server's answer to a question that was asked before the page's scripts were loaded. */
export interface EarlyAnswer {
  /** Whether the HTTP status means success. */
  readonly ok: boolean;
  readonly body: unknown;
}

/** The answers to questions that were asked before the page's scripts were loaded. Each is given out once. */
export interface EarlyAnswers {
  /**
   * @param token the token of whoever wants the answer; null for none.
   * @returns undefined if this was not asked, or was asked with another token.
   */
  take(path: string, token: string | null): Promise<EarlyAnswer> | undefined;
}

/** Learns the server's time with each answer. The clock of a phone may be hours off. */
export const serverClock = createServerClock(
  () => Date.now(),
  () => performance.now(),
);

/** Asks the paths below `/api/v1/`. @param token null for none, because a cookie may say who somebody is. */
export function askEarly(base: string, token: string | null, paths: readonly string[]): EarlyAnswers {
  const answers = new Map(paths.map((path) => [path, ask(base, token, path)]));
  // Whoever takes an answer learns of its failure.
  for (const answer of answers.values()) answer.catch(() => undefined);
  return {
    take(path, asker) {
      const answer = asker === token ? answers.get(path) : undefined;
      answers.delete(path);
      return answer;
    },
  };
}

/** @param init the request without its token. @throws {TypeError} if the server cannot be reached. */
export async function ask(
  base: string,
  token: string | null,
  path: string,
  init?: RequestInit,
): Promise<EarlyAnswer> {
  const headers = { ...init?.headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${base}api/v1/${path}`, { ...init, headers });
  serverClock.told({ now: response.headers.get('date') as string });
  return { ok: response.ok, body: await response.json() };
}
