import { FluentBundle, FluentResource } from '@fluent/bundle';
import { isolated } from './isolation.js';
import type { Language } from './languages.js';

/** What a message wants to be told: nothing, or its variables. */
export type Told<Arguments, Id extends keyof Arguments> = Arguments[Id] extends undefined
  ? []
  : [Arguments[Id]];

/** The message with this id, told its variables. @throws {Error} for one that is not there: a test finds it. */
export type Format<Id extends string> = (id: Id, told?: Readonly<Record<string, string | number>>) => string;

/** In what a resource is written, and for whom. */
export interface FormatOptions {
  readonly language: Language;
  /** For `Intl`. */
  readonly locale: string;
  readonly dir: 'ltr' | 'rtl';
}

/** @throws {Error} for a resource that Fluent cannot read: a test finds it. */
export function createFormat(resource: string, { language, locale, dir }: FormatOptions): Format<string> {
  // What needs isolation is isolated here; Fluent would wrap every number, too.
  const bundle = new FluentBundle(locale, { useIsolating: false });
  const [error] = bundle.addResource(new FluentResource(resource));
  if (error !== undefined) throw error;
  return (id, told = {}) => {
    const pattern = bundle.getMessage(id)?.value;
    if (pattern == null) throw new Error(`${language} has no message ${id}.`);
    const args = Object.entries(told).map(([name, value]) => [
      name,
      typeof value === 'string' ? isolated(value, dir) : value,
    ]);
    return bundle.formatPattern(pattern, Object.fromEntries(args));
  };
}
