import { ERROR, errorRecord, field, result } from "../../../lib/cli/mod.ts";
import type { ToucanError } from "../../../lib/core/mod.ts";
import type { ChainLink, Validation } from "../../../lib/dns/internal.ts";
import { flatRecord, resourceRecord } from "../data_fields.ts";

const { boolean, integer, list, milliseconds, object, oneOf, optional, text, timestamp } = field;

const STATUS = ["secure", "insecure", "bogus", "indeterminate"] as const;
const keyTag = integer("key tag");
const algorithm = text("algorithm, such as ED25519");
const why = object({ code: text("cause, such as signature-expired"), text: text("cause as a sentence") });

const key = object({
  keyTag,
  algorithm,
  entryPoint: boolean("whether it is a key-signing key (SEP)"),
  trusted: boolean("whether a DS record or the trust anchor is of this key"),
});
const signature = object({
  keyTag,
  algorithm,
  signer: text("zone that signed, absolute"),
  inception: timestamp("start of validity"),
  expiration: timestamp("end of validity"),
  valid: optional(boolean("whether it is valid; absent where another one was sufficient")),
  reason: optional(why),
});
const link = object({
  role: oneOf(["keys", "delegation", "no-cut", "alias", "answer", "denial"], "role in the chain"),
  zone: text("zone whose keys were used, absolute"),
  name: text("owner name, absolute"),
  type: text("record type"),
  status: oneOf(STATUS, "status of the records"),
  reason: optional(why),
  anchor: optional(text("source of the trust anchor: IANA or given")),
  keys: optional(list(key, "keys of the zone")),
  delegations: optional(list(object({ keyTag, algorithm, digest: text("digest, such as SHA-256") }), "DS records")),
  signatures: list(signature, "signatures over the records or the proof"),
  proof: optional(text("records that prove a denial, and what they prove")),
  wildcard: optional(text("wildcard that the records were made from")),
});

/** The JSON records of validations. */
export const VALIDATE_RECORDS = {
  "validation": result("one per input and type, with --validate", {
    input: text("name or address that was read"),
    name: text("name that was validated, absolute"),
    type: text("record type"),
    validation: optional(oneOf(STATUS, "status: that of the worst link")),
    reason: optional(why),
    at: optional(object({ zone: text(), name: text(), type: text() }, "link that decided the status")),
    status: optional(text("response code by name, such as NOERROR or NXDOMAIN")),
    answers: list(resourceRecord, "aliases, then the records"),
    chain: list(link, "links from the trust anchor down"),
    ms: milliseconds("duration"),
    error: optional(ERROR),
  }),
};

/** A validation of an input, or why there is none. */
export interface ValidationFacts {
  readonly input: string;
  readonly name: string;
  readonly type: string;
  readonly ms: number;
  readonly found?: Validation;
  readonly error?: ToucanError;
}

/** Returns the JSON record of a validation. */
export function validationRecord({ input, name, type, ms, found, error }: ValidationFacts) {
  return {
    ...{ input, name: found?.name ?? name, type, validation: found?.status, reason: found?.reason, at: found?.at },
    status: found?.rcode,
    answers: found?.answers.map(flatRecord) ?? [],
    chain: found?.chain.map(linkRecord) ?? [],
    ms,
    error: error && errorRecord(error),
  };
}

function linkRecord(link: ChainLink) {
  const signatures = link.signatures.map((signature) => ({
    ...signature,
    inception: signature.inception.getTime(),
    expiration: signature.expiration.getTime(),
  }));
  return { ...link, signatures };
}
