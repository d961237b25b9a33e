/** The room comes with the first conversation that is opened; a list is there without it. */
export const loadRoom = once(() => import('../element/define.js'));

/** One that failed, as without a network, is tried anew. */
function once<Module>(load: () => Promise<Module>): () => Promise<Module> {
  let loaded: Promise<Module> | null = null;
  return () => {
    loaded ??= load().catch((error: unknown) => {
      loaded = null;
      throw error;
    });
    return loaded;
  };
}
