// Two short sounds, made here (no files): «read» rises, «refused» falls and is rougher, so that they can be told apart
// without looking and at a small volume.

export type Sound = 'read' | 'refused';

const NOTES: Readonly<Record<Sound, readonly (readonly [hertz: number, from: number, to: number])[]>> = {
  read: [
    [880, 0, 0.07],
    [1318.5, 0.06, 0.16],
  ],
  refused: [
    [311.1, 0, 0.13],
    [207.7, 0.14, 0.34],
  ],
};

let context: AudioContext | null = null;

/** Plays a sound. `volume` 0…100; 0 makes no sound and opens no audio device. */
export function play(sound: Sound, volume: number): void {
  if (volume <= 0 || typeof AudioContext === 'undefined') return;
  context ??= new AudioContext();
  void context.resume().catch(() => undefined);
  const loudness = 0.35 * (Math.min(volume, 100) / 100) ** 2;
  const now = context.currentTime + 0.01;
  for (const [hertz, from, to] of NOTES[sound]) {
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.type = sound === 'read' ? 'sine' : 'triangle';
    tone.frequency.value = hertz;
    // Ramps, since a hard start or stop clicks.
    gain.gain.setValueAtTime(0, now + from);
    gain.gain.linearRampToValueAtTime(loudness, now + from + 0.01);
    gain.gain.linearRampToValueAtTime(0, now + to);
    tone.connect(gain).connect(context.destination);
    tone.start(now + from);
    tone.stop(now + to);
  }
}
