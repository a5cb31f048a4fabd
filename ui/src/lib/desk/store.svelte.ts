// The desk as the page holds it: the screen, what the line led to, and the few acts of the clerk. Everything shown
// comes from the program behind the window; nothing is decided here.
import { commands, onHappened, type Answer, type ChipRefusal, type Enquiry, type Hit, type LineRefusal, type NotOpen, type Notice, type Preferences, type Register, type Scanner, type SupRecord, type Tap } from '$lib/ipc';
import { markPainted } from '$lib/measure/paint';
import { m } from '$lib/words/messages';
import { play, type Sound } from '$lib/sound/sound';
import * as say from '$lib/words/say';
import { cleared, EMPTY, reduce, type Screen } from './reduce';
import { servedToday, type Served, type Today } from './served';

export interface Toast {
  text: string;
  undo: (() => Promise<void>) | null;
}

const TOAST_MS = 7000;

export class Desk {
  screen = $state.raw<Screen>(EMPTY);
  /** Loaded; until then the page says that the desk is opening. */
  opened = $state(false);
  practice = $state(false);
  notOpen = $state.raw<NotOpen | null>(null);
  version = $state('');
  /** The supervisor has a PIN. */
  supervisor = $state(false);
  preferences = $state.raw<Preferences>({ language: null, theme: 'system', volume: 60 });

  /** What the clerk is typing. */
  line = $state('');
  hits = $state.raw<Hit[] | null>(null);
  /** The hits are an answer to choose from, not suggestions while typing. */
  choosing = $state(false);
  refusal = $state.raw<{ why: LineRefusal; line: string } | null>(null);
  toast = $state.raw<Toast | null>(null);
  /** How long the last card took, in milliseconds from its arrival until it was known here, or refused. */
  lastTap = $state.raw<{ reader: string; took: number; why: ChipRefusal | null } | null>(null);
  today = $state.raw<Today>({ count: 0, average: null });

  private tally: Served = servedToday(() => new Date());
  private toastTimer: ReturnType<typeof setTimeout> | undefined;
  private waiting: Notice[] | null = [];
  private loads = 0;
  /** Counts what was asked, tapped and typed; an answer to an older question no longer changes the screen. */
  private turn = 0;

  /** Listens first and asks for the state then, so that nothing is missed in between. */
  async open(): Promise<() => void> {
    this.today = this.tally.today();
    const stop = await onHappened((notice) => (this.waiting ? this.waiting.push(notice) : this.hear(notice)));
    await this.load();
    return stop;
  }

  /** The whole state anew: at the start, and when the desk has changed from one university to another. */
  async load(): Promise<void> {
    const turn = ++this.loads;
    this.waiting ??= [];
    const answer = await attempt(() => commands.deskState());
    if (turn !== this.loads) return;
    if (answer?.status !== 'ok') {
      // Still opening: ask again soon. Notices are kept meanwhile.
      setTimeout(() => void this.load(), 250);
      return;
    }
    const state = answer.data;
    this.practice = state.practice;
    this.notOpen = state.not_open;
    this.version = state.version;
    this.supervisor = state.supervisor;
    this.preferences = state.preferences;
    let screen: Screen = { ...EMPTY, readers: state.readers, registers: state.registers, index: state.index, tasks: state.tasks };
    if (state.enquiry) screen = reduce(screen, { about: 'enquiry', is: state.enquiry });
    this.screen = screen;
    this.opened = true;
    // Hits, questions on their way and what could be taken back belong to the desk as it was.
    this.turn += 1;
    this.closeLine();
    this.tally.forget();
    if (this.toast?.undo) this.toast = null;
    const waiting = this.waiting ?? [];
    this.waiting = null;
    for (const notice of waiting) this.hear(notice);
  }

  /** Tries once more to open a desk that could not be opened. */
  async reopen(): Promise<void> {
    await attempt(() => commands.reopen());
    await this.load();
  }

