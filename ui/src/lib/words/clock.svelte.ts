// The passing of time on the page: one tick a second for every age that is shown.

let now = $state(Date.now());

/** Milliseconds since 1970, renewed every second. */
export function clock(): number {
  return now;
}

export function startClock(): () => void {
  const timer = setInterval(() => (now = Date.now()), 1000);
  return () => clearInterval(timer);
}
