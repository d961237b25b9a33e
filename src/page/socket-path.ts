const defaultPath = '/socket.io';

/** Returns the path of Socket.IO. The server that the page comes from has written its own into the page. */
export function socketPathOf(serverUrl: string): string {
  if (serverUrl !== location.origin) return defaultPath;
  return document.querySelector<HTMLMetaElement>('meta[name="socket-path"]')?.content || defaultPath;
}
