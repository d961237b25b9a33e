import type { Instant } from '../instant.js';

/** The two parties. The patient is called *user* in the owner's document and on the wire. */
export type Sender = 'user' | 'doctor';

export interface ConsultationOpened {
  readonly type: 'ConsultationOpened';
  readonly data: {
    readonly consultationId: string;
    readonly patientId: string;
    readonly doctorId: string;
    readonly expiresAt: Instant;
  };
}

export interface ConsultationExtended {
  readonly type: 'ConsultationExtended';
  readonly data: { readonly consultationId: string; readonly expiresAt: Instant };
}

/** A person or the clinic closed the consultation. */
export interface ConsultationEnded {
  readonly type: 'ConsultationEnded';
  readonly data: { readonly consultationId: string };
}

/** `expiresAt` had passed, and the sweep deactivated the consultation. */
export interface ConsultationExpired {
  readonly type: 'ConsultationExpired';
  readonly data: { readonly consultationId: string };
}

/** The consultation was made active again after it had ended or expired. The log keeps all of this. */
export interface ConsultationReopened {
  readonly type: 'ConsultationReopened';
  readonly data: { readonly consultationId: string; readonly expiresAt: Instant };
}

export interface MessageSent {
  readonly type: 'MessageSent';
  readonly data: {
    readonly consultationId: string;
    readonly messageId: string;
    /** Dense from 1 within the consultation. */
    readonly seq: number;
    readonly sender: Sender;
    readonly content: string;
    readonly clientMessageId: string | null;
  };
}

/** One party has read everything up to and including `seq`. */
export interface MessagesRead {
  readonly type: 'MessagesRead';
  readonly data: { readonly consultationId: string; readonly reader: Sender; readonly seq: number };
}

export type ConsultationEvent =
  | ConsultationOpened
  | ConsultationExtended
  | ConsultationEnded
  | ConsultationExpired
  | ConsultationReopened
  | MessageSent
  | MessagesRead;
