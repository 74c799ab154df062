/** The longest list of rising numbers that can be had by leaving some of `numbers` out, of which none is there twice. */
export function longestRising(numbers: readonly number[]): number[] {
  /** For each length where the list of that length ends that ends with the lowest number. */
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
