/**
 * Every message of the page of patients and doctors, and what it is told. A test holds this list, `people-en.ftl` and the
 * other languages together.
 */
export interface PeopleMessageArguments {
  'app-name': undefined;
  inbox: undefined;
  'own-conversations': undefined;
  'back-to-list': undefined;
  settings: undefined;
  language: undefined;
  'sign-out': undefined;
  close: undefined;
  cancel: undefined;
  'search-label': undefined;
  'search-none': { readonly count: number };
  'sort-label': undefined;
  'sort-waiting': undefined;
  'sort-activity': undefined;
  'waiting-for': { readonly duration: string };
  'last-message': { readonly moment: string };
  'nothing-said': undefined;
  opened: { readonly moment: string };
  'runs-out': { readonly moment: string };
  'unread-count': { readonly count: number };
  'unread-none': undefined;
  'load-more': undefined;
  'list-loading': undefined;
  'list-offline': { readonly time: string };
  'list-refused': undefined;
  'empty-doctor-title': undefined;
  'empty-doctor-text': undefined;
  'empty-patient-title': undefined;
  'empty-patient-text': undefined;
  'choose-title': undefined;
  'choose-text': undefined;
  extend: undefined;
  end: undefined;
  'end-title': undefined;
  'end-text': { readonly name: string };
  'end-confirm': undefined;
  'extend-title': undefined;
  'extend-for': undefined;
  'extend-until': { readonly moment: string };
  'extend-confirm': undefined;
  'waiting-ahead': { readonly count: number };
  'waiting-wrote': { readonly moment: string };
  'waiting-away': undefined;
  'hours-title': { readonly name: string };
  'hours-here': { readonly zone: string };
  'hours-there': { readonly name: string; readonly zone: string };
  'hours-none': undefined;
  'hours-always': undefined;
  'link-needed-title': undefined;
  'link-needed-text': undefined;
  'link-refused-title': undefined;
  'link-refused-text': undefined;
  'link-ended-title': undefined;
  'link-ended-text': undefined;
  'wrong-role-title': undefined;
  'wrong-role-text': undefined;
  'demo-title': undefined;
  'demo-text': undefined;
  'demo-doctors': undefined;
  'demo-patients': undefined;
  'demo-failed': undefined;
  notices: undefined;
  'notice-sound': undefined;
  'notice-desktop': undefined;
  'notice-blocked': undefined;
  'news-answer': undefined;
  'news-message': undefined;
  'news-patient': undefined;
}

export type PeopleMessageId = keyof PeopleMessageArguments;
