/** Capabilities of an NNTP server, by its reply to CAPABILITIES (RFC 3977 §3.3). */
export interface NntpCapabilities {
  /** Whether the server knows CAPABILITIES; everything else is false where it does not. */
  readonly known: boolean;
  /** Whether articles can be read. */
  readonly reader: boolean;
  /** Whether MODE READER makes them readable. */
  readonly modeReader: boolean;
  /** Whether articles can be posted. */
  readonly post: boolean;
  /** Whether OVER is supported. */
  readonly over: boolean;
  /** Whether STARTTLS is supported (RFC 4642). */
  readonly startTls: boolean;
  /** Whether AUTHINFO USER is accepted (RFC 4643). */
  readonly user: boolean;
  /** Mechanisms of AUTHINFO SASL, in capitals. */
  readonly sasl: readonly string[];
  /** Variants of LIST, in capitals. */
  readonly list: readonly string[];
  /** Name of the software, if the server tells it. Untrusted. */
  readonly implementation?: string;
}

/** Maximum number of lines of a reply to CAPABILITIES. */
export const MAX_CAPABILITY_LINES = 256;

/** Parses the lines of a reply to CAPABILITIES, without the first and the dot; unknown ones are ignored. */
export function parseNntpCapabilities(lines: readonly string[]): NntpCapabilities {
  const found = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", rest = ""] = /^(\S+)\s*(.*)$/su.exec(line) ?? [];
    found.set(name.toUpperCase(), rest);
  }
  const words = (name: string) => (found.get(name) ?? "").toUpperCase().split(/\s+/).filter(Boolean);
  const authinfo = words("AUTHINFO");
  const implementation = found.get("IMPLEMENTATION");
  return {
    known: true,
    reader: found.has("READER"),
    modeReader: found.has("MODE-READER"),
    post: found.has("POST"),
    over: found.has("OVER"),
    startTls: found.has("STARTTLS"),
    user: authinfo.includes("USER"),
    sasl: authinfo.includes("SASL") ? words("SASL") : [],
    list: words("LIST"),
    ...(implementation && { implementation }),
  };
}

/** Capabilities assumed of a server that does not know CAPABILITIES. */
export const NNTP_WITHOUT_CAPABILITIES: NntpCapabilities = {
  ...{ known: false, reader: false, modeReader: false, post: false, over: false, startTls: false, user: false },
  ...{ sasl: [], list: [] },
};
