import { connect, createServer, type Socket } from 'node:net';

/** What went to PostgreSQL through a tap. */
export interface Traffic {
  /** Times that somebody sent something and waited for the answer. */
  readonly roundTrips: number;
  /** The text of each statement, in the order in which they were sent. */
  readonly statements: readonly string[];
  /** Notices that came back, such as the plans of auto_explain. */
  readonly notices: readonly string[];
  /** Errors that came back, whoever has hidden them since: SQLSTATE and text. */
  readonly errors: readonly string[];
}

export interface PostgresTap {
  /** Leads to the same database, through the tap. */
  readonly databaseUrl: string;
  /** What goes through while `act` runs. */
  during<Result>(act: () => Promise<Result>): Promise<Traffic & { readonly result: Result }>;
  close(): Promise<void>;
}

const LENGTH_BYTES = 4;

/** How the statements of a connection's start-up begin. */
const OPENING = [
  'SET statement_timeout = 0; SELECT set_config(name, ',
  'SELECT pg_postmaster_start_time()',
] as const;

/**
 * A relay in front of PostgreSQL that reads the protocol (https://www.postgresql.org/docs/18/protocol-message-formats.html)
 * as it passes: what really goes over the wire is counted, whatever the libraries in between think.
 */
export async function openPostgresTap(target: string): Promise<PostgresTap> {
  const url = new URL(target);
  const upstreamAddress = { host: url.hostname, port: Number(url.port) };
  const traffic = {
    roundTrips: 0,
    statements: [] as string[],
    notices: [] as string[],
    errors: [] as string[],
  };
  const sockets = new Set<Socket>();

  /** A prepared statement is parsed once for each connection, and bound each time that it runs. */
  function sentBy(prepared: Map<string, string>): (type: string, body: Buffer) => void {
    const onMessage: Readonly<Record<string, (body: Buffer) => void>> = {
      S: () => {
        traffic.roundTrips += 1;
      },
      Q: (body) => {
        traffic.roundTrips += 1;
        traffic.statements.push(body.toString('utf8', 0, body.length - 1));
      },
      P: (body) => {
        const name = textAt(body, 0);
        prepared.set(name, textAt(body, name.length + 1));
      },
      B: (body) => {
        const portal = textAt(body, 0);
        traffic.statements.push(prepared.get(textAt(body, portal.length + 1)) ?? 'unknown');
      },
    };
    return (type, body) => {
      if (!isOfOpening(type, body)) onMessage[type]?.(body);
    };
  }
  /** Before anybody has a connection, it sets its limits and asks whom it reached. Its start-up is not counted either. */
  function isOfOpening(type: string, body: Buffer): boolean {
    return type === 'Q' && OPENING.some((begin) => body.toString('utf8').startsWith(begin));
  }
  function onReceived(type: string, body: Buffer): void {
    if (type === 'N') traffic.notices.push(body.toString('utf8'));
    if (type === 'E') traffic.errors.push(body.toString('utf8').replaceAll('\0', ' '));
  }

  const server = createServer((client) => {
    const upstream = connect(upstreamAddress);
    // The first message of a client, its startup, has no type.
    const sent = messageReader(sentBy(new Map()), { startsWithoutType: true });
    const received = messageReader(onReceived, { startsWithoutType: false });
    client.on('data', sent);
    upstream.on('data', received);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => sockets.delete(from));
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the tap has no port');
  url.host = `127.0.0.1:${address.port}`;

  return {
    databaseUrl: url.href,
    during: async (act) => {
      traffic.roundTrips = 0;
      traffic.statements.length = 0;
      traffic.notices.length = 0;
      traffic.errors.length = 0;
      const result = await act();
      const { roundTrips, statements, notices, errors } = traffic;
      return {
        result,
        roundTrips,
        statements: [...statements],
        notices: [...notices],
        errors: [...errors],
      };
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Cuts a stream of bytes into messages: a type, a length that counts itself, a body. */
export function messageReader(
  onMessage: (type: string, body: Buffer) => void,
  { startsWithoutType }: { readonly startsWithoutType: boolean },
): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let typeBytes = startsWithoutType ? 0 : 1;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= typeBytes + LENGTH_BYTES) {
      const end = typeBytes + rest.readInt32BE(typeBytes);
      if (rest.length < end) return;
      if (typeBytes === 1) onMessage(rest.toString('latin1', 0, 1), rest.subarray(1 + LENGTH_BYTES, end));
      rest = rest.subarray(end);
      typeBytes = 1;
    }
  };
}

function textAt(body: Buffer, from: number): string {
  return body.toString('utf8', from, body.indexOf(0, from));
}
