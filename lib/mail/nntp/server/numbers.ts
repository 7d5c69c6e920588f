/** Article numbers of a newsgroup, in ascending order. Removing one takes no time that grows with their number. */
export class ArticleNumbers {
  #numbers: number[] = [];
  readonly #removed = new Set<number>();
  #high = 0;

  /** Number of articles. */
  get count(): number {
    return this.#numbers.length - this.#removed.size;
  }

  /** Lowest number; above {@link high} when there are none. */
  get low(): number {
    return this.next(0) ?? this.#high + 1;
  }

  /** Highest number that there was: it never decreases (RFC 3977 §6.1.1.2). */
  get high(): number {
    return this.#high;
  }

  /** Adds a number above all others; an older one is ignored. */
  add(number: number): void {
    if (number <= this.#high) return;
    this.#numbers.push(number);
    this.#high = number;
  }

  /** Removes a number. */
  remove(number: number): void {
    if (!this.has(number)) return;
    this.#removed.add(number);
    if (this.#removed.size * 2 <= this.#numbers.length) return;
    this.#numbers = this.#numbers.filter((one) => !this.#removed.has(one));
    this.#removed.clear();
  }

  /** Whether there is an article of this number. */
  has(number: number): boolean {
    return this.#numbers[this.#at(number)] === number && !this.#removed.has(number);
  }

  /** Returns the lowest number above this one. */
  next(number: number): number | undefined {
    for (let at = this.#at(number + 1); at < this.#numbers.length; at++) {
      const found = this.#numbers[at];
      if (found !== undefined && !this.#removed.has(found)) return found;
    }
    return undefined;
  }

  /** Returns the highest number below this one. */
  previous(number: number): number | undefined {
    for (let at = this.#at(number) - 1; at >= 0; at--) {
      const found = this.#numbers[at];
      if (found !== undefined && !this.#removed.has(found)) return found;
    }
    return undefined;
  }

  /** Returns the numbers from one to another. */
  between(from: number, to: number): number[] {
    return this.#numbers.slice(this.#at(from), this.#at(to + 1)).filter((number) => !this.#removed.has(number));
  }

  /** Returns the index of the first number that is not below this one. */
  #at(number: number): number {
    let [low, high] = [0, this.#numbers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#numbers[middle] ?? Infinity) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
