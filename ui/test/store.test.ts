// @vitest-environment happy-dom
// The desk as the page holds it: an answer that comes too late changes nothing.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer, Enquiry, Notice } from '$lib/ipc';

const host = vi.hoisted(() => ({ hear: (_: unknown): void => undefined, asked: [] as ((answer: unknown) => void)[], cleared: 0, lines: [] as string[] }));
vi.mock('$lib/ipc', () => {
  const ok = (data: unknown) => Promise.resolve({ status: 'ok', data });
  const state = {
    practice: true, not_open: null, version: '0', readers: { service: 'up', readers: [] }, registers: [],
    index: { phase: 'ready', people: 1, cards: 1, freshAt: null, fault: null }, enquiry: null,
    preferences: { language: 'en', theme: 'system', volume: 0 }, tasks: [], supervisor: false,
  };
  return {
    commands: {
      deskState: () => ok(state),
      scannerChip: (_: unknown, typed: string) =>
        Promise.resolve(typed === '41294,23903' ? { status: 'ok', data: 'A14E5D5F' } : { status: 'error', error: { code: 'other_form' } }),
      ask: (line: string) => (host.lines.push(line), new Promise((resolve) => host.asked.push((data) => resolve({ status: 'ok', data })))),
      clear: () => ((host.cleared += 1), ok(null)),
    },
    onHappened: (hear: (_: unknown) => void) => ((host.hear = hear), Promise.resolve(() => undefined)),
  };
});
const { Desk } = await import('$lib/desk/store.svelte');

const nobody: Answer = { kind: 'refused', why: { code: 'nobody' } };
const people: Answer = { kind: 'people', hits: [{ key: 'a', name: 'A', born: null, personalId: null, cardType: null, cardNumber: null, validTo: null }] };
const chip = { reader: 'R', interface: 'contactless' as const, technology: 'mifare_desfire', uid: '04AA', mayRepeat: false };
const tell = (notice: Notice) => host.hear(notice);
const tap = (enquiry: number) => tell({ about: 'tap', is: { kind: 'read', at: 1, chip, enquiry } });
const whole = (id: number): Enquiry => ({
  id, asked: { by: 'chip', chip }, askedAt: Date.now() - 1000, whole: true, person: null,
  alive: { state: 'waiting' }, usos: { state: 'waiting' }, sup: { state: 'waiting' }, studentChip: null, verdict: { level: 'good', findings: [] },
});

async function open() {
  const desk = new Desk();
  await desk.open();
  return desk;
}
beforeEach(() => {
  localStorage.clear();
  Object.assign(host, { asked: [], cleared: 0, lines: [] });
});

describe('the desk', () => {
  it('keeps the person who was tapped while an older scan was still being asked', async () => {
    const desk = await open();
    const scan = desk.scan('123456');
    tap(2);
    tell({ about: 'enquiry', is: whole(2) });
    host.asked[0]!(nobody);
    await scan;
    expect(desk.screen.enquiry?.id).toBe(2);
    expect(desk.refusal).toBeNull();
    expect(host.cleared).toBe(0);
  });

  it('looks a chip in two numbers up whole where the scanner was set up, and all else as it was scanned', async () => {
    const desk = await open();
    const scanned = ['41294,23903', '00318,45709', '5901234123457'];
    void desk.scan(scanned[0]!);
    await vi.waitFor(() => expect(host.lines).toEqual([scanned[0]]));
    desk.preferences = { ...desk.preferences, wedge: { format: 'd5_d5', order: 'forwards', bytes: 4, missing: [], cuts_longer: true } };
    for (const [i, code] of scanned.entries()) {
      void desk.scan(code);
      await vi.waitFor(() => expect(host.lines).toHaveLength(i + 2));
    }
    expect(host.lines.slice(1)).toEqual(['A14E5D5F', ...scanned.slice(1)]);
  });

  it('knows how long the last card took, read or refused', async () => {
    const desk = await open();
    tell({ about: 'tap', is: { kind: 'read', at: Date.now() - 40, chip, enquiry: 2 } });
    expect(desk.lastTap).toMatchObject({ reader: 'R', why: null });
    expect(desk.lastTap!.took).toBeGreaterThanOrEqual(40);
    expect(desk.lastTap!.took).toBeLessThan(1000);
    tell({ about: 'tap', is: { kind: 'refused', at: Date.now(), reader: 'Q', why: 'random_uid' } });
    expect(desk.lastTap).toMatchObject({ reader: 'Q', why: 'random_uid' });
  });

  it('shows the answer to the newest of two scans', async () => {
    const desk = await open();
    const both = [desk.scan('111111'), desk.scan('222222')];
    host.asked[1]!(people);
    host.asked[0]!(nobody);
    await Promise.all(both);
    expect(desk.refusal).toBeNull();
    expect(desk.line).toBe('222222');
    expect(desk.choosing).toBe(true);
  });

  it('never takes from the clerk what they type while an answer is awaited', async () => {
    const desk = await open();
    const ask = desk.ask('novak');
    desk.line = 'dvorak';
    desk.typed();
    host.asked[0]!(people);
    await ask;
    expect(desk.line).toBe('dvorak');
    expect(desk.hits).toBeNull();
  });

  it('clears the last person when a scanned code leads nowhere', async () => {
    const desk = await open();
    tap(1);
    tell({ about: 'enquiry', is: whole(1) });
    const scan = desk.scan('123456');
    host.asked[0]!(nobody);
    await scan;
    expect(desk.screen.enquiry).toBeNull();
    expect(desk.refusal?.line).toBe('123456');
  });

  it('counts every whole answer to a card once', async () => {
    const desk = await open();
    for (const id of [1, 1, 2]) {
      tap(id);
      tell({ about: 'enquiry', is: whole(id) });
    }
    expect(desk.today.count).toBe(2);
  });

  it('drops hits and what could be taken back when the desk begins anew', async () => {
    const desk = await open();
    desk.hits = [];
    desk.say('linked', () => Promise.resolve());
    await desk.load();
    expect(desk.hits).toBeNull();
    expect(desk.toast).toBeNull();
  });
});
