/** Calls `run` whenever the device reports that its network is back. @returns the function that stops listening. */
export function whenNetworkIsBack(run: () => void): () => void {
  return listen(['online'], run);
}

/** Calls `run` whenever the device may have been asleep until now. @returns the function that stops listening. */
export function whenDeviceWakes(run: () => void): () => void {
  return listen(['online', 'focus', 'pageshow', 'visibilitychange'], run);
}

function listen(types: readonly string[], run: () => void): () => void {
  const device = globalThis as Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>;
  for (const type of types) device.addEventListener?.(type, run);
  return () => {
    for (const type of types) device.removeEventListener?.(type, run);
  };
}
