import type { Journal } from "./journal.ts";
import type { BulkItem } from "./types.ts";

/**
 * Yields the items of a list that a journal does not have as finished. As long as the list is not known to be that of the
 * journal, none is yielded.
 *
 * @throws {SystemError} `invalid-journal` for another list.
 */
export async function* resumedItems(
  groups: AsyncIterable<Iterable<BulkItem>>,
  journal: Journal,
): AsyncGenerator<Iterable<BulkItem>> {
  const reader = new ResumedReader(journal);
  for await (const group of groups) yield reader.unfinished(group);
  journal.endOfList();
}

class ResumedReader {
  readonly #journal: Journal;
  /** Items of which the list has to be checked first: at most those that were in work when a run was interrupted. */
  #held: BulkItem[] = [];
  #position = 0;
  #checked = false;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  *unfinished(items: Iterable<BulkItem>): Generator<BulkItem> {
    for (const item of items) {
      this.#journal.read(item.input);
      if (this.#checked) {
        yield item;
        continue;
      }
      this.#hold(item);
      if (!this.#journal.isChecked) continue;
      this.#checked = true;
      yield* this.#held;
      this.#held = [];
    }
  }

  #hold(item: BulkItem): void {
    const position = this.#position;
    this.#position += item.types.length;
    // The last one tells the position of those behind it.
    const finished = item.types.every((_, index) => this.#journal.has(position + index));
    if (!finished || this.#journal.isChecked) this.#held.push({ ...item, position });
  }
}