  private hear(notice: Notice): void {
    const before = this.screen;
    const after = reduce(before, notice);
    this.screen = after;
    if (notice.about === 'tap') this.timed(notice.is);
    if (notice.about === 'tap' && notice.is.kind === 'read' && after.tap?.enquiry === notice.is.enquiry) {
      this.turn += 1;
      this.sound('read');
      this.dropLine();
      markPainted('uid-shown', { at: notice.is.at, enquiry: notice.is.enquiry });
    }
    if (notice.about === 'tap' && notice.is.kind === 'refused') {
      this.turn += 1;
      this.sound('refused');
      this.dropLine();
    }
    const enquiry = after.enquiry;
    if (before.enquiry && enquiry?.id !== before.enquiry.id) this.today = this.tally.ended(Date.now());
    // What could be taken back was about the person who has just left the screen.
    if (this.toast?.undo && enquiry?.id !== before.enquiry?.id) this.toast = null;
    if (notice.about === 'enquiry' && enquiry?.whole && !(before.enquiry?.id === enquiry.id && before.enquiry.whole)) {
      markPainted('verdict-shown', { enquiry: enquiry.id });
      if (enquiry.asked.by !== 'person') this.today = this.tally.began(enquiry.id, enquiry.askedAt);
    }
  }

  /** `at` of a card that was read or refused is when it arrived. */
  private timed(tap: Tap): void {
    if (tap.kind !== 'read' && tap.kind !== 'refused') return;
    const took = Math.max(0, Math.round(Date.now() - tap.at));
    const reader = tap.kind === 'read' ? tap.chip.reader : tap.reader;
    this.lastTap = { reader, took, why: tap.kind === 'read' ? null : tap.why };
  }

  /** Hits and a refusal belong to the last question; what the clerk has begun to type stays. */
  private dropLine(): void {
    if (this.choosing || this.refusal) this.line = '';
    this.hits = null;
    this.choosing = false;
    this.refusal = null;
  }

  sound(sound: Sound): void {
    play(sound, this.preferences.volume);
  }

  say(text: string, undo: Toast['undo'] = null): void {
    clearTimeout(this.toastTimer);
    this.toast = { text, undo };
    this.toastTimer = setTimeout(() => (this.toast = null), TOAST_MS);
  }

  async undo(): Promise<void> {
    const undo = this.toast?.undo;
    this.toast = null;
    await undo?.();
  }

  /** The clerk types: what was asked before no longer touches the line. */
  typed(): void {
    this.turn += 1;
    this.refusal = null;
    this.choosing = false;
  }

  /** Asks for what was typed. */
  async ask(line: string): Promise<void> {
    const anyway = this.refusal?.why.code === 'check_digit' && this.refusal.line === line;
    await this.asked(line, false, () => commands.ask(line, anyway));
  }

  /** Asks for a scanned code, from wherever it was scanned. */
  async scan(code: string): Promise<void> {
    const { wedge } = this.preferences;
    // A chip in two numbers is whole where the scanner was set up. All else is looked up as it is: digits may as well be
    // a barcode's.
    const whole = wedge && /^\d+[,./:-]\d+$/.test(code);
    await this.asked(code, true, () => (whole ? this.askWhole(wedge, code) : commands.ask(code, false)));
  }

  private async askWhole(wedge: Scanner, code: string): ReturnType<typeof commands.ask> {
    const chip = await attempt(() => commands.scannerChip(wedge, code));
    return commands.ask(chip?.status === 'ok' ? chip.data : code, false);
  }

  private async asked(
    line: string,
    scanned: boolean,
    ask: () => ReturnType<typeof commands.ask>,
  ): Promise<void> {
    const turn = ++this.turn;
    const answer = await attempt(ask);
    if (turn !== this.turn) return;
    if (answer === null) return this.say(m.error_unexpected());
    if (answer.status === 'error') return this.say(say.commandError[answer.error.code]());
    this.take(answer.data, line, scanned);
  }

