/** What the log says of an error. */
export interface ErrorSummary {
  readonly name: string;
  readonly code?: string;
  /** Frames, innermost first, without the line that holds the message. */
  readonly stack?: readonly string[];
  readonly cause?: ErrorSummary;
}

const MAX_FRAMES = 30;
const MAX_CAUSES = 5;
const NAME = /^[A-Za-z_$][\w$.]{0,99}$/;
const CODE = /^[\w.-]{1,64}$/;
const FRAME = /^\s*at /;
/** The head of a stack whose error has no message: `Error`, or `TypeError [ERR_…]`. */
const HEAD_WITHOUT_MESSAGE = /^[\w$.]+(?: \[\w+\])?:?\s*$/;

/**
 * Name, code and stack frames of an error and of its causes. Messages are left out, and so is whatever else an error
 * carries: both may quote what people wrote, as a database's error quotes the query's values. Never throws.
 */
export function summarizeError(error: unknown): ErrorSummary {
  return summarize(error, MAX_CAUSES);
}

function summarize(error: unknown, causesLeft: number): ErrorSummary {
  if (!(error instanceof Error)) return { name: typeof error };
  try {
    const { name, cause } = error;
    const code = 'code' in error ? error.code : undefined;
    const stack = framesOf(error);
    return {
      name: NAME.test(name) ? name : 'Error',
      ...(typeof code === 'string' && CODE.test(code) ? { code } : {}),
      ...(stack.length > 0 ? { stack } : {}),
      ...(cause === undefined || causesLeft === 0 ? {} : { cause: summarize(cause, causesLeft - 1) }),
    };
  } catch {
    return { name: 'UnreadableError' };
  }
}

/**
 * The frames follow the message, whose lines may look like frames themselves. A message that the stack does not hold
 * was changed after the stack was taken: where the frames begin is then unknown, so none are told.
 */
function framesOf(error: Error): readonly string[] {
  const { stack, message } = error;
  if (typeof stack !== 'string' || typeof message !== 'string') return [];
  const [head = '', ...afterHead] = stack.split('\n');
  if (message === '') return HEAD_WITHOUT_MESSAGE.test(head) ? frames(afterHead) : [];
  const at = stack.indexOf(message);
  return at < 0
    ? []
    : frames(
        stack
          .slice(at + message.length)
          .split('\n')
          .slice(1),
      );
}

function frames(lines: readonly string[]): readonly string[] {
  return lines
    .filter((line) => FRAME.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => line.replace(FRAME, ''));
}
