/** What the primary tells a worker. */
export type ToWorker =
  | { readonly type: 'serve'; readonly serving: Serving }
  | { readonly type: 'stop'; readonly drainSeconds: number };
/** What a worker tells the primary. */
export type ToPrimary =
  | { readonly type: 'hello' }
  | { readonly type: 'listening'; readonly url: string; readonly page: string }
  /** The worker ends; `sentence` says why. */
  | { readonly type: 'failed'; readonly sentence: string };
export type AskedOfWorker = 'metrics';
export type AskedOfPrimary = 'metrics' | 'hasRoom';

/** Everything that a worker cannot find out by itself. Holds a password: never log it. */
export interface Serving {
  /** Counted from 1. A worker that replaces another one has its number. */
  readonly worker: number;
  readonly port: number;
  readonly databaseUrl: string;
  readonly migrationUrl: string | null;
  /** The directory of the workers' doors. */
  readonly directory: string;
}
