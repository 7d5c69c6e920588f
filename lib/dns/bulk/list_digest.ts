/** A digest of the inputs of a list as they are read: tells other lists apart, but not those that are made to have the same. */
export class ListDigest {
  /** Number of inputs. */
  count = 0;
  #one = 0x811c9dc5;
  #other = 0x9747b28c;

  /** Adds an input. */
  add(input: string): void {
    let [one, other] = [this.#one, this.#other];
    for (let at = 0; at <= input.length; at++) {
      // Behind its end, an input has a line feed, which is in none.
      const unit = at === input.length ? 10 : input.charCodeAt(at);
      one = Math.imul(one ^ unit, 0x01000193);
      other = Math.imul(other ^ unit, 0x85ebca6b) ^ other >>> 13;
    }
    this.#one = one;
    this.#other = other;
    this.count++;
  }

  /** Returns the number of inputs and their digest, as text without spaces. */
  toString(): string {
    return `${this.count}:${hex(this.#one)}${hex(this.#other)}`;
  }
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
