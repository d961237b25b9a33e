/** What finds addresses. The page has it in a file of its own, and a stand-in for this (`scripts/small-parts.mjs`). */
export const loadLinks = (): Promise<typeof import('./links.js')> => import('./links.js');
