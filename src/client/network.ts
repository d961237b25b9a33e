/**
 * Calls `run` whenever the device reports that its network is back.
 *
 * @returns a function that stops this.
 */
export function whenNetworkIsBack(run: () => void): () => void {
  const network = globalThis as Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>>;
  network.addEventListener?.('online', run);
  return () => network.removeEventListener?.('online', run);
}
