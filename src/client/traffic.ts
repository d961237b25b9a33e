/**
 * An event or an acknowledgement (`answer`) that went over the wire, for developers. It holds what people wrote, so it
 * is not for logs.
 */
export interface Traffic {
  readonly direction: 'in' | 'out' | 'answer';
  readonly event: string;
  readonly payload: unknown;
}
