import { flag, kind, option } from "../../../lib/cli/mod.ts";
import { ANSWER_OPTIONS, LIST_OPTIONS, QUESTION_OPTIONS } from "../other_options.ts";

/** Options of what is not asked of a server, or decided by the validation itself. */
const OTHERS = [...QUESTION_OPTIONS, ...ANSWER_OPTIONS, ...LIST_OPTIONS] as const;

/** Options of DNSSEC validation. */
export const VALIDATE = {
  "validate": flag("verify DNSSEC from the root down, and print the chain of keys and signatures", {
    without: OTHERS,
    more: "Data counts with a valid signature only. secure: signatures lead from the trust anchor to " +
      "the records, or prove that there are none. insecure: a zone on the way is not signed, which is proven (exit code 0, " +
      "as for secure). bogus: a signature is missing or not valid (1), also where the server " +
      "returns none at all (no-signatures). indeterminate: no server answers (3 or 4). " +
      "Without --type A records are validated, of an address the name. Names are taken as they are, without a search list.",
  }),
  "anchor": option(kind.file, "file with DS or DNSKEY records to trust (default: the keys of the root)", {
    with: ["validate"],
    reads: true,
    startup: true,
    more: "A zone file: . IN DS 20326 8 2 E06D… or the DNSKEY records of a zone of your own.",
  }),
} as const;
