/** A URL in the normal form of the WHATWG rules, in parts: the standard's URL record (§4.1). */
export interface WhatwgRecord {
  /** In lower case. */
  readonly scheme: string;
  /** Encoded; empty when there is none. */
  readonly username: string;
  /** Encoded; empty when there is none. */
  readonly password: string;
  /** In normal form; null when there is no host. */
  readonly host: string | null;
  /** Null when it is the scheme's own, or there is none. */
  readonly port: number | null;
  /** Encoded, with its slashes. */
  readonly path: string;
  /** Whether the path is just a text: `mailto:`, `data:`. */
  readonly opaque: boolean;
  /** Encoded, without the question mark; null when there is none. */
  readonly query: string | null;
  /** Encoded, without the `#`; null when there is none. */
  readonly fragment: string | null;
}

/** The URL as text (WHATWG URL §4.5). */
export function serialize(record: WhatwgRecord): string {
  const { scheme, host, path, query, fragment } = record;
  // Without a host, a path of two slashes would be read as one.
  const front = host !== null ? `//${authority(record)}` : !record.opaque && path.startsWith("//") ? "/." : "";
  return `${scheme}:${front}${path}${query === null ? "" : `?${query}`}${fragment === null ? "" : `#${fragment}`}`;
}

function authority({ username, password, host, port }: WhatwgRecord): string {
  const user = username || password ? `${username}${password && `:${password}`}@` : "";
  return `${user}${host}${port === null ? "" : `:${port}`}`;
}
