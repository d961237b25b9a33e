import { ANSWER_LIMIT_MS } from '../e2e/client.js';

/** @throws when the promise takes longer than a client is promised to wait, with time to spare for a busy machine. */
export async function within<Result>(
  promise: Promise<Result>,
  what: string,
  limitMs = 3 * ANSWER_LIMIT_MS,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
