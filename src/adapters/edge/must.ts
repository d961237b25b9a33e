/** The reason why a value is refused, for who checks it: `is required` where it is missing. Follows the field's name. */
export const must =
  (reason: string) =>
  ({ input }: { readonly input?: unknown }): string =>
    input === undefined ? 'is required' : reason;
