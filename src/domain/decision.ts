/**
 * The result of a decider: the events that happened, or the reason why nothing did. A rejection is a value with a
 * stable code and is never thrown.
 */
export type Decision<Event, Rejection> =
  | { readonly outcome: 'accepted'; readonly events: readonly Event[] }
  | { readonly outcome: 'rejected'; readonly rejection: Rejection };

export function accept<Event>(...events: readonly Event[]): {
  outcome: 'accepted';
  events: readonly Event[];
} {
  return { outcome: 'accepted', events };
}

export function reject<Rejection>(rejection: Rejection): { outcome: 'rejected'; rejection: Rejection } {
  return { outcome: 'rejected', rejection };
}

/** A value of the payload breaks a rule. `field` is its path, for instance `windows.2.startTime`. */
export interface InvalidField {
  readonly code: 'request.invalid';
  readonly field: string;
  readonly reason: string;
}

export function invalidField(field: string, reason: string): InvalidField {
  return { code: 'request.invalid', field, reason };
}
