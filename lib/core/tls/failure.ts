type Failure = readonly [code: string, text: string];

/**
 * Deno's TLS errors are all `InvalidData`, and node's have other texts: only the text distinguishes
 * the causes. A test pins these texts on the supported versions.
 */
const TEXTS: readonly (readonly [RegExp, Failure])[] = [
  [/received fatal alert: CertificateRequired|CertificateRequired|certificate required/i, [
    "tls-client-certificate",
    "the server requires a client certificate",
  ]],
  [
    /received fatal alert: (?:BadCertificate|UnsupportedCertificate|Certificate\w+|UnknownCA|AccessDenied)/,
    ["tls-client-certificate-rejected", "the server rejects the client certificate"],
  ],
  [/alert: ProtocolVersion|ServerDoesNotSupportTls12Or13|unsupported protocol/i, [
    "tls-version",
    "the server supports neither TLS 1.2 nor TLS 1.3",
  ]],
  [/alert: Unrecogni[sz]edName/i, ["tls-unrecognized-name", "unrecognized server name (SNI)"]],
  [
    /NotValidForName|certificate not valid for name|ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate's altnames/i,
    ["tls-name-mismatch", "the certificate is for another name"],
  ],
  [/certificate expired|CertExpired|: Expired|CERT_HAS_EXPIRED|certificate has expired/i, [
    "tls-expired",
    "the certificate has expired",
  ]],
  [/not valid yet|NotValidYet|CERT_NOT_YET_VALID/i, ["tls-not-yet-valid", "the certificate is not valid yet"]],
  [/UnknownIssuer|unable to verify|self[- ]signed|UNABLE_TO_(?:GET_ISSUER|VERIFY)|DEPTH_ZERO/i, [
    "tls-unknown-issuer",
    "the certificate is signed by an unknown authority",
  ]],
  [/CaUsedAsEndEntity/i, [
    "tls-authority-as-server",
    "the certificate is an authority's, not a server's",
  ]],
  [/InvalidPurpose|INVALID_PURPOSE|RequiredEkuNotFound|extended key usage/i, [
    "tls-bad-purpose",
    "the certificate is not for a server (key usage)",
  ]],
  [/NoApplicationProtocol|no application protocol/i, [
    "tls-no-alpn",
    "the server supports none of the protocols offered (ALPN)",
  ]],
  [/invalid peer certificate|BadSignature|BadEncoding|UnsupportedSignature|bad signature|UnsupportedCert/i, [
    "tls-bad-certificate",
    "the certificate is not acceptable",
  ]],
  [/corrupt message|InvalidContentType|InvalidMessage|peer is incompatible|wrong version number/i, [
    "tls-not-spoken",
    "the server does not speak TLS",
  ]],
  [/Invalid hostname/, ["tls-bad-name", "invalid server name"]],
  [/close_notify/i, ["connection-cut", "the peer closed the TLS connection without close_notify"]],
  [/received fatal alert|tls handshake eof|handshake/i, ["tls-handshake", "the TLS handshake failed"]],
];

/** Returns the cause of a TLS error by its text: code and message, or undefined for another error. */
export function tlsFailure(error: Error): Failure | undefined {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (
    error.name !== "InvalidData" && error.name !== "UnexpectedEof" && error.name !== "BadResource" &&
    !/TLS|CERT|SSL|ISSUER|DEPTH|Invalid hostname/i.test(`${code} ${error.message}`)
  ) return undefined;
  const text = `${code} ${error.message}`;
  return TEXTS.find(([pattern]) => pattern.test(text))?.[1];
}
