// Points in time as the pages write them.

/**
 * As a visitor with the tests' locale reads it.
 *
 * @param {number} millis
 * @param {string} [timeZone]
 */
export function localMoment(millis, timeZone) {
  /** @type {Intl.DateTimeFormatOptions} */
  const options = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone };
  return new Date(millis).toLocaleString("en-GB", options);
}

/**
 * What may be written for something that happened between two points in time.
 *
 * @type {(from: number, to: number, timeZone?: string) => string[]}
 */
export const moments = (from, to, timeZone) => {
  /** @type {Set<string>} */
  const found = new Set();
  for (let time = from - 1000; time <= to + 1000; time += 1000) found.add(localMoment(time, timeZone));
  return [...found];
};
