import { expect, test } from 'vitest';
import { corsOrigin } from '../../src/config/cors-origin.js';

const read = (text: string) => corsOrigin.safeParse(text);

test.each([
  ['https://clinic.example', ['https://clinic.example']],
  [
    'http://localhost:5173 , https://xn--bcher-kva.example',
    ['http://localhost:5173', 'https://xn--bcher-kva.example'],
  ],
  ['http://[::1]:8080', ['http://[::1]:8080']],
  ['capacitor://localhost,ionic://localhost', ['capacitor://localhost', 'ionic://localhost']],
  ['app://.', ['app://.']],
  ['tauri://localhost', ['tauri://localhost']],
  ['https://tauri.localhost', ['https://tauri.localhost']],
  [
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    ['chrome-extension://abcdefghijklmnopabcdefghijklmnop'],
  ],
  [
    'moz-extension://0f1b2c3d-0000-4000-8000-000000000000',
    ['moz-extension://0f1b2c3d-0000-4000-8000-000000000000'],
  ],
  ['com.clinic.app://host:80', ['com.clinic.app://host:80']],
  [' * ', '*'],
])('takes %s', (text, expected) => {
  expect(read(text)).toEqual({ success: true, data: expected });
});

test.each([
  ['', 'one of them is empty'],
  ['https://clinic.example,', 'one of them is empty'],
  ['https://clinic.example,*', '* stands alone'],
  ['https://*.clinic.example', 'each origin is written out'],
  ['null', 'null is the origin of files'],
  ['file://', 'browsers send null for files'],
  ['file:///home/page.html', 'browsers send null for files'],
  ['clinic.example', 'has no scheme'],
  ['localhost:3000', 'has no scheme'],
  ['//clinic.example', 'has no scheme'],
  ['https://clinic.example/', 'has to be written https://clinic.example'],
  ['https://clinic.example/chat', 'has to be written https://clinic.example'],
  ['https://clinic.example?x', 'has to be written https://clinic.example'],
  ['https://Clinic.Example', 'has to be written https://clinic.example'],
  ['https://clinic.example:443', 'has to be written https://clinic.example'],
  ['HTTPS://clinic.example', 'has to be written https://clinic.example'],
  ['wss://clinic.example', 'has to be written https://clinic.example'],
  ['https://bücher.example', 'has to be written https://xn--bcher-kva.example'],
  ['https://a:b@clinic.example', 'has to be written https://clinic.example'],
  ['https://', 'is no URL'],
  ['capacitor://localhost/', 'no slash at its end'],
  ['Capacitor://localhost', 'a scheme in lower case'],
  ['capacitor://', 'is no origin'],
  ['capacitor://a b', 'is no origin'],
])('refuses %j, and says what is wrong', (text, reason) => {
  const refused = read(text);
  expect(refused.success).toBe(false);
  const [issue] = refused.error?.issues ?? [];
  expect(issue?.message).toMatch(
    /^must be \* or a comma-separated list of origins like https:\/\/clinic\.example: /,
  );
  expect(issue?.message).toContain(reason);
});
