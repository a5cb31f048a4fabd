// Where a line of a text begins and ends. Pure.

/** `line` counts from 1; the end is before the line break. A line that isn't there is the end of the text. */
export function lineAt(text: string, line: number): [from: number, to: number] {
  let from = 0;
  for (let i = 1; i < line; i += 1) {
    const at = text.indexOf('\n', from);
    if (at < 0) return [text.length, text.length];
    from = at + 1;
  }
  const end = text.indexOf('\n', from);
  return [from, end < 0 ? text.length : end];
}
