/** A message for zod, to follow the field's name: why a value is refused, or `is required` when there is no value. */
export const must =
  (reason: string) =>
  ({ input }: { readonly input?: unknown }): string =>
    input === undefined ? 'is required' : reason;
