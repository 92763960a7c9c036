/** Watches a loss and says when it has stopped improving. */
export class EarlyStopping {
  readonly losses: number[] = [];
  readonly #patience: number;
  #best = 0;

  /** patience: rounds without improvement after which it is over; 0 is never */
  constructor(patience: number) {
    this.#patience = patience;
  }

  add(loss: number): void {
    this.losses.push(loss);
    if (this.#best === 0 || loss < this.losses[this.#best - 1]) this.#best = this.losses.length;
  }

  /** The number of rounds (the first of equals) at which the loss was least; 0 before the first. */
  get best(): number {
    return this.#best;
  }

  get isOver(): boolean {
    return this.#patience > 0 && this.losses.length - this.#best >= this.#patience;
  }
}
