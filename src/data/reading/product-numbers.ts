/** Numbers products by locale and id, in order of first appearance: ids are unique within a locale only. */
export class ProductNumbers {
  readonly #byLocale = new Map<string, Map<string, number>>();
  #count = 0;

  /** products numbered so far */
  get count(): number {
    return this.#count;
  }

  /** the product's number, a new one if it is new */
  add(locale: string, id: string): number {
    let ids = this.#byLocale.get(locale);
    if (ids === undefined) {
      ids = new Map();
      this.#byLocale.set(locale, ids);
    }
    const known = ids.get(id);
    if (known !== undefined) return known;
    ids.set(id, this.#count);
    return this.#count++;
  }

  /** a new number for a product that has no id and never comes again */
  addAlone(): number {
    return this.#count++;
  }

  /** the product's number, if it has one */
  find(locale: string, id: string): number | undefined {
    return this.#byLocale.get(locale)?.get(id);
  }
}
