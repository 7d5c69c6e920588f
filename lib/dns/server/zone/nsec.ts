import type { Denial } from "./denial.ts";
import type { RecordSet, ZoneNode } from "./node.ts";
import { byOrder, lastUpTo, orderKey } from "./order.ts";

/** Denial by NSEC records (RFC 4035 §3.1.3). */
export class NsecDenial implements Denial {
  readonly #sorted: readonly { readonly order: string; readonly set: RecordSet }[];

  /** Takes the names of a zone. */
  constructor(nodes: Iterable<ZoneNode>) {
    this.#sorted = [...nodes].flatMap(({ key, sets, hiddenBy }) => {
      const set = sets.get("NSEC");
      return set && !hiddenBy ? [{ order: orderKey(key), set }] : [];
    }).sort(byOrder);
  }

  noData(node: ZoneNode): readonly RecordSet[] {
    return this.#at(node);
  }

  noName(key: string, encloser: ZoneNode): readonly RecordSet[] {
    return [...this.#covering(key), ...this.#covering(encloser.key === "." ? "*." : `*.${encloser.key}`)];
  }

  noCloser(key: string): readonly RecordSet[] {
    return this.#covering(key);
  }

  noWildcardData(key: string, _: ZoneNode, wildcard: ZoneNode): readonly RecordSet[] {
    return [...this.#covering(key), ...this.#at(wildcard)];
  }

  insecure(cut: ZoneNode): readonly RecordSet[] {
    return this.#at(cut);
  }

  /** The record of a name; of an empty non-terminal, which has none, that of the name before it. */
  #at(node: ZoneNode): readonly RecordSet[] {
    const own = node.sets.get("NSEC");
    return own ? [own] : this.#covering(node.key);
  }

  /** The record from which the next name lies behind `key`. */
  #covering(key: string): readonly RecordSet[] {
    const found = this.#sorted[lastUpTo(this.#sorted, orderKey(key))];
    return found ? [found.set] : [];
  }
}
