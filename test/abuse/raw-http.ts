import { connect } from 'node:net';

/** What goes over the connection as it is: nothing is checked, corrected or added but what is said here. */
export interface RawRequest {
  readonly method: string;
  /** What stands between method and version. */
  readonly target: string;
  /** As often, in the order and with the case given. `Host` and `Connection: close` come first. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Announced with its length, unless a header of that name or `Transfer-Encoding` is given. */
  readonly body?: string | Buffer;
  /** The address that it comes from, such as 127.0.0.2. */
  readonly from?: string;
}

export interface RawResponse {
  readonly status: number;
  /** Names in lower case, in their order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** @returns null when the server closed the connection without an answer. @throws when it does neither in time. */
export function sendRawRequest(
  url: string,
  request: RawRequest,
  limitMs = 10_000,
): Promise<RawResponse | null> {
  const { hostname, port, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), localAddress: request.from });
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`${request.method} ${request.target.slice(0, 200)} was not answered`));
    }, limitMs);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // The server may hang up on what it does not want to read to its end.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(parse(Buffer.concat(chunks).toString('latin1')));
    });
    socket.write(headOf(request, host));
    if (request.body !== undefined) socket.write(request.body);
  });
}

function headOf({ method, target, headers = [], body }: RawRequest, host: string): Buffer {
  const names = headers.map(([name]) => name.toLowerCase());
  const isMeasured = names.includes('content-length') || names.includes('transfer-encoding');
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...(names.includes('host') ? [] : [`Host: ${host}`]),
    'Connection: close',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined || isMeasured ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8');
}

function parse(text: string): RawResponse | null {
  const end = text.indexOf('\r\n\r\n');
  const [start = '', ...lines] = text.slice(0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(start)?.[1]);
  if (end === -1 || Number.isNaN(status)) return null;
  // `Expect: 100-continue` is answered before the answer.
  if (status < 200) return parse(text.slice(end + 4));
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  const raw = text.slice(end + 4);
  const isChunked = headers.some(([name, value]) => name === 'transfer-encoding' && value === 'chunked');
  const length = Number(headers.find(([name]) => name === 'content-length')?.[1] ?? raw.length);
  // Behind an answer may stand another one, to what of the request could not be read.
  const body = isChunked ? dechunked(raw) : raw.slice(0, length);
  return { status, headers, body: Buffer.from(body, 'latin1').toString() };
}

function dechunked(text: string): string {
  const [, size = '0'] = /^([0-9a-f]+)\r\n/i.exec(text) ?? [];
  const length = Number.parseInt(size, 16);
  const start = size.length + 2;
  return length === 0 ? '' : text.slice(start, start + length) + dechunked(text.slice(start + length + 2));
}
