/** Calls `run` whenever the device reports that its network is back. @returns the function that stops listening. */
export function whenNetworkIsBack(run: () => void): () => void {
  const network = globalThis as Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>;
  network.addEventListener?.('online', run);
  return () => network.removeEventListener?.('online', run);
}
