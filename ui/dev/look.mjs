// Takes pictures of the example states in Chromium, under the window's content security policy. Writes to the folder
// given, by default /tmp/look. `npm run look -- FOLDER [ONLY]`
import { readFileSync, mkdirSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../node_modules/.look', import.meta.url));
const out = process.argv[2] ?? '/tmp/look';
const only = process.argv[3] ?? '';
mkdirSync(out, { recursive: true });

const CSP =
  "default-src 'self'; img-src 'self' blob:; style-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'";
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const FACE =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 120"><rect width="100" height="120" fill="#b9cbd8"/><path d="M10 120c2-34 18-46 40-46s38 12 40 46z" fill="#37506b"/><circle cx="50" cy="48" r="24" fill="#e8c3a0"/><path d="M26 44c0-22 48-22 48 0-8-8-40-8-48 0z" fill="#4a3423"/></svg>';

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://x').pathname;
  if (path === '/dev-portrait.svg') return response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(FACE);
  const file = join(root, path === '/' ? 'index.html' : path);
  if (!existsSync(file)) return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain', 'content-security-policy': CSP }).end(readFileSync(file));
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const { port } = server.address();

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const complaints = new Set();

const refused = (why) => (page) =>
  page.evaluate((why) => window.desk.tell({ about: 'tap', is: { kind: 'refused', at: Date.now(), reader: 'Omnikey 5422 CL', why } }), why);
const press = (...keys) => async (page) => {
  for (const key of keys) {
    await page.keyboard.press(key);
    await page.waitForTimeout(150);
  }
};

/** name → [state, what to do before the picture] */
const VIEWS = {
  empty: ['', null],
  good: ['good', null],
  apart: ['apart', null],
  bad: ['bad', null],
  faults: ['faults', null],
  waiting: ['waiting', null],
  unknown: ['unknown', null],
  refused: ['', refused('random_uid')],
  unlinked: ['unlinked', null],
  link: ['unlinked', async (page) => { await press('l')(page); await page.fill('[data-testid=sup-link-field]', '1234567890123'); await press('Enter')(page); }],
  unlink: ['good', press('l')],
  hits: ['', async (page) => { await page.fill('[data-testid=line]', 'pet'); await page.waitForTimeout(250); await press('ArrowDown')(page); }],
  several: ['', async (page) => { await page.fill('[data-testid=line]', 'petr'); await press('Enter')(page); }],
  digits: ['', async (page) => { await page.fill('[data-testid=line]', '5901234123475'); await press('Enter')(page); }],
  toast: ['', async (page) => { await page.click('[data-testid=act-settings]'); await page.fill('#settings-alive-base_url', 'https://x'); await page.fill('#settings-alive-access_key_id', 'x'); await page.fill('#settings-alive-secret', 'x'); await page.click('[data-testid=settings-alive-save]'); }],
  tray: ['bad', press('t')],
  settings: ['', async (page) => { await page.click('[data-testid=act-settings]'); await page.fill('#settings-alive-base_url', 'http://x'); await page.fill('#settings-alive-access_key_id', 'x'); await page.fill('#settings-alive-secret', 'x'); await page.click('[data-testid=settings-alive-save]'); }],
  keys: ['good', press('?')],
  dot: ['', async (page) => page.click('[data-testid=usos-dot]')],
};

for (const [width, height] of [[1366, 768], [1920, 1080]]) {
  for (const theme of ['light', 'dark']) {
    for (const lang of ['en', 'cs', 'pl', 'ru']) {
      for (const [name, [state, act]] of Object.entries(VIEWS)) {
        const file = `${name}-${lang}-${theme}-${width}`;
        if (!new RegExp(only).test(file)) continue;
        const page = await browser.newPage({ viewport: { width, height } });
        page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.add(message.text()));
        page.on('pageerror', (error) => complaints.add(String(error)));
        await page.goto(`http://127.0.0.1:${port}/#lang=${lang}&theme=${theme}&state=${state}`);
        await page.waitForTimeout(250);
        if (act) await act(page);
        await page.waitForTimeout(150);
        const cut = await page.evaluate(() => {
          const scroll = document.querySelector('.scroll');
          return scroll && scroll.scrollHeight > scroll.clientHeight ? scroll.scrollHeight - scroll.clientHeight : 0;
        });
        if (cut > 0) console.log(`${file}: the columns scroll by ${cut} px`);
        await page.screenshot({ path: join(out, `${file}.png`) });
        await page.close();
      }
    }
  }
}
await browser.close();
server.close();
for (const complaint of complaints) console.log('complaint:', complaint);
