// A card while it is being issued: the draft as it is typed, kept by the program as soon as it settles, and the answers,
// which never stamp on what is being typed. The program numbers, compares and reports; nothing is decided here.
import { commands, type FieldFault, type FieldRule, type Issue, type IssueDraft, type IssueRefusal, type Plan, type ScannerRefusal, type SpoilReason, type StepName } from '$lib/ipc';
import { attempt, type Desk } from '$lib/desk/store.svelte';
import { inOrder, merged, withRules, type SmartTechnology, type Whole } from '$lib/file/draft';
import { Form } from '$lib/file/form.svelte';
import { following, stateOf, stepOf, wantsBefore } from './steps';

export type WholeIssue = Whole<Issue>;
export type Draft = Whole<IssueDraft>;
export type IssueRefused = IssueRefusal | { code: 'unexpected' } | { code: 'scanner'; why: ScannerRefusal['code'] };

type Answer<T> = { status: 'ok'; data: T } | { status: 'error'; error: IssueRefusal } | null;

/** The draft's form: what it lacks is told with every answer. */
export class DraftForm extends Form<Draft> {
  constructor(
    draft: Draft,
    private settled: () => void,
  ) {
    super(0, draft, ({ card }) => card.custom_fields, () => null);
  }

  get now(): Draft {
    return $state.snapshot(this.draft) as Draft;
  }

  /** What the program has kept, in answer to `sent`: what was typed since stays. */
  takeOver(sent: Draft, kept: Draft, faults: readonly FieldFault[]): void {
    this.draft = merged(sent, this.now, kept);
    this.begun = structuredClone(kept);
    this.checked = this.withNames(faults);
  }

  /** Steps with something that ALIVE has refused and nobody has changed since. */
  get refusedAt(): StepName[] {
    return this.refused.map(({ property }) => stepOf(property));
  }

  /** What was refused before no longer counts. */
  forget(): void {
    this.refused = [];
  }

  protected override check(): Promise<void> {
    this.settled();
    return Promise.resolve();
  }
}