  private take(answer: Answer, line: string, scanned: boolean): void {
    switch (answer.kind) {
      case 'enquiry':
        this.closeLine();
        if (scanned) this.sound('read');
        return;
      case 'people':
        this.line = line;
        this.hits = answer.hits;
        this.choosing = true;
        this.refusal = null;
        return;
      case 'refused':
        // A scanned code that leads nowhere must not stand beside the last person's verdict.
        if (scanned) {
          this.sound('refused');
          void this.clear();
        }
        this.line = line;
        this.hits = null;
        this.choosing = false;
        this.refusal = { why: answer.why, line };
    }
  }

  async openPerson(key: string): Promise<void> {
    const turn = ++this.turn;
    const answer = await attempt(() => commands.openPerson(key));
    if (turn !== this.turn) return;
    if (answer?.status === 'ok') return this.closeLine();
    this.say(answer ? say.commandError[answer.error.code]() : m.error_unexpected());
  }

  closeLine(): void {
    this.line = '';
    this.hits = null;
    this.choosing = false;
    this.refusal = null;
  }

  /** The screen for the next person. */
  async clear(): Promise<void> {
    this.turn += 1;
    if (this.screen.enquiry) this.today = this.tally.ended(Date.now());
    this.screen = cleared(this.screen);
    await attempt(() => commands.clear());
  }

  async askAgain(registers: Register[]): Promise<void> {
    await Promise.all(registers.map((register) => attempt(() => commands.askAgain(register))));
  }

  /** Keeps the link; it can be taken back for as long as the notice stands. */
  linked(person: string): void {
    this.say(m.link_done(), async () => {
      const answer = await attempt(() => commands.unlinkSup(person));
      this.say(answer?.status === 'ok' ? m.unlink_done() : m.error_unexpected());
    });
  }

  async unlink(person: string, record: SupRecord | null): Promise<void> {
    const answer = await attempt(() => commands.unlinkSup(person));
    if (answer === null) return this.say(m.error_unexpected());
    if (answer.status === 'error') return this.say(say.linkRefusal(answer.error));
    const back = record
      ? async () => {
          const again = await attempt(() => commands.linkSup(person, record.idCard));
          this.say(again?.status === 'ok' ? m.link_done() : m.error_unexpected());
        }
      : null;
    this.say(m.unlink_done(), back);
  }
}

/** A command that fails in a way that has no code gives null, never an unhandled rejection. */
export async function attempt<T>(command: () => Promise<T>): Promise<T | null> {
  try {
    return await command();
  } catch {
    return null;
  }
}

/** The person on the screen whose file in ALIVE can be opened. */
export function fileKey(enquiry: Enquiry | null): string | null {
  return enquiry?.alive.state === 'found' ? (enquiry.person?.key ?? null) : null;
}

/** Registers of this enquiry that may answer better when asked once more. */
export function retriable(enquiry: Enquiry | null): Register[] {
  if (!enquiry) return [];
  const registers: Register[] = ['alive', 'usos', 'sup'];
  return registers.filter((register) => {
    const { state } = enquiry[register];
    return state === 'unreachable' || state === 'not_allowed' || state === 'not_found';
  });
}

/** The linked SUP record, fresh or last known. */
export function supRecord(enquiry: Enquiry | null): SupRecord | null {
  const sup = enquiry?.sup;
  if (sup?.state === 'found') return sup.value;
  return sup?.state === 'unreachable' ? (sup.last?.value ?? null) : null;
}

export function supLinked(enquiry: Enquiry | null): boolean {
  const sup = enquiry?.sup;
  if (!sup || sup.state === 'waiting' || sup.state === 'not_asked') return false;
  return true;
}

/** A link can be made: somebody is known and SUP isn't linked yet. */
export function supLinkable(enquiry: Enquiry | null): boolean {
  return enquiry?.person != null && enquiry.sup.state === 'not_asked' && enquiry.sup.why === 'not_linked';
}
