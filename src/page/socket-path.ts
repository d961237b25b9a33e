const defaultPath = '/socket.io';

/** Where Socket.IO answers: the server that the page comes from has written it into the page. */
export function socketPathOf(serverUrl: string): string {
  if (serverUrl !== location.origin) return defaultPath;
  return document.querySelector<HTMLMetaElement>('meta[name="socket-path"]')?.content || defaultPath;
}