export class Issuing {
  issue = $state.raw() as WholeIssue;
  step = $state<StepName>('person');
  refusal = $state.raw<IssueRefused | null>(null);
  /** The clerk wanted to go on from a step that still lacks something. */
  stopped = $state(false);
  /** The form on what was spoiled is open. */
  spoiling = $state(false);
  busy = $state(false);
  /** A number as it is typed, not asked for yet. */
  typed = $state('');
  readonly form: DraftForm;
  /** It was begun before. */
  readonly takenUp: boolean;

  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private desk: Desk,
    issue: Issue,
    private rules: readonly FieldRule[],
  ) {
    this.issue = issue as WholeIssue;
    this.takenUp = issue.takenUp;
    this.form = new DraftForm(this.own(issue), () => void this.save());
    this.form.takeOver(this.form.first, this.form.first, issue.faults);
    this.go(issue.next);
  }

  go(step: StepName): void {
    this.step = step;
    this.stopped = false;
    this.spoiling = false;
    this.refusal = null;
    // Where nothing is typed, what is wrong is said at once.
    this.form.attempted = ['person', 'portrait', 'report'].includes(step);
  }

  /** From the shown step to the next that wants something; or what this one lacks. */
  async goOn(): Promise<void> {
    const { form, step } = this;
    if (this.busy) return;
    if (step === 'preview' && !wantsBefore(this.issue, step)) form.draft.lookedOver = true;
    if (step === 'print' && !wantsBefore(this.issue, step)) form.draft.printed = true;
    if (!(await this.act(null))) return;
    if (stateOf(this.issue, step) !== 'missing') return this.go(following(this.issue, step));
    this.want(step);
  }

  /** Something that was filled in could not be kept. */
  get unkept(): boolean {
    return this.form.dirty && this.refusal !== null;
  }

  /** Nothing goes on here any more. */
  get over(): boolean {
    return this.refusal !== null && ['gone', 'reporting', 'reported'].includes(this.refusal.code);
  }

  drawNumber(): Promise<boolean> {
    return this.act(() => commands.issueNextNumber(this.issue.issue));
  }

  async takeNumber(number: string): Promise<void> {
    if (number.trim() === '') return;
    this.typed = number;
    if (await this.act(() => commands.issueNumber(this.issue.issue, number.trim()))) this.typed = '';
  }

  /** A chip is in the draft once only. */
  addChip(chip: SmartTechnology): void {
    const { card } = this.form.draft;
    if (this.issue.locked || card.smart_technologies.some(({ value }) => value.toUpperCase() === chip.value.toUpperCase())) return;
    card.smart_technologies.push(chip);
    this.form.changed('smart_technologies');
  }

  /** `code` null: what lies on the readers. */
  async readBack(code: string | null): Promise<void> {
    const done = await this.act(() => commands.issueReadBack(this.issue.issue, code));
    if (!done || this.issue.otherChip !== null) this.desk.sound('refused');
  }

  async spoil(blank: boolean, number: boolean, reason: SpoilReason): Promise<void> {
    if (await this.act(() => commands.issueSpoil(this.issue.issue, blank, number, reason))) this.go(this.issue.next);
  }

  /** A scanned code. False: this step waits for none. */
  scan(code: string): boolean {
    const { step } = this;
    if (this.spoiling || !['number', 'chips', 'read_back'].includes(step)) return false;
    if (step !== 'read_back' && this.issue.locked) this.refusal = { code: 'locked' };
    else if (step === 'number') void this.takeNumber(code);
    else void this.scanChip(code);
    return true;
  }

  /** A chip as the scanner that was set up typed it, whole or not at all; without one, as it was typed. */
  private async scanChip(code: string): Promise<void> {
    const { step } = this;
    const { wedge } = this.desk.preferences;
    const answer = wedge ? await attempt(() => commands.scannerChip(wedge, code)) : { status: 'ok' as const, data: code };
    if (step !== this.step) return;
    if (answer?.status !== 'ok') {
      // What was scanned before is kept first: its answer would take the refusal away.
      await this.settle();
      this.refusal = answer ? { code: 'scanner', why: answer.error.code } : { code: 'unexpected' };
      return this.desk.sound('refused');
    }
    this.refusal = null;
    if (step === 'read_back') await this.readBack(answer.data);
    else this.addChip({ type: '', value: answer.data });
  }

  /** The plan of the report; null: it was refused. */
  async plan(): Promise<Plan | null> {
    if (!(await this.act(null))) return null;
    this.form.forget();
    const answer = await attempt(() => commands.issuePlan(this.issue.issue));
    if (answer?.status === 'ok') return answer.data;
    this.refused(answer);
    return null;
  }

  /** ALIVE has refused the report: the steps that have the fields say so. */
  async wasRefused(faults: readonly FieldFault[]): Promise<void> {
    await this.save();
    this.faulty(faults);
  }

  /** The person's file was read anew. */
  async renew(): Promise<void> {
    this.form.forget();
    await this.save();
  }

  /** Given up. False: the program didn't. */
  async drop(): Promise<boolean> {
    this.form.stop();
    const answer = await attempt(() => commands.issueDrop(this.issue.issue));
    if (answer?.status !== 'ok') this.refused(answer);
    return answer?.status === 'ok';
  }

  /** What was typed and isn't kept yet is kept now. */
  settle(): Promise<boolean> {
    this.form.stop();
    return this.form.dirty ? this.save() : Promise.resolve(true);
  }

  /** Keeps the draft, and asks how the issue stands. */
  save(): Promise<boolean> {
    return this.inTurn(async () => {
      const sent = this.form.now;
      const card = { ...sent.card, custom_fields: inOrder(sent.card.custom_fields) };
      return this.take(await attempt(() => commands.issueSave(this.issue.issue, { ...sent, card })), sent);
    });
  }

  /** After what was typed has been kept. */
  private async act(command: (() => Promise<Exclude<Answer<Issue>, null>>) | null): Promise<boolean> {
    this.busy = true;
    const kept = await this.settle();
    const done = kept && (command === null || (await this.inTurn(async () => this.take(await attempt(command), this.form.first))));
    this.busy = false;
    return done;
  }

  /** One question after the other: an older answer never follows a newer one. */
  private inTurn(ask: () => Promise<boolean>): Promise<boolean> {
    const asked = this.queue.then(ask);
    this.queue = asked;
    return asked;
  }

  private take(answer: Answer<Issue>, sent: Draft): boolean {
    if (answer?.status !== 'ok') {
      this.refused(answer);
      return false;
    }
    this.issue = answer.data as WholeIssue;
    this.refusal = null;
    this.form.takeOver(sent, this.own(answer.data), answer.data.faults);
    if (stateOf(this.issue, this.step) !== 'missing') this.stopped = false;
    return true;
  }

  private refused(answer: Exclude<Answer<unknown>, { status: 'ok' }>): void {
    const why = answer?.error ?? { code: 'unexpected' as const };
    if (why.code === 'work' && why.refusal.code === 'fields') this.faulty(why.refusal.faults);
    if (why.code === 'missing') return this.want(why.step);
    this.refusal = why;
  }

  /** Says what the step lacks. */
  private want(step: StepName): void {
    if (step !== this.step) this.go(step);
    this.stopped = true;
    this.form.attempted = true;
    this.form.refusals += 1;
  }

  private faulty(faults: readonly FieldFault[]): void {
    const [first] = faults;
    if (first) this.go(stepOf(first.property));
    this.form.refuse(faults);
  }

  /** The program's draft with every field of the agreement. */
  private own({ draft }: Issue): Draft {
    const whole = structuredClone(draft) as Draft;
    whole.card.custom_fields = withRules(whole.card.custom_fields, this.rules);
    return whole;
  }
}
