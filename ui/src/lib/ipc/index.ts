// The seam to the program behind the window. Only this folder knows Tauri; everything else imports `$lib/ipc`.
import { convertFileSrc } from '@tauri-apps/api/core';
import { events, type Notice } from './bindings';

export { commands } from './bindings';
export type * from './bindings';

/** Hears every notice, in the order in which things happened. Gives back how to stop hearing. */
export function onHappened(hear: (notice: Notice) => void): Promise<() => void> {
  return events.happened.listen((event) => hear(event.payload));
}

/** The address of a portrait, from its opaque id. */
export function photoUrl(id: string): string {
  return convertFileSrc(id, 'photo');
}
