import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A page of an origin of its own, that frames the address behind its `#` and hands in the tokens that stand there, too: one after
 * the other, and the last one from then on.
 */
export interface HostPage {
  readonly url: string;
  close(): void;
}

const PAGE = `<!doctype html><title>Portal</title><link rel="icon" href="data:,"><iframe width="900" height="500"></iframe><script>
  const [address, ...tokens] = decodeURI(location.hash.slice(1)).split(' ');
  const { origin } = new URL(address);
  const message = () => ({ type: 'consultation-chat:token', token: tokens.length > 1 ? tokens.shift() : tokens[0] });
  window.asked = 0;
  addEventListener('message', ({ data, source }) => {
    if (data.type !== 'consultation-chat:token-wanted') return;
    window.asked += 1;
    source.postMessage(message(), origin);
  });
  window.openIt = () => { window.opened = open(address + '/'); };
  window.handIn = () => window.opened.postMessage(message(), origin);
  document.querySelector('iframe').src = address + '/';
</script>`;

export async function openHostPage(): Promise<HostPage> {
  const server = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
