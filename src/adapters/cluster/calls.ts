/**
 * How long an answer may take, in ms. It is short, because the metrics and readiness that are asked for have time
 * limits themselves.
 */
const ANSWER_LIMIT_MS = 1_000;

/** One end of the channel between two processes: `process`, or a worker. */
export interface ProcessEnd {
  readonly send?: ((message: object, sent: () => void) => boolean) | undefined;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** Tells another process something, or asks it. */
export interface Calls<Told, Asked extends string> {
  tell(message: Told): void;
  /** Resolves with undefined if there is no answer in time. */
  ask(question: Asked): Promise<unknown>;
}

export interface Heard<Told, Asked extends string> {
  readonly told: (message: Told) => void;
  readonly answer: (question: Asked) => Promise<unknown>;
}

type Envelope<Told, Asked> =
  | { readonly told: Told }
  | { readonly ask: number; readonly question: Asked }
  | { readonly answer: number; readonly value: unknown };

/**
 * Tells and asks over the channel between a process and one that it has forked. A message that cannot be sent is
 * lost, because the other end is gone.
 */
export function createCalls<Out, OutAsked extends string, In, InAsked extends string>(
  end: ProcessEnd,
  heard: Heard<In, InAsked>,
): Calls<Out, OutAsked> {
  const waiting = new Map<number, (value: unknown) => void>();
  let last = 0;

  function post(envelope: Envelope<Out, OutAsked>): void {
    end.send?.(envelope, () => {});
  }

  function onMessage(envelope: Envelope<In, InAsked>): void {
    if ('told' in envelope) heard.told(envelope.told);
    else if ('question' in envelope) {
      const { ask: answer, question } = envelope;
      const reply = (value: unknown): void => post({ answer, value });
      heard.answer(question).then(reply, () => reply(undefined));
    } else waiting.get(envelope.answer)?.(envelope.value);
  }
  end.on('message', (message) => onMessage(message as Envelope<In, InAsked>));

  return {
    tell: (message) => post({ told: message }),
    ask: (question) =>
      new Promise((resolve) => {
        last += 1;
        const ask = last;
        const settle = (value: unknown): void => {
          clearTimeout(timer);
          waiting.delete(ask);
          resolve(value);
        };
        const timer = setTimeout(() => settle(undefined), ANSWER_LIMIT_MS);
        waiting.set(ask, settle);
        post({ ask, question });
      }),
  };
}
