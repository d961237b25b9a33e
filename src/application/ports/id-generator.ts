/** Every id but those of people, for which see `PERSON_ID_PATTERN`: made here, or given by a caller. */
export const ID_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
/** The same in words, to follow the field's name. */
export const MUST_BE_AN_ID = 'must be 1 to 64 letters, digits, hyphens or underscores';

/** Its ids match `ID_PATTERN`. */
export interface IdGenerator {
  /** A new id, unique for ever. */
  next(): string;
  /** The id that belongs to a name: always the same, another one for every other name. Nothing tells the name from it. */
  derive(name: string): string;
}
