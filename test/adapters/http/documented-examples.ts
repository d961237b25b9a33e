/** A request of a document, as it stands in its `http` block. */
export interface DocumentedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** What a document says that is answered. */
export interface DocumentedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface DocumentedExample {
  readonly request: DocumentedRequest;
  readonly answer: DocumentedAnswer;
}

/** The `http` blocks of a text, in order: each request is followed by its answer. @throws when one stands alone. */
export function examplesOf(markdown: string): readonly DocumentedExample[] {
  const blocks = [...markdown.matchAll(/```http\n([\s\S]*?)```/g)].map(([, text = '']) => parse(text));
  const examples: DocumentedExample[] = [];
  for (let index = 0; index < blocks.length; index += 2) {
    const [asked, answered] = [blocks[index], blocks[index + 1]];
    const status = /^HTTP\/1[.]1 (\d{3})/.exec(answered?.first ?? '')?.[1];
    const [, method, path] = /^([A-Z]+) (\/\S*)$/.exec(asked?.first ?? '') ?? [];
    if (asked === undefined || answered === undefined || status === undefined) {
      throw new Error(`a request without its answer: ${asked?.first}`);
    }
    if (method === undefined || path === undefined) throw new Error(`no request: ${asked.first}`);
    const body: unknown = answered.body === undefined ? undefined : JSON.parse(answered.body);
    examples.push({
      request: { method, path, headers: asked.headers, body: asked.body },
      answer: { status: Number(status), headers: answered.headers, body },
    });
  }
  return examples;
}

function parse(text: string): { first: string; headers: Record<string, string>; body: string | undefined } {
  const [head = '', ...rest] = text.trim().split('\n\n');
  const [first = '', ...lines] = head.split('\n');
  const headers = lines.map((line) => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  return {
    first,
    headers: Object.fromEntries(headers),
    body: rest.length === 0 ? undefined : rest.join('\n\n'),
  };
}
