/** A clean stop that takes longer, in ms, is cut short by `cli/start.ts`. */
export const STOP_LIMIT_MS = 5_000;
/** How long stopping waits for jobs and requests under way, and for the database to close, in ms. */
export const WORK_LIMIT_MS = 1_200;
export const CLOSE_LIMIT_MS = 300;

/** Ends one of the things that were started. */
export type Stop = () => Promise<unknown>;

/**
 * Runs the functions one after the other, the last one first. Each of them runs even if others fail.
 *
 * @throws the error of the first that failed.
 */
export async function inReverse(stops: readonly Stop[]): Promise<void> {
  const failures: { readonly error: unknown }[] = [];
  for (const stop of stops.toReversed()) {
    try {
      await stop();
    } catch (error) {
      failures.push({ error });
    }
  }
  throwFirst(failures);
}

/**
 * Waits for all of them. They run in parallel, and each is waited for even if others fail.
 *
 * @throws the error of the first that failed.
 */
export async function allOf(works: readonly Promise<unknown>[]): Promise<void> {
  const settled = await Promise.allSettled(works);
  throwFirst(settled.flatMap((work) => (work.status === 'rejected' ? [{ error: work.reason }] : [])));
}

function throwFirst([first]: readonly { readonly error: unknown }[]): void {
  if (first !== undefined) throw first.error;
}

/**
 * Resolves when the work is done, or when it has taken too long.
 *
 * @throws what the work throws in time.
 */
export async function atMost(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs the task at the first call. Later calls wait for the same run. */
export function once(task: () => Promise<void>): () => Promise<void> {
  let started: Promise<void> | undefined;
  return () => {
    started ??= task();
    return started;
  };
}
