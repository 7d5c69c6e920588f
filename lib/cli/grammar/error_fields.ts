import { bytes, type Field, list, object, oneOf, optional, text, type ValuesOf } from "./field.ts";

const attempt = object({
  address: text("address, as 192.0.2.7 or [2001:db8::7]"),
  result: text("connected, or why not"),
});

/** The fields of a certificate in a record. */
export const CERTIFICATE_FIELDS = {
  subject: text("subject"),
  issuer: text("issuer"),
  names: list(text(), "DNS names and IP addresses that it is for"),
  notBefore: text("start of its validity, ISO 8601"),
  notAfter: text("end of its validity, ISO 8601"),
  pin: text("SHA-256 of its public key, as --pin takes it"),
};

const certificate = object(CERTIFICATE_FIELDS);

/** Fields of `error` in every record. */
export const ERROR_FIELDS = {
  code: text("name of the cause: stable, in kebab case, such as connection-refused"),
  message: text("the cause as a sentence"),
  phase: optional(
    oneOf(["resolve", "connect", "proxy", "tls", "first-byte", "body"], "phase in which the time ran out"),
  ),
  bytes: optional(bytes("bytes received in that phase")),
  attempts: optional(list(attempt, "addresses that were tried, if there were several")),
  certificates: optional(
    list(certificate, "certificates that the peer presented, its own first, if they were the cause"),
  ),
};

/** An error in a JSON record. */
export type ErrorRecord = ValuesOf<typeof ERROR_FIELDS>;

/** The field `error` of a record. */
export const ERROR: Field<ErrorRecord, "always"> = object(ERROR_FIELDS, "why it failed", "error");
