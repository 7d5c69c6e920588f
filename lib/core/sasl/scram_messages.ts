/** First message of a server in SCRAM (RFC 5802 §5). */
export interface ScramChallenge {
  /** Nonce: that of the client, with more behind it. */
  readonly nonce: string;
  /** Salt of the password. */
  readonly salt: Uint8Array<ArrayBuffer>;
  /** Number of iterations. */
  readonly iterations: number;
}

/** Fewest iterations that are safe (RFC 7677 §4), and most that are computed for a server. */
const MIN_ITERATIONS = 4096;
const MAX_ITERATIONS = 1_000_000;
/** Characters that SASLprep maps to nothing, and those that it maps to a space (RFC 4013 §2.1). */
const NOTHING = /[\u00ad\u034f\u1806\u180b-\u180d\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]/g;
const SPACES = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g;

/** Prepares a user name or a password by SASLprep (RFC 4013), except for the check of bidirectional texts. */
export function saslPrep(text: string): string {
  return text.replace(SPACES, " ").replace(NOTHING, "").normalize("NFKC");
}

/** Returns the first message of a client without the header of the channel binding. */
export function scramFirst(user: string, nonce: string): string {
  return `n=${saslPrep(user).replaceAll("=", "=3D").replaceAll(",", "=2C")},r=${nonce}`;
}

/** Parses the first message of a server. The reason why it is not acceptable is a text. */
export function parseScramChallenge(text: string, nonce: string): ScramChallenge | string {
  const [, whole = "", salt = "", count = ""] =
    /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/=]+),i=(\d{1,9})(?:,.*)?$/.exec(text) ?? [];
  if (whole === "") return "the challenge is invalid";
  if (!whole.startsWith(nonce) || whole.length === nonce.length) return "the nonce is not that of the client";
  const iterations = Number(count);
  if (iterations < MIN_ITERATIONS) return `${iterations} iterations are too few`;
  if (iterations > MAX_ITERATIONS) return `${iterations} iterations are too many`;
  try {
    return { nonce: whole, salt: Uint8Array.fromBase64(salt), iterations };
  } catch {
    return "the salt is invalid";
  }
}

/** First message of a client in SCRAM (RFC 5802 §7). */
export interface ScramFirst {
  /** Header of the channel binding, with the comma behind it. */
  readonly header: string;
  /** Message without that header. */
  readonly bare: string;
  /** User, as the client has prepared it. */
  readonly user: string;
  /** Nonce of the client. */
  readonly nonce: string;
}

/** Last message of a client in SCRAM (RFC 5802 §7). */
export interface ScramLast {
  /** Message without the proof. */
  readonly withoutProof: string;
  /** Header of the channel binding, repeated. */
  readonly header: string;
  /** Nonce of both sides. */
  readonly nonce: string;
  /** Proof that the client knows the password. */
  readonly proof: Uint8Array<ArrayBuffer>;
}

/** Parses the first message of a client; undefined when it is invalid, requires channel binding, or acts for another user. */
export function parseScramFirst(text: string): ScramFirst | undefined {
  const [, header = "", other, bare = "", name = "", nonce = ""] =
    /^([ny],(?:a=([^,]+))?,)(n=((?:[^=,\0]|=2C|=3D)+),r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?)$/.exec(text) ?? [];
  if (bare === "" || (other !== undefined && other !== name)) return undefined;
  return { header, bare, user: name.replaceAll("=2C", ",").replaceAll("=3D", "="), nonce };
}

/** Parses the last message of a client; undefined when it is invalid. */
export function parseScramLast(text: string): ScramLast | undefined {
  const [, withoutProof = "", header = "", nonce = "", proof = ""] =
    /^(c=([A-Za-z0-9+/=]+),r=([\x21-\x2b\x2d-\x7e]+)(?:,[a-zA-Z]=[^,]*)*?),p=([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  const [decoded, binding] = [strictBase64(proof), strictBase64(header)];
  if (withoutProof === "" || !decoded || !binding) return undefined;
  return { withoutProof, nonce, proof: decoded, header: new TextDecoder().decode(binding) };
}

/** Decodes Base64 in the one form that bytes have; undefined when it is invalid. */
function strictBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const bytes = Uint8Array.fromBase64(text);
    return bytes.toBase64() === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}
