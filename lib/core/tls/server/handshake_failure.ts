import { NetworkError, ToucanError } from "../../errors/errors.ts";
import { fromSystem, isUnknownFailure } from "../../errors/system_error.ts";

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

/** Returns the error of a failed handshake with a client. */
export function handshakeError(error: unknown, peer: string): ToucanError {
  const known = error instanceof ToucanError ? error : knownFailure(error, peer) ??
    fromSystem(error, { doing: "do a TLS handshake with", what: peer });
  if (!(known instanceof ToucanError) || isUnknownFailure(known)) {
    return new NetworkError(`cannot do a TLS handshake with ${peer}`, { code: "tls-handshake", peer, cause: error });
  }
  // A client that does not trust the certificate may close without a word.
  if (!(known instanceof NetworkError) || !CLOSED.test(known.code)) return known;
  const message = `${peer} closed the connection during the TLS handshake: it may not trust the certificate`;
  return new NetworkError(message, { code: "tls-handshake", operation: "accept", peer, cause: error });
}

/** Codes of a connection that ended. */
const CLOSED = /^(?:connection-(?:reset|cut|aborted)|tls-handshake)$/;

/** Returns the error for a text of the TLS library; undefined if it is unknown. */
function knownFailure(error: unknown, peer: string): NetworkError | undefined {
  if (!(error instanceof Error)) return undefined;
  const text = `${"code" in error ? error.code : ""} ${error.message}`;
  const [code, why] = TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? [];
  if (code === undefined) return undefined;
  return new NetworkError(`cannot do a TLS handshake with ${peer}: ${why}`, {
    ...{ code, peer },
    operation: "accept",
    cause: error,
  });
}
