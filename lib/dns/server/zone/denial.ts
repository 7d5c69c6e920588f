import type { RecordSet, ZoneNode } from "./node.ts";

/** Proofs that records or names are missing, for validators. */
export interface Denial {
  /** That a name of the zone does not have a type. */
  noData(node: ZoneNode, type: string): readonly RecordSet[];
  /** That neither a name nor a wildcard for it exists; `encloser` is the longest of its ancestors that does. */
  noName(key: string, encloser: ZoneNode): readonly RecordSet[];
  /** That no name is closer than the wildcard below `encloser`, which was the answer. */
  noCloser(key: string, encloser: ZoneNode): readonly RecordSet[];
  /** That the wildcard below `encloser`, which stands for a name, does not have a type. */
  noWildcardData(key: string, encloser: ZoneNode, wildcard: ZoneNode, type: string): readonly RecordSet[];
  /** That a zone below is not signed. */
  insecure(cut: ZoneNode): readonly RecordSet[];
}
