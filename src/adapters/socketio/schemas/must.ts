/** Reasons follow the field's name in a sentence: `content must be text`. */
export const must =
  (reason: string) =>
  ({ input }: { readonly input?: unknown }): string =>
    input === undefined ? 'is required' : reason;
