import { NetworkError, ToucanError } from "../../errors/errors.ts";

type Failure = readonly [code: string, text: string];

/** Meaning of the texts of a server's handshake errors; on a client the same texts have other meanings. */
const TEXTS: readonly (readonly [RegExp, Failure])[] = [
  [
    /alert:? (?:unknown ?ca|(?:bad|unsupported) ?certificate|certificate ?\w+|access ?denied)/i,
    ["tls-certificate-rejected", "the client rejects the certificate"],
  ],
  [
    /SignatureAlgorithmsExtensionRequired|Tls1[23]NotOffered|SupportedVersions|ProtocolVersion|unsupported protocol/i,
    ["tls-version", "the client supports neither TLS 1.2 nor TLS 1.3"],
  ],
  [
    /any known protocol|no ?application ?protocol/i,
    ["tls-no-alpn", "the client supports none of the protocols offered (ALPN)"],
  ],
  [
    /InCommon|no shared (?:cipher|group)/i,
    ["tls-no-cipher", "the client supports none of the cipher suites, groups or signatures offered"],
  ],
  [
    /corrupt message|InvalidContentType|InvalidMessage|wrong version number|http request/i,
    ["tls-not-spoken", "the client does not speak TLS"],
  ],
];

/** Returns the error of a failed handshake with a client; undefined if its text is unknown. */
export function handshakeError(error: unknown, peer: string): NetworkError | undefined {
  if (!(error instanceof Error) || error instanceof ToucanError) return undefined;
  const text = `${"code" in error ? error.code : ""} ${error.message}`;
  const [code, why] = TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? [];
  if (code === undefined) return undefined;
  return new NetworkError(`cannot do a TLS handshake with ${peer}: ${why}`, {
    ...{ code, peer },
    operation: "accept",
    cause: error,
  });
}
