/** What the server has said to a question that was asked before the page's scripts were there. */
export interface EarlyAnswer {
  /** Of the status. */
  readonly ok: boolean;
  readonly body: unknown;
}

/** Answers to questions that were asked before the page's scripts were there. Each is given out once. */
export interface EarlyAnswers {
  /**
   * @param token who asks now; null for none.
   * @returns undefined where nobody has asked this, or somebody else has.
   */
  take(path: string, token: string | null): Promise<EarlyAnswer> | undefined;
}

/** Asks below `/api/v1/`. @param token null for none: a browser may show by itself who this is. */
export function askEarly(base: string, token: string | null, paths: readonly string[]): EarlyAnswers {
  const answers = new Map(paths.map((path) => [path, ask(base, token, path)]));
  // What fails is told to whoever takes it.
  for (const answer of answers.values()) answer.catch(() => undefined);
  return {
    take(path, asker) {
      const answer = asker === token ? answers.get(path) : undefined;
      answers.delete(path);
      return answer;
    },
  };
}

/** @param init of the request, but for who asks. @throws {TypeError} where the server cannot be reached. */
export async function ask(
  base: string,
  token: string | null,
  path: string,
  init?: RequestInit,
): Promise<EarlyAnswer> {
  const headers = { ...init?.headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${base}api/v1/${path}`, { ...init, headers });
  return { ok: response.ok, body: await response.json() };
}
