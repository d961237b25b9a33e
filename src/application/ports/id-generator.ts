export interface IdGenerator {
  /** A new id, unique for ever: 1 to 64 of `[A-Za-z0-9_-]`. */
  next(): string;
}
