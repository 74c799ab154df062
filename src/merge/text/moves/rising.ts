/** Returns the longest rising subsequence of `numbers`, which has no number twice. */
export function longestRising(numbers: readonly number[]): number[] {
  /** By length: the index of the lowest number at which a subsequence of that length ends. */
  const ends: number[] = [];
  const before: (number | undefined)[] = [];
  for (const [at, number] of numbers.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[ends[middle] ?? 0] ?? 0) < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    before[at] = ends[low - 1];
    ends[low] = at;
  }
  const rising: number[] = [];
  for (let at = ends.at(-1); at !== undefined; at = before[at]) {
    rising.push(numbers[at] ?? 0);
  }
  return rising.toReversed();
}
