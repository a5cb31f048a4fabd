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

const plan = async (page) => {
  await press('e')(page);
  await page.fill('[data-testid=field-last_name]', 'Janík-Novák');
  await press('Control+Enter')(page);
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
  checkup: ['', press('Alt+d')],
  keys: ['good', press('?')],
  tasks: ['&tasks', null],
  tasksdot: ['good&tasks', async (page) => page.click('[data-testid=tasks-dot]')],
  settle: ['&tasks', async (page) => page.click('[data-testid=task][data-task=settle]')],
  file: ['good', press('e')],
  fileloading: ['good&file=never', press('e')],
  filedown: ['good&file=down', press('e')],
  filefaults: ['good', async (page) => { await press('e')(page); await page.fill('[data-testid=field-last_name]', ''); await page.fill('[data-testid=field-email]', 'x'); await page.click('[data-testid=file-continue]'); await page.waitForTimeout(400); }],
  filenew: ['', async (page) => { await press('Alt+n')(page); await page.fill('[data-testid=field-date_of_birth]', '1.9.2014'); await press('Tab')(page); await page.click('[data-testid=legal_representatives-add]'); }],
  plan: ['good', plan],
  planrunning: ['good&end=running', async (page) => { await plan(page); await page.click('[data-testid=plan-delete-ok]'); await press('Control+Enter')(page); }],
  plandone: ['good', async (page) => { await plan(page); await page.click('[data-testid=plan-delete-ok]'); await press('Control+Enter')(page); await page.waitForTimeout(800); }],
  planrefused: ['good&end=refused', async (page) => { await plan(page); await page.click('[data-testid=plan-delete-ok]'); await press('Control+Enter')(page); await page.waitForTimeout(800); }],
  planunknown: ['good&end=unknown', async (page) => { await plan(page); await page.click('[data-testid=plan-delete-ok]'); await press('Control+Enter')(page); await page.waitForTimeout(800); }],
  plannotdone: ['good&end=not_done', async (page) => { await plan(page); await page.click('[data-testid=plan-delete-ok]'); await press('Control+Enter')(page); await page.waitForTimeout(800); }],
  cards: ['good', press('c')],
  cancelledcard: ['good', press('c', 'ArrowDown', 'ArrowDown')],
  extend: ['good', press('c', 'x')],
  return: ['good', async (page) => { await press('c', 'w')(page); await page.selectOption('[data-testid=reason-select]', 'wrong_data'); await page.fill('[data-testid=pin]', '1'); await press('Control+Enter')(page); }],
  plastic: ['good', press('c', 'p')],
  modify: ['good', press('c', 'm')],
  issue: ['good', press('c', 'i')],
  issueperson: ['good', press('c', 'i', 'Alt+1')],
  issueportrait: ['good&issue=none', press('c', 'i', 'Alt+2')],
  issuefaults: ['good', press('c', 'i', 'Control+Enter')],
  issuenumber: ['good&issue=number', press('c', 'i')],
  issuenonumber: ['good&issue=none', async (page) => { await press('c', 'i', 'Alt+4')(page); await page.fill('[data-testid=number-field]', 'S420X'); await press('Enter')(page); }],
  issuedrawn: ['good&issue=drawn', press('c', 'i', 'Alt+4')],
  issuechips: ['good&issue=preview', async (page) => { await press('c', 'i', 'Alt+5')(page); await page.evaluate(() => window.desk.show('good')); await page.waitForTimeout(100); await page.click('[data-testid=chip-add]'); await press('Control+Enter')(page); }],
  issuepreview: ['good&issue=preview', press('c', 'i')],
  issueprint: ['good&issue=print', press('c', 'i')],
  issuespoiled: ['good&issue=read', press('c', 'i', 'Alt+7', 's', 'Control+Enter')],
  issuelocked: ['good&issue=read', press('c', 'i', 'Alt+3')],
  issueread: ['good&issue=read', press('c', 'i')],
  issueother: ['good&issue=other', press('c', 'i')],
  issuereport: ['good&issue=report', press('c', 'i')],
  issuewaits: ['good', press('c', 'i', 'Alt+9', 'Control+Enter')],
  issueplan: ['good&issue=report', press('c', 'i', 'Control+Enter')],
  issuedone: ['good&issue=report', async (page) => { await press('c', 'i', 'Control+Enter', 'Control+Enter')(page); await page.waitForTimeout(500); }],
  issuerefused: ['good&issue=report&end=refused', async (page) => { await press('c', 'i', 'Control+Enter', 'Control+Enter')(page); await page.waitForTimeout(500); }],
  issuedrop: ['good&issue=read', async (page) => { await press('c', 'i')(page); await page.click('[data-testid=issue-drop]'); }],
  issuekept: ['good', press('c', 'i', 'Escape')],
  issuenot: ['good&issue=refused', press('c', 'i')],
  issuetask: ['&tasks&issue=print', async (page) => { await page.click('[data-testid=task][data-task=issue]'); await page.waitForTimeout(300); }],
  stock: ['', press('Alt+s')],
  stockfaults: ['&unchecked', async (page) => { await press('Alt+s')(page); await page.selectOption('#stock-type', 'ISIC'); await page.fill('#stock-text', 'S420000000001A\nabc\nS1\n12\n\n'); await press('Control+Enter')(page); }],
  stockrelease: ['', async (page) => { await press('Alt+s')(page); await page.click('[data-testid=stock-release]'); }],
  shut: ['&shut=corrupt', null],
  ledger: ['', async (page) => { await page.click('[data-testid=act-settings]'); await page.fill('#settings-ledger-url', 'x'); await page.fill('#settings-ledger-password', 'x'); await page.click('[data-testid=settings-ledger-save]'); }],
  ledgerserver: ['', async (page) => { await page.click('[data-testid=act-settings]'); await page.fill('#settings-ledger-url', 'postgres://desk@db.example.edu/carddesk'); await page.fill('#settings-ledger-password', 'x'); await page.click('[data-testid=settings-ledger-save]'); }],
  graduation: ['good', press('g')],
  graduationnew: ['good', async (page) => { await press('g')(page); await page.click('[data-testid=graduation-new]'); }],
  alumni: ['good&file=free', press('g')],
  erase: ['good', press('e', 'Control+4')],
  erasefree: ['good&file=free', press('e', 'Control+4')],
  eraseasked: ['good&file=asked', press('e', 'Control+4')],
  unsaved: ['good', async (page) => { await press('e')(page); await page.fill('[data-testid=field-last_name]', 'Novák'); await press('Escape')(page); }],
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
        page.on('pageerror', (error) => (console.log(file, String(error)), complaints.add(String(error))));
        await page.goto(`http://127.0.0.1:${port}/#lang=${lang}&theme=${theme}&state=${state}`);
        await page.waitForTimeout(250);
        if (act) await act(page);
        await page.waitForTimeout(150);
        const wide = await page.evaluate(() => {
          const out = [...document.querySelectorAll('dialog *')].filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && !e.closest('.unseen, svg') && getComputedStyle(e).display !== 'inline' && !['INPUT', 'SELECT', 'OPTION'].includes(e.tagName));
          return out.map((e) => `${e.tagName} ${e.className} «${e.textContent.trim().slice(0, 40)}»`).slice(0, 4);
        });
        for (const one of wide) console.log(`${file}: wider than its box: ${one}`);
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
