/** Every id except those of people (see `PERSON_ID_PATTERN`), whether it is generated or given by a caller. */
export const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
/** The same in words, to follow the field's name. */
export const MUST_BE_AN_ID = 'must be 1 to 64 letters, digits, hyphens or underscores';

/** Makes ids that match `ID_PATTERN`. */
export interface IdGenerator {
  /** A new id, unique for ever. */
  next(): string;
  /**
   * The id that belongs to a name: always the same, and different for every other name. It does not reveal the name.
   */
  derive(name: string): string;
}
