/** Tells screen readers what has changed, once each time it changes. @param region is a polite live region. */
export function createAnnouncer(region: HTMLElement): (sentence: string) => void {
  let told = '';
  return (sentence) => {
    if (sentence === told) return;
    told = sentence;
    region.textContent = sentence;
  };
}
