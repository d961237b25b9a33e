import { Manager } from 'socket.io-client';

/** A WebSocket that speaks the frames it is told to. */
export interface RawConnection {
  send(frame: string | Buffer): void;
  /** Sends the frame and resolves with the next one that starts with `prefix`. */
  ask(frame: string, prefix: string): Promise<string>;
  /** With the code of the WebSocket's end. */
  readonly closed: Promise<number | undefined>;
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

/** @param isJoined whether it has joined the main namespace; true unless told. */
export async function openRawConnection(url: string, isJoined = true): Promise<RawConnection> {
  const manager = new Manager(url, { transports: ['websocket'], reconnection: false, autoConnect: false });
  await new Promise<void>((resolve, reject) => {
    manager.open((error) => (error === undefined ? resolve() : reject(error)));
  });
  const { engine } = manager;
  // Nobody but the test reads what comes: the library would hang up on an answer that it did not ask for.
  engine.off('data');
  const closed = new Promise<number | undefined>((resolve) => {
    engine.once('close', (_reason, details) => resolve(codeOf(details)));
  });
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

  if (isJoined) await ask('40', '40');
  return { send, ask, closed, close: () => engine.close() };
}

function codeOf(details: unknown): number | undefined {
  const context: unknown = Object(details).context;
  const code: unknown = Object(context).code;
  return typeof code === 'number' ? code : undefined;
}
