/** The part of an error that is logged. */
export interface ErrorSummary {
  readonly name: string;
  readonly code?: string;
  /** The frames, innermost first, without the lines of the message. */
  readonly stack?: readonly string[];
  readonly cause?: ErrorSummary;
}

const MAX_FRAMES = 30;
const MAX_CAUSES = 5;
const NAME = /^[A-Za-z_$][\w$.]{0,99}$/;
const CODE = /^[\w.-]{1,64}$/;
const FRAME = /^\s*at /;
/** The first line of a stack whose error has no message: `Error`, or `TypeError [ERR_…]`. */
const HEAD_WITHOUT_MESSAGE = /^[\w$.]+(?: \[\w+\])?:?\s*$/;

/**
 * Summarizes an error and its causes by name, code and stack frames. Messages and all other fields are left out,
 * because they may quote what people wrote, as a database's error quotes the values of a query. Never throws.
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
 * The frames of a stack. They follow the message, whose lines may look like frames themselves. If the stack does not
 * contain the message, the message was changed afterwards; then it is unknown where the frames begin, and none are
 * returned.
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
