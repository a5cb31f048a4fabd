// Marks for the bench: when something has really been painted. Two frames, since the first callback runs before the
// frame with the change is drawn.

export function markPainted(name: 'uid-shown' | 'verdict-shown', detail: { enquiry: number; at?: number }): void {
  requestAnimationFrame(() => {
    requestAnimationFrame(() => {
      performance.mark(name, { detail });
    });
  });
}
