import { ipVersion } from "../../../core/address/ip.ts";
import { ToucanError, UsageError } from "../../../core/errors/errors.ts";
import { servedName } from "./name_entry.ts";

/** A line of a hosts file. */
export interface HostsLine {
  /** IP address. */
  readonly address: string;
  /** Its names, absolute. */
  readonly names: readonly string[];
}

/**
 * Reads a hosts file (hosts(5)): an address and its names on each line, comments after `#`. Addresses of one link
 * (`fe80::1%lo0`) are left out, since other machines do not reach them.
 *
 * @throws {UsageError} `invalid-hosts`, with file, line and column.
 */
export function* parseHosts(text: string, file: string): Generator<HostsLine> {
  for (const [index, line] of text.replace(/^\ufeff/, "").split("\n").entries()) {
    const words = [...line.replace(/#.*/, "").matchAll(/\S+/g)];
    const [first, ...rest] = words;
    if (!first) continue;
    const fail = (at: number, why: string, cause?: unknown) =>
      new UsageError(`${file}:${index + 1}:${at + 1}: ${why}`, { code: "invalid-hosts", cause });
    const [address] = first;
    if (ipVersion(address) === undefined) throw fail(first.index, `invalid address "${address}"`);
    if (rest.length === 0) throw fail(first.index, `address ${address} has no name`);
    const names = rest.map((word) => {
      try {
        return servedName(word[0]);
      } catch (error) {
        throw fail(word.index, error instanceof ToucanError ? error.message : String(error), error);
      }
    });
    if (!address.includes("%")) yield { address, names };
  }
}
