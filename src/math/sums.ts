/** Neumaier's compensated sum: error independent of the number of terms. */
class CompensatedSum {
  #sum = 0;
  #compensation = 0;

  add(value: number): void {
    const total = this.#sum + value;
    this.#compensation +=
      Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - total + value : value - total + this.#sum;
    this.#sum = total;
  }

  get value(): number {
    return this.#sum + this.#compensation;
  }
}

/** Compensated sum of an array. */
function sum(values: ArrayLike<number>): number {
  const total = new CompensatedSum();
  for (let at = 0; at < values.length; at++) total.add(values[at]);
  return total.value;
}

/** Arithmetic mean; NaN of nothing. */
export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length;
}
