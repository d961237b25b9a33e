/** Whoever asks for the system clock's adapter gets the stepped one. */
export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  if (!resolved.url.endsWith('/adapters/system/system-clock.js')) return resolved;
  return { ...resolved, url: new URL('./stepped-clock.mjs', import.meta.url).href };
}
