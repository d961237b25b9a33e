/** The consultations of the demo data, which are offered as suggestions. Any other id can be typed. */
export interface DemoConsultation {
  readonly id: string;
  /** A few words on what to expect. */
  readonly label: string;
}

export const demoConsultations: readonly DemoConsultation[] = [
  { id: 'consultation-123', label: 'Open, doctor on duty round the clock' },
  { id: 'consultation-456', label: 'The same doctor, another patient' },
  { id: 'consultation-off-hours', label: 'Open, but the doctor is off duty' },
  { id: 'consultation-inactive', label: 'Has been ended' },
  { id: 'consultation-expired', label: 'Ran out yesterday' },
];
