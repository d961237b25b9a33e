import { z } from 'zod';

/** The origin of an app as browsers write it: a scheme in lower case, and something in the place of a host. */
const APP_ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#@\\,*]+$/;

/** Origins of pages and apps as browsers send them, or `*`. */
export const corsOrigin = z.string().transform((text, context): '*' | readonly string[] => {
  if (text.trim() === '*') return '*';
  const origins = text.split(',').map((origin) => origin.trim());
  const [problem] = origins.flatMap((origin) => problemOf(origin) ?? []);
  if (problem === undefined) return origins;
  context.addIssue(`must be * or a comma-separated list of origins like https://clinic.example: ${problem}`);
  return z.NEVER;
});

function problemOf(origin: string): string | null {
  if (origin === '') return 'one of them is empty';
  if (origin === '*') return '* stands alone';
  if (origin === 'null') return 'null is the origin of files and of frames on any site';
  const quoted = `"${origin.slice(0, 100)}"`;
  if (/^file:/i.test(origin)) return `${quoted} is no origin, since browsers send null for files`;
  if (origin.includes('*')) return `${quoted} has a *, and each origin is written out`;
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(origin)) return `${quoted} has no scheme such as https://`;
  return /^(https?|wss?):/i.test(origin)
    ? problemOfWebOrigin(origin, quoted)
    : problemOfAppOrigin(origin, quoted);
}

function problemOfWebOrigin(origin: string, quoted: string): string | null {
  const asPage = origin.replace(/^ws/i, 'http');
  if (!URL.canParse(asPage)) return `${quoted} is no URL`;
  const written = new URL(asPage).origin;
  return written === origin ? null : `${quoted} has to be written ${written}`;
}

/** Node cannot tell the origin of such a URL, so its text is checked. */
function problemOfAppOrigin(origin: string, quoted: string): string | null {
  if (APP_ORIGIN.test(origin)) return null;
  return `${quoted} is no origin, which is a scheme in lower case and a host: nothing else, no slash at its end`;
}
