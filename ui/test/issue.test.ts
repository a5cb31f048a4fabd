// @vitest-environment happy-dom
// A card that is being issued as the page holds it: steps, what is typed while the program answers, scans, refusals,
// the report; and the lines of the stock.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Issue, IssueDraft, IssueRefusal, Plan, StepState } from '$lib/ipc';
import { FILE } from '../dev/file';
import { ISSUES, judged } from '../dev/issue';

const host = vi.hoisted(() => ({
  issue: null as unknown as Issue, refuses: null as IssueRefusal | null, calls: [] as unknown[], wait: null as Promise<void> | null, did: null as unknown, chip: null as unknown, sounds: [] as string[],
}));
const plan = (state: StepState): Plan => ({
  plan: 1, person: 'alive:1001', name: 'Petr Janík', steps: [{ act: { act: 'report', number: 'S', cardType: 'ISIC' }, state }], differences: [], warnings: [], irreversible: false,
});
vi.mock('$lib/sound/sound', () => ({ play: (sound: string) => host.sounds.push(sound) }));
vi.mock('$lib/ipc', () => {
  const answer = async (call: unknown[], change: (issue: Issue) => Issue) => {
    host.calls.push(call);
    await host.wait;
    if (host.refuses) return { status: 'error', error: host.refuses };
    return { status: 'ok', data: structuredClone((host.issue = change(host.issue))) };
  };
  return {
    commands: {
      workOpen: () => Promise.resolve({ status: 'ok', data: structuredClone(FILE) }),
      issueBegin: () => answer(['begin'], (issue) => issue),
      issueSave: (_: string, draft: IssueDraft) => answer(['save', draft], (issue) => judged({ ...issue, draft })),
      issueNextNumber: () => answer(['draw'], (issue) => judged({ ...issue, number: { ...issue.number, number: 'S420123456791C' } })),
      issueNumber: (_: string, number: string) => answer(['number', number], (issue) => judged({ ...issue, number: { ...issue.number, number } })),
      issueReadBack: (_: string, code: string | null) => answer(['read', code], (issue) => judged({ ...issue, otherChip: code === 'OTHER' ? code : null })),
      issueSpoil: () => answer(['spoil'], (issue) => judged({ ...issue, draft: { ...issue.draft, printed: false, lookedOver: false, card: { ...issue.draft.card, smart_technologies: [] } } })),
      issuePlan: () => (host.calls.push(['plan']), Promise.resolve(host.refuses ? { status: 'error', error: host.refuses } : { status: 'ok', data: plan({ is: 'waiting' }) })),
      issueDrop: () => Promise.resolve({ status: 'ok', data: null }),
      scannerChip: (_: unknown, typed: string) => (host.calls.push(['chip', typed]), Promise.resolve(host.chip)),
      workDo: () => Promise.resolve(host.did),
    },
    onHappened: () => Promise.resolve(() => undefined),
  };
});
const { Desk } = await import('$lib/desk/store.svelte');
const { Work } = await import('$lib/file/work.svelte');
const { following, stateOf, stepOf, wantsBefore } = await import('$lib/issue/steps');
const { lineAt } = await import('$lib/stock/lines');

beforeEach(() => Object.assign(host, { issue: structuredClone(ISSUES['begun']), refuses: null, calls: [], wait: null, did: null, sounds: [] }));

async function begin(name = 'begun') {
  host.issue = structuredClone(ISSUES[name]!);
  const desk = new Desk();
  const work = new Work(desk, 'alive:1001', 'cards');
  await work.read();
  await work.beginIssue();
  host.calls = [];
  return { desk, work, issuing: work.issuing! };
}
const named = (): unknown[] => host.calls.map((call) => (call as unknown[])[0]);

describe('a step', () => {
  it('is where the field stands that a fault names', () => {
    const steps = ['custom_fields[library_id]', 'valid_to', 'number', 'smart_technologies[0].value', 'email', 'addresses[0].city', ''].map(stepOf);
    expect(steps).toEqual(['card', 'card', 'number', 'chips', 'person', 'person', 'report']);
  });
  it('leads to the next that is not there, though it can be done without', () => {
    expect(following(ISSUES['drawn']!, 'number')).toBe('chips');
    expect(following(ISSUES['drawn']!, 'chips')).toBe('preview');
    expect(following(ISSUES['report']!, 'person')).toBe('report');
  });
  it('leads back to what cannot be done without', () => {
    expect(wantsBefore(ISSUES['number']!, 'chips')).toBe(true);
    expect(following(ISSUES['number']!, 'chips')).toBe('number');
  });
});

