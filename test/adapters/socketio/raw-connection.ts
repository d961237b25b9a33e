import WebSocket from 'ws';

/** A WebSocket that speaks the frames it is told to, joined to the main namespace. */
export interface RawConnection {
  send(frame: string | Buffer): void;
  /** Sends the frame and resolves with the next one that starts with `prefix`. */
  ask(frame: string, prefix: string): Promise<string>;
  readonly closed: Promise<void>;
  close(): void;
}

export async function openRawConnection(url: string): Promise<RawConnection> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  // A server that has had enough cuts the connection, perhaps while we still write.
  socket.on('error', () => undefined);

  function nextFrame(prefix: string): Promise<string> {
    return new Promise((resolve) => {
      socket.on('message', function listener(data) {
        const frame = String(data);
        if (!frame.startsWith(prefix)) return;
        socket.off('message', listener);
        resolve(frame);
      });
    });
  }

  await nextFrame('0');
  const joined = nextFrame('40');
  socket.send('40');
  await joined;
  return {
    send: (frame) => socket.send(frame),
    ask: (frame, prefix) => {
      const answer = nextFrame(prefix);
      socket.send(frame);
      return answer;
    },
    closed,
    close: () => socket.terminate(),
  };
}
