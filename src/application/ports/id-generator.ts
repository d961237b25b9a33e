/** Ids are 1 to 64 of `[A-Za-z0-9_-]`. */
export interface IdGenerator {
  /** A new id, unique for ever. */
  next(): string;
  /** The id that belongs to a name: always the same, another one for every other name. Nothing tells the name from it. */
  derive(name: string): string;
}