describe('an issue', () => {
  it('begins at the step that wants something', async () => {
    expect((await begin('begun')).issuing.step).toBe('card');
    expect((await begin('print')).issuing.step).toBe('print');
  });

  it('says what is missing at its field, and stays there', async () => {
    const { issuing } = await begin();
    issuing.form.shown.add('custom_fields[library_id]');
    expect(issuing.form.at('custom_fields[library_id]')).toEqual([]);
    await issuing.goOn();
    expect(issuing.step).toBe('card');
    expect(issuing.stopped).toBe(true);
    expect(issuing.form.at('custom_fields[library_id]').map(({ code }) => code)).toEqual(['IS_BLANK_ERROR']);
  });

  it('keeps what is typed while the program answers', async () => {
    const { issuing } = await begin();
    let answer = (): void => undefined;
    host.wait = new Promise((done) => (answer = done));
    issuing.form.draft.design = 'A';
    const saved = issuing.save();
    await Promise.resolve();
    issuing.form.draft.design = 'AB';
    issuing.form.draft.card.custom_fields[0]!.value = 'LIB-1';
    answer();
    await saved;
    expect(issuing.form.draft.design).toBe('AB');
    expect(issuing.form.draft.card.custom_fields[0]!.value).toBe('LIB-1');
    expect(issuing.form.dirty).toBe(true);
    await issuing.settle();
    expect(host.issue.draft.design).toBe('AB');
    expect(issuing.form.dirty).toBe(false);
  });

  it('keeps what was typed before anything else is asked', async () => {
    const { issuing } = await begin('number');
    issuing.form.draft.design = 'B';
    await issuing.drawNumber();
    expect(named()).toEqual(['save', 'draw']);
    expect(issuing.issue.number.number).toBe('S420123456791C');
  });

  it('loses nothing of what could not be kept', async () => {
    const { issuing, work } = await begin();
    issuing.form.draft.design = 'B';
    host.refuses = { code: 'not_kept', why: 'disk_full' };
    expect(await issuing.settle()).toBe(false);
    expect(issuing.refusal).toEqual(host.refuses);
    expect(issuing.form.draft.design).toBe('B');
    expect(work.anyDirty).toBe(true);
  });

  it('takes a scan where one is waited for', async () => {
    const { issuing } = await begin('print');
    expect(issuing.scan('X')).toBe(false);
    issuing.go('chips');
    expect(issuing.scan('04AABBCC')).toBe(true);
    expect(issuing.form.draft.card.smart_technologies.at(-1)).toEqual({ type: '', value: '04AABBCC' });
    issuing.go('number');
    issuing.scan('S420123456792D');
    await vi.waitFor(() => expect(issuing.issue.number.number).toBe('S420123456792D'));
    issuing.go('read_back');
    issuing.scan('04AABBCC');
    await vi.waitFor(() => expect(named()).toContain('read'));
    issuing.form.stop();
  });

  it('takes a chip of the scanner that was set up whole, and refuses it otherwise', async () => {
    const { desk, issuing } = await begin();
    desk.preferences = { ...desk.preferences, wedge: { format: 'd13', order: 'forwards', bytes: 5, missing: [], cuts_longer: false } };
    issuing.go('chips');
    host.chip = { status: 'ok', data: '8100A7BC5D' };
    expect(issuing.scan('0554061773917')).toBe(true);
    await vi.waitFor(() => expect(issuing.form.draft.card.smart_technologies.at(-1)).toEqual({ type: '', value: '8100A7BC5D' }));
    const before = issuing.form.draft.card.smart_technologies.length;
    for (const code of ['other_form', 'bytes_missing', 'no_identity'] as const) {
      host.chip = { status: 'error', error: { code } };
      issuing.scan('0010992733');
      await vi.waitFor(() => expect(issuing.refusal).toEqual({ code: 'scanner', why: code }));
    }
    expect(issuing.form.draft.card.smart_technologies).toHaveLength(before);
    expect(host.sounds).toContain('refused');
    // Read back, it is the whole chip that is compared; a part of one isn't.
    issuing.go('read_back');
    issuing.scan('0010992733');
    await vi.waitFor(() => expect(issuing.refusal?.code).toBe('scanner'));
    expect(named()).not.toContain('read');
    host.chip = { status: 'ok', data: '8100A7BC5D' };
    issuing.scan('0554061773917');
    await vi.waitFor(() => expect(host.calls).toContainEqual(['read', '8100A7BC5D']));
    // A number is no chip.
    issuing.go('number');
    issuing.scan('S420123456792D');
    await vi.waitFor(() => expect(issuing.issue.number.number).toBe('S420123456792D'));
    issuing.form.stop();
  });

  it('changes nothing on a card that is printed', async () => {
    const { issuing } = await begin('read');
    issuing.go('number');
    expect(issuing.scan('S420123456792D')).toBe(true);
    expect(issuing.refusal).toEqual({ code: 'locked' });
    expect(host.calls).toEqual([]);
    issuing.addChip({ type: '', value: '04AABBCC' });
    expect(issuing.form.draft.card.smart_technologies).toHaveLength(1);
  });

  it('has each chip once', async () => {
    const { issuing } = await begin('preview');
    issuing.addChip({ type: 'CONTACTLESS_MIFARE', value: '04d1e2f3a4b580' });
    expect(issuing.form.draft.card.smart_technologies).toHaveLength(1);
  });

  it('sounds the alarm when another card is read back', async () => {
    const { issuing } = await begin('read');
    await issuing.readBack(null);
    expect(host.sounds).toEqual([]);
    await issuing.readBack('OTHER');
    expect(issuing.issue.otherChip).toBe('OTHER');
    expect(host.sounds).toEqual(['refused']);
  });

  it('goes back to the blank that is needed next when one was spoiled', async () => {
    const { issuing } = await begin('read');
    issuing.spoiling = true;
    await issuing.spoil(true, false, 'misprint');
    expect(issuing.spoiling).toBe(false);
    expect(issuing.form.draft.card.smart_technologies).toEqual([]);
    expect(issuing.step).toBe('preview');
  });

  it('is over when it was reported or given up meanwhile', async () => {
    const { issuing } = await begin();
    host.refuses = { code: 'gone' };
    await issuing.save();
    expect(issuing.over).toBe(true);
  });
});

