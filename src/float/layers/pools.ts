import { OUTSIDE, placesAlong } from '../../network/window.js';
import { problems } from '../problems.js';
import type { Forward, Shape } from './kind.js';
import { type FloatWindow, mapRead, placedWindow, windowOn } from './parts.js';

/** What max and average pools have in common. */

/** @throws float/shape where a position lies in the padding alone */
export function pooledShape(wanted: FloatWindow, inputs: readonly Shape[], where: string): Shape {
  const read = mapRead(inputs, where);
  const positions = placedWindow(wanted, read, where);
  const window = windowOn(wanted, read);
  for (const axis of [0, 1] as const) {
    const isEmpty = placesAlong(window, read, axis).some((taps) => taps.every((place) => place === OUTSIDE));
    if (isEmpty) throw problems.shape(where, 'a window in the padding alone', 'less padding');
  }
  return [...positions, read[2]];
}

/**
 * Channel by channel one number of those under the window at each position.
 *
 * @param start what a position begins with
 * @param add a number of those so far and the next one
 * @param end what becomes of it; `inside` are the numbers that lie in the map
 */
export function pool(
  wanted: FloatWindow,
  [read]: readonly Shape[],
  start: number,
  add: (before: number, value: number) => number,
  end: (all: number, inside: number) => number,
): Forward {
  const map = read as readonly [number, number, number];
  const [height, width, channels] = map;
  const window = windowOn(wanted, map);
  const inside = (axis: 0 | 1) =>
    placesAlong(window, map, axis).map((taps) => taps.filter((place) => place !== OUTSIDE));
  const [down, across] = [inside(0), inside(1)];
  return ([values], samples) => {
    const given = new Float64Array(samples * down.length * across.length * channels);
    let at = 0;
    for (let sample = 0; sample < samples; sample++) {
      const first = sample * height * width * channels;
      for (const rows of down) {
        for (const columns of across) {
          for (let channel = 0; channel < channels; channel++) {
            let all = start;
            for (const row of rows) {
              for (const column of columns)
                all = add(all, values[first + (row * width + column) * channels + channel]);
            }
            given[at++] = end(all, rows.length * columns.length);
          }
        }
      }
    }
    return given;
  };
}
