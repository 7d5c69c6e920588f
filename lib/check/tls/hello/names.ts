/** Versions of TLS as they are on the wire (RFC 8446 §4.2.1, RFC 5246 §6.2.1, RFC 4346, RFC 2246). */
export const TLS_VERSIONS = { "TLS 1.0": 0x0301, "TLS 1.1": 0x0302, "TLS 1.2": 0x0303, "TLS 1.3": 0x0304 } as const;

/** Name of a version of TLS. */
export type TlsVersionName = keyof typeof TLS_VERSIONS;

/** Returns the name of a version on the wire. */
export function versionName(version: number): string {
  const known = Object.entries(TLS_VERSIONS).find(([, number]) => number === version)?.[0];
  return known ?? (version === 0x0300 ? "SSL 3.0" : `version ${hex(version)}`);
}

/** Cipher suite: its number and its name (RFC 8446 §B.4, RFC 5289, RFC 7905, RFC 5246 §A.5). */
type Suite = readonly [suite: number, name: string];

/** Cipher suites of TLS 1.3, in the order of our own client. */
export const SUITES_1_3: readonly Suite[] = [
  [0x1302, "TLS_AES_256_GCM_SHA384"],
  [0x1301, "TLS_AES_128_GCM_SHA256"],
  [0x1303, "TLS_CHACHA20_POLY1305_SHA256"],
];

/** Cipher suites of TLS 1.2 and before, the best first. */
export const SUITES_1_2: readonly Suite[] = [
  [0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"],
  [0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"],
  [0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"],
  [0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"],
  [0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"],
  [0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"],
  [0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"],
  [0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"],
  [0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"],
  [0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"],
  [0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256"],
  [0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384"],
  [0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA"],
  [0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA"],
  [0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"],
];

const SUITES: ReadonlyMap<number, string> = new Map([...SUITES_1_3, ...SUITES_1_2]);

/** Returns the name of a cipher suite. */
export function suiteName(suite: number): string {
  return SUITES.get(suite) ?? `suite ${hex(suite)}`;
}

/** Alerts that end a handshake (RFC 8446 §6). */
const ALERTS: Readonly<Record<number, string>> = {
  0: "close_notify",
  10: "unexpected_message",
  20: "bad_record_mac",
  22: "record_overflow",
  40: "handshake_failure",
  42: "bad_certificate",
  43: "unsupported_certificate",
  44: "certificate_revoked",
  45: "certificate_expired",
  46: "certificate_unknown",
  47: "illegal_parameter",
  48: "unknown_ca",
  49: "access_denied",
  50: "decode_error",
  51: "decrypt_error",
  70: "protocol_version",
  71: "insufficient_security",
  80: "internal_error",
  86: "inappropriate_fallback",
  90: "user_canceled",
  109: "missing_extension",
  110: "unsupported_extension",
  112: "unrecognized_name",
  113: "bad_certificate_status_response",
  115: "unknown_psk_identity",
  116: "certificate_required",
  120: "no_application_protocol",
};

/** Returns the name of an alert by its description. */
export function alertName(description: number): string {
  return ALERTS[description] ?? `alert number ${description}`;
}

function hex(number: number): string {
  return `0x${number.toString(16).padStart(4, "0")}`;
}