describe('the report', () => {
  it('is planned, done, and the issue is gone', async () => {
    const { work } = await begin('report');
    await work.report();
    expect(work.plan).not.toBeNull();
    host.did = { status: 'ok', data: plan({ is: 'done' }) };
    await work.carryOut();
    expect([work.plan, work.issuing, work.said?.is]).toEqual([null, null, 'done']);
  });

  it('that ALIVE refuses leads to the step with the field, and the strip shows it until it is tried again', async () => {
    const { work, issuing } = await begin('report');
    await work.report();
    host.did = { status: 'ok', data: plan({ is: 'refused', faults: [{ property: 'smart_technologies[0].value', code: 'NOT_UNIQUE_ERROR', message: 'Used.' }] }) };
    await work.carryOut();
    expect(work.issuing).toBe(issuing);
    expect(issuing.step).toBe('chips');
    expect(issuing.form.refusedAt).toEqual(['chips']);
    expect(stateOf(issuing.issue, 'chips')).toBe('done');
    await work.report();
    expect(issuing.form.refusedAt).toEqual([]);
  });

  it('goes to the step that is still missing', async () => {
    const { work, issuing } = await begin('read');
    issuing.go('report');
    host.refuses = { code: 'missing', step: 'read_back' };
    issuing.form.forget();
    await work.report();
    expect([work.plan, issuing.step, issuing.stopped]).toEqual([null, 'read_back', true]);
  });
});

describe('a line of the stock', () => {
  it('is found by its number', () => {
    const text = 'one\ntwo\n\nfour';
    expect([1, 2, 3, 4, 9].map((line) => text.slice(...lineAt(text, line)))).toEqual(['one', 'two', '', 'four', '']);
  });
});
