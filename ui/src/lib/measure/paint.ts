// Marks for the bench: when something has really been painted. A frame's callback runs before the frame is drawn; a
// message posted from it is handled after.

export function markPainted(name: 'uid-shown' | 'verdict-shown', detail: { enquiry: number; at?: number }): void {
  requestAnimationFrame(() => {
    const drawn = new MessageChannel();
    drawn.port1.onmessage = () => {
      performance.mark(name, { detail });
      drawn.port1.close();
    };
    drawn.port2.postMessage(null);
  });
}
