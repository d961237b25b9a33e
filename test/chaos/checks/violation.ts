/** The assertions that every run is held to; `docs/chaos.md` says each in a sentence. */
export type Rule = 'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h';

export interface Violation {
  readonly rule: Rule;
  /** Stable and dotted-free, for instance `lost`. */
  readonly kind: string;
  /** Ids and numbers, never content. */
  readonly detail: string;
}

export type Report = (rule: Rule, kind: string, detail: string) => void;
