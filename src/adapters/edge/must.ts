/** A message for zod that follows the field's name. It says why a value is refused, or `is required` if there is none. */
export const must =
  (reason: string) =>
  ({ input }: { readonly input?: unknown }): string =>
    input === undefined ? 'is required' : reason;
