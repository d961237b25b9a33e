import type { LoadResource, OtherLanguage } from './load-room-resource.js';

const LOADERS: Readonly<Record<OtherLanguage, () => ReturnType<LoadResource>>> = {
  de: () => import('./people-de.ftl'),
  fr: () => import('./people-fr.ftl'),
  es: () => import('./people-es.ftl'),
  ar: () => import('./people-ar.ftl'),
  pt: () => import('./people-pt.ftl'),
};

/** What the page says around the room. */
export const loadPeopleResource: LoadResource = (language) => LOADERS[language]();
