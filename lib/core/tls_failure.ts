type Failure = readonly [code: string, text: string, hint?: string];

/**
 * Deno's TLS errors are all `InvalidData`, and node's come with other words: only the text tells
 * the causes apart. A test pins these texts on the versions that we run on.
 */
const TEXTS: readonly (readonly [RegExp, Failure])[] = [
  [
    /NotValidForName|certificate not valid for name|ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate's altnames/i,
    [
      "tls-name-mismatch",
      "the certificate is for another name",
      "connect by a name that the certificate has, or give it with --sni",
    ],
  ],
  [/certificate expired|CertExpired|: Expired|CERT_HAS_EXPIRED|certificate has expired/i, [
    "tls-expired",
    "the certificate has expired",
  ]],
  [/not valid yet|NotValidYet|CERT_NOT_YET_VALID/i, ["tls-not-yet-valid", "the certificate is not valid yet"]],
  [/UnknownIssuer|unable to verify|self[- ]signed|UNABLE_TO_GET_ISSUER|DEPTH_ZERO/i, [
    "tls-unknown-issuer",
    "the certificate was issued by nobody this machine trusts",
    "trust its authority with --cacert FILE, or the server itself with --pin",
  ]],
  [/CaUsedAsEndEntity/i, [
    "tls-authority-as-server",
    "the certificate is an authority's, not a server's",
  ]],
  [/CertificateRequired|certificate required/i, ["tls-client-certificate", "the server wants a certificate of ours"]],
  [/NoApplicationProtocol|no application protocol/i, [
    "tls-no-alpn",
    "the other end speaks none of the protocols offered",
  ]],
  [
    /invalid peer certificate|BadSignature|BadEncoding|UnsupportedSignature|InvalidPurpose|bad signature|UnsupportedCert/i,
    [
      "tls-bad-certificate",
      "the certificate is not acceptable",
    ],
  ],
  [/corrupt message|InvalidContentType|InvalidMessage|peer is incompatible|wrong version number/i, [
    "tls-not-spoken",
    "the other end does not speak TLS",
  ]],
  [/Invalid hostname/, ["tls-bad-name", "no certificate can be for such a name", "give another one with --sni"]],
  [/close_notify/i, ["connection-cut", "the peer cut the TLS connection without closing it"]],
  [/received fatal alert|tls handshake eof|handshake/i, ["tls-handshake", "the TLS handshake failed"]],
];

/** The cause of a TLS error by its text: code, words and hint, or nothing when it is no TLS error. */
export function tlsFailure(error: Error): Failure | undefined {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (
    error.name !== "InvalidData" && error.name !== "UnexpectedEof" && error.name !== "BadResource" &&
    !/TLS|CERT|SSL|ISSUER|DEPTH|Invalid hostname/i.test(`${code} ${error.message}`)
  ) return undefined;
  const text = `${code} ${error.message}`;
  return TEXTS.find(([pattern]) => pattern.test(text))?.[1];
}
