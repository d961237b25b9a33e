import { type AppendStatements, UNTOLD } from './append-statements.js';

/** Decides whether those who listen to the database are notified of what is appended. */
export interface AppendNotifier {
  /**
   * @param append stores a batch by the statements that it is given.
   * @returns what `append` returns.
   */
  append<Stored>(append: (statements: AppendStatements) => Promise<Stored>): Promise<Stored>;
}

/** For a process that is alone, or whose news go another way. */
export const NOTIFIES_NOBODY: AppendNotifier = { append: (append) => append(UNTOLD) };
