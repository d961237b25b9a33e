import { Manager } from 'socket.io-client';

/** A WebSocket that speaks the frames it is told to, joined to the main namespace. */
export interface RawConnection {
  send(frame: string | Buffer): void;
  /** Sends the frame and resolves with the next one that starts with `prefix`. */
  ask(frame: string, prefix: string): Promise<string>;
  readonly closed: Promise<void>;
  close(): void;
}

/** What the client library keeps to itself, and a client of another make would not. */
interface RawTransport {
  readonly ws: { send(frame: string | Buffer): void };
}

interface Packet {
  readonly type: string;
  readonly data?: unknown;
}

export async function openRawConnection(url: string): Promise<RawConnection> {
  const manager = new Manager(url, { transports: ['websocket'], reconnection: false, autoConnect: false });
  await new Promise<void>((resolve, reject) => {
    manager.open((error) => (error === undefined ? resolve() : reject(error)));
  });
  const { engine } = manager;
  // Nobody but the test reads what comes: the library would hang up on an answer that it did not ask for.
  engine.off('data');
  const closed = new Promise<void>((resolve) => engine.once('close', () => resolve()));
  const send = (frame: string | Buffer): void => (engine.transport as unknown as RawTransport).ws.send(frame);

  function ask(frame: string, prefix: string): Promise<string> {
    const answer = new Promise<string>((resolve) => {
      engine.on('packet', function listener({ type, data }: Packet) {
        const received = type === 'message' ? `4${data}` : '';
        if (!received.startsWith(prefix)) return;
        engine.off('packet', listener);
        resolve(received);
      });
    });
    send(frame);
    return answer;
  }

  await ask('40', '40');
  return { send, ask, closed, close: () => engine.close() };
}
