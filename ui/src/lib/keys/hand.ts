// Tells a letter that a hand has pressed from one that a scanner types: it acts a moment after it has been let go, and
// only if no other key came right before or after it. A key that is still down would repeat itself into the field that
// opens.

/** Letters act this much late, so that the first characters of a scan are known for what they are. */
const LETTER_AFTER_MS = 60;

const MODIFIERS = ['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'CapsLock'];

export class Hand {
  private held: { act: () => void; code: string; at: number } | null = null;
  private pending: ReturnType<typeof setTimeout> | undefined;
  private lastKeyAt = Number.NEGATIVE_INFINITY;

  /** To be told of every key that goes down. Null: a modifier; else whether the key came alone. */
  down(event: KeyboardEvent): { alone: boolean } | null {
    if (MODIFIERS.includes(event.key)) return null;
    const alone = event.timeStamp - this.lastKeyAt > LETTER_AFTER_MS;
    this.lastKeyAt = event.timeStamp;
    clearTimeout(this.pending);
    this.held = null;
    return { alone };
  }

  /** This key shall act when it is let go. */
  hold(event: KeyboardEvent, act: () => void): void {
    this.held = { act, code: event.code, at: event.timeStamp };
  }

  /** To be told of every key that goes up. */
  up(event: KeyboardEvent): void {
    if (this.held?.code !== event.code) return;
    const { act, at } = this.held;
    this.held = null;
    this.pending = setTimeout(act, Math.max(0, LETTER_AFTER_MS - (event.timeStamp - at)));
  }
}
