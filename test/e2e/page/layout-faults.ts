/**
 * Runs in the page, and gives what does not fit: whether it scrolls sideways, text that is cut off or covered, and controls
 * that something lies over or that no scrolling reaches; what would move, because its reader wants no motion; with touch,
 * fields that a phone zooms in on; and whether the bar begins with the page's name. Goes into the room, too.
 */
export const LAYOUT_FAULTS = `(() => {
  const faults = [];
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) faults.push('scrolls sideways by ' + (root.scrollWidth - innerWidth));
  if (root.scrollHeight > innerHeight) faults.push('scrolls down by ' + (root.scrollHeight - innerHeight));
  const up = (node) => node.assignedSlot ?? node.parentElement ?? node.getRootNode().host ?? null;
  const isWithin = (node, ancestor) => { for (let at = node; at; at = up(at)) if (at === ancestor) return true; return false; };
  const deepest = (x, y) => {
    let found = document.elementFromPoint(x, y);
    while (found?.shadowRoot) {
      const inner = found.shadowRoot.elementFromPoint(x, y);
      if (inner === null || inner === found) break;
      found = inner;
    }
    return found;
  };
  const dialog = document.querySelector('dialog[open]');
  // Beside these the screen is round, or has a camera in it.
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.cssText = 'position: fixed; padding: 0 env(safe-area-inset-right) 0 env(safe-area-inset-left)';
  const { paddingLeft, paddingRight } = getComputedStyle(probe);
  const [leftmost, rightmost] = [parseFloat(paddingLeft), innerWidth - parseFloat(paddingRight)];
  probe.remove();
  const isBeyond = (box) => box.left < leftmost - 1 || box.right > rightmost + 1;
  const all = (within) => [...within.querySelectorAll('*')].flatMap((one) => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
  const isClipped = (one) => { for (let at = one; at; at = up(at)) if (getComputedStyle(at).clipPath.includes('50%')) return true; return false; };
  const isShown = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('.hidden, svg, option') && !isClipped(one);
  // What a closed waiting room begins with is all there once it is opened.
  const name = (one) => one.localName + '.' + (one.className.baseVal ?? one.className) + ' "' + (one.ariaLabel ?? one.textContent).trim().slice(0, 40) + '"';
  /** Whether the point is on the screen; 'lost' where no scrolling leads to it. */
  const placeOf = (one, x, y) => {
    let isSeen = true;
    for (let at = up(one); at; at = up(at)) {
      const { overflowX, overflowY } = getComputedStyle(at);
      if (overflowX === 'visible' && overflowY === 'visible') continue;
      const box = at.getBoundingClientRect();
      // What lies on the very edge is as good as beyond it.
      if (x >= box.left && x <= box.right && y > box.top + 1 && y < box.bottom - 1) continue;
      if (!/auto|scroll/.test(overflowY) || at.scrollHeight <= at.clientHeight) return 'lost';
      isSeen = false;
      // Scrolling brings it to some place within.
      x = Math.min(Math.max(x, box.left + 2), box.right - 2);
      y = Math.min(Math.max(y, box.top + 2), box.bottom - 2);
    }
    if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return 'lost';
    return isSeen ? 'seen' : 'away';
  };
  const isCovered = (one, x, y) => {
    const hit = deepest(x, y);
    // The head of a list stays while what is below it scrolls away.
    if (hit?.closest('.list-head') && one.closest('.list')) return false;
    return hit !== null && !isWithin(hit, one) && !isWithin(one, hit);
  };
  const brand = document.querySelector('.brand');
  if (brand !== null && isShown(brand) && brand.previousElementSibling?.checkVisibility() !== true) {
    const [bar, box] = [brand.parentElement.getBoundingClientRect(), brand.getBoundingClientRect()];
    const before = getComputedStyle(brand).direction === 'rtl' ? bar.right - box.right : box.left - bar.left;
    // The bar has a margin, which is wider beside a camera.
    if (before > 80) faults.push('not where the bar begins: ' + name(brand));
  }
  for (const one of all(dialog ?? document.body)) {
    if (!isShown(one)) continue;
    const style = getComputedStyle(one);
    if (style.animationName !== 'none' || /[1-9]/.test(style.transitionDuration)) faults.push('moves: ' + name(one));
    // Phones zoom in on the focus of smaller text, and leave their readers there.
    if (matchMedia('(pointer: coarse)').matches && one.matches('select, textarea, input:not([type=radio], [type=checkbox])') && Number.parseFloat(style.fontSize) < 16)
      faults.push('zooms in: ' + name(one));
    const isControl = one.matches('a, button, input, select, textarea, summary');
    if (isControl) {
      const box = one.getBoundingClientRect();
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      const place = placeOf(one, x, y);
      if (place === 'lost') faults.push('out of reach: ' + name(one));
      if (place === 'seen' && isCovered(one, x, y)) faults.push('covered: ' + name(one) + ' by ' + name(deepest(x, y)));
      // A row of a list goes from edge to edge, and holds its words within, as a round button holds its picture.
      if (place === 'seen' && isBeyond(box) && !one.matches('.item, summary, .round, .back, .icon-button')) faults.push('beyond the edge: ' + name(one));
      if (one.matches('button, a.back, summary') && Math.min(box.width, box.height) < 24) faults.push('small: ' + name(one));
    }
    const texts = [...one.childNodes].filter((node) => node.nodeType === 3 && node.data.trim() !== '');
    if (texts.length === 0) continue;
    const isInShort = one.matches('.waiting:not([open]) summary span');
    if (style.overflowX !== 'visible' && !/auto|scroll/.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1 && !isInShort && !one.matches('textarea'))
      faults.push('cut off: ' + name(one));
    for (const text of texts) {
      const range = document.createRange();
      range.selectNodeContents(text);
      const lines = [...range.getClientRects()].filter((box) => box.width >= 1);
      // One letter a line, or hardly more.
      if (lines.length > 4 && lines.length > text.data.trim().length / 3) faults.push('squeezed: ' + name(one));
      for (const box of lines) {
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
        const place = placeOf(one, x, y);
        if (place === 'lost' && !isInShort) faults.push('out of reach: ' + name(one));
        else if (place === 'seen' && isCovered(one, x, y)) faults.push('covered: ' + name(one) + ' by ' + name(deepest(x, y)));
        if (place === 'seen' && isBeyond(box) && !isInShort) faults.push('beyond the edge: ' + name(one));
      }
    }
  }
  return [...new Set(faults)];
})()`;
