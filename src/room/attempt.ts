/** Runs what the browser may refuse, such as storage in a frame without an origin. Returns undefined if it does. */
export function attempt<Value>(run: () => Value): Value | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
