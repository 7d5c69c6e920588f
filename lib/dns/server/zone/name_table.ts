import { ipVersion } from "../../../core/address/ip.ts";
import { UsageError } from "../../../core/errors/errors.ts";
import { dnsName } from "../../client/query.ts";
import { RCODE } from "../../client/status.ts";
import { nameKey } from "../../codec/canonical.ts";
import { recordFrom, type ResourceRecord } from "../../codec/record.ts";
import type { AnswerSource, ClientQuery, ServedAnswer } from "../answer/types.ts";

/** Names with addresses that are given as words: `app.test=127.0.0.1`. */
export class NameTable implements AnswerSource {
  readonly #records = new Map<string, ResourceRecord[]>();

  /**
   * Adds an address to a name.
   *
   * @throws {UsageError} `invalid-word`, `invalid-name`.
   */
  addWord(text: string): void {
    const [, name = "", address = ""] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    const version = ipVersion(address);
    if (name === "" || version === undefined) {
      throw new UsageError(`invalid name "${text}": must be NAME=ADDRESS`, { code: "invalid-word" });
    }
    const absolute = dnsName(name);
    const record = recordFrom({ name: absolute, type: version === 4 ? "A" : "AAAA", ttl: 60, data: address });
    const key = nameKey(absolute);
    this.#records.set(key, [...this.#records.get(key) ?? [], record]);
  }

  /** Answers a question about one of the names. */
  answer({ question: { name, type, class: klass } }: ClientQuery): ServedAnswer | undefined {
    const known = klass === "IN" ? this.#records.get(nameKey(name)) : undefined;
    if (!known) return undefined;
    const answers = known.filter((record) => type === "ANY" || record.type === type);
    return { rcode: RCODE.NOERROR, authoritative: true, answers, source: "word", keep: 3600 };
  }
}
