import type { Sender } from '../protocol/wire.js';

/** The fields that the page's address may fill in: `?consultation=…&as=doctor&server=…&join=1`. */
export interface PageAddress {
  readonly consultationId: string;
  readonly sender: Sender;
  /** Empty for the page's own origin. */
  readonly serverUrl: string;
  /** Join at once, without a click. */
  readonly joinAtOnce: boolean;
}

export const defaultConsultationId = 'consultation-123';

/** `search` is `location.search`. `as` takes `doctor`; anything else is the patient. */
export function readPageAddress(search: string): PageAddress {
  const params = new URLSearchParams(search);
  return {
    consultationId: params.get('consultation')?.trim() || defaultConsultationId,
    sender: params.get('as') === 'doctor' ? 'doctor' : 'user',
    serverUrl: params.get('server')?.trim() ?? '',
    joinAtOnce: params.get('join') === '1',
  };
}

/** The query string for this address, with its question mark. It names a server and joining only if they are set. */
export function writePageAddress(address: PageAddress): string {
  const params = new URLSearchParams();
  params.set('consultation', address.consultationId);
  params.set('as', address.sender === 'doctor' ? 'doctor' : 'patient');
  if (address.serverUrl !== '') params.set('server', address.serverUrl);
  if (address.joinAtOnce) params.set('join', '1');
  return `?${params.toString()}`;
}
