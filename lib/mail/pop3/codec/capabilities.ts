/** Capabilities of a POP3 server, by its reply to CAPA (RFC 2449 §6). */
export interface Pop3Capabilities {
  /** Whether TOP is supported. */
  readonly top: boolean;
  /** Whether UIDL is supported. */
  readonly uidl: boolean;
  /** Whether USER and PASS are accepted. */
  readonly user: boolean;
  /** Whether STLS is supported (RFC 2595 §4). */
  readonly stls: boolean;
  /** Whether commands may be sent without waiting for each reply. */
  readonly pipelining: boolean;
  /** Mechanisms of AUTH, in capitals. */
  readonly sasl: readonly string[];
  /** Name of the software, if the server tells it. Untrusted. */
  readonly implementation?: string;
}

/** Maximum number of lines of a reply to CAPA. */
export const MAX_CAPA_LINES = 128;

/** Parses the lines of a reply to CAPA, without the first and the dot; unknown ones are ignored. */
export function parsePop3Capabilities(lines: readonly string[]): Pop3Capabilities {
  const known = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", rest = ""] = /^(\S+)\s*(.*)$/su.exec(line) ?? [];
    known.set(name.toUpperCase(), rest);
  }
  const implementation = known.get("IMPLEMENTATION");
  return {
    top: known.has("TOP"),
    uidl: known.has("UIDL"),
    user: known.has("USER"),
    stls: known.has("STLS"),
    pipelining: known.has("PIPELINING"),
    sasl: (known.get("SASL") ?? "").toUpperCase().split(/\s+/).filter(Boolean),
    ...(implementation && { implementation }),
  };
}

/** Capabilities of a server that does not know CAPA: the commands of RFC 1939. */
export const POP3_WITHOUT_CAPA: Pop3Capabilities = {
  ...{ top: true, uidl: true, user: true, stls: false, pipelining: false },
  sasl: [],
};
