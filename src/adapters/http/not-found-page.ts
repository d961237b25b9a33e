import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { preferred } from './accepted.js';
import { escaped } from './page-file.js';
import { CSP_HEADER, NOTHING_ELSE } from './security-headers.js';

interface Words {
  readonly title: string;
  readonly text: string;
  readonly link: string;
  readonly dir?: 'ltr' | 'rtl';
}

/** The words by language. The first ones are for those who ask for none of these languages. */
const WORDS = {
  en: {
    title: 'There is nothing at this address',
    text: 'The address may be mistyped, or not complete. If it came with a link, open the whole link again.',
    link: 'Go to the chat',
  },
  de: {
    title: 'Unter dieser Adresse ist nichts',
    text: 'Vielleicht ist die Adresse falsch geschrieben oder nicht vollständig. Wenn sie aus einem Link stammt, öffnen Sie den ganzen Link noch einmal.',
    link: 'Zum Chat',
  },
  fr: {
    title: 'Il n’y a rien à cette adresse',
    text: 'L’adresse est peut-être mal saisie ou incomplète. Si elle vient d’un lien, ouvrez de nouveau le lien entier.',
    link: 'Aller à la messagerie',
  },
  es: {
    title: 'No hay nada en esta dirección',
    text: 'Puede que la dirección esté mal escrita o incompleta. Si viene de un enlace, abra de nuevo el enlace completo.',
    link: 'Ir al chat',
  },
  ar: {
    title: 'لا يوجد شيء في هذا العنوان',
    text: 'ربما كُتب العنوان خطأً أو كان ناقصًا. إذا جاء من رابط، فافتح الرابط كاملًا مرة أخرى.',
    link: 'إلى المحادثة',
    dir: 'rtl',
  },
  pt: {
    title: 'Não há nada neste endereço',
    text: 'O endereço pode estar errado ou incompleto. Se veio de um link, abra de novo o link inteiro.',
    link: 'Ir para o chat',
  },
} as const satisfies Readonly<Record<string, Words>>;

// Who looks for the contrast of a link takes a page without a background for a white one, also in the dark.
const STYLE =
  'html{background:Canvas}body{max-width:32rem;margin:20vh auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif}';
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const POLICY = `${NOTHING_ELSE}; style-src 'sha256-${STYLE_HASH}'`;

/** Whether a person looks at the answer, and not a program. Browsers that go to an address prefer HTML to all else. */
export function isForPerson({ method, headers }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const types = ['text/html', 'application/json', 'application/problem+json'];
  return preferred(headers.accept, types) === 'text/html';
}

/** Tells a person at an address where nothing is what to do, and links to the chat. */
export function sendNotFoundPage(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const languages = Object.keys(WORDS) as (keyof typeof WORDS)[];
  const lang = preferred(request.headers['accept-language'], languages, primaryOf) ?? 'en';
  const words: Words = WORDS[lang];
  reply.raw.setHeader(CSP_HEADER, POLICY);
  return reply
    .code(404)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(pageOf(lang, words, `${request.basePath}/`));
}

/** Returns `de` for `de-AT`. */
const primaryOf = (tag: string): string => tag.split('-', 1)[0] ?? '';

function pageOf(lang: string, { title, text, link, dir = 'ltr' }: Words, home: string): string {
  return `<!doctype html>
<html lang="${lang}" dir="${dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
<p><a href="${escaped(home)}">${link}</a></p>
</main>
</body>
</html>
`;
}
