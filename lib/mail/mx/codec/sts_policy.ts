/** Policy of MTA-STS (RFC 8461 §3.2). */
export interface StsPolicy {
  /** Whether a server that does not fit gets no mail (`enforce`), or is only reported. */
  readonly mode: "enforce" | "testing" | "none";
  /** Patterns of the names of mail servers, in lower case. */
  readonly mx: readonly string[];
}

/** Bytes of a policy that are read. */
export const MAX_POLICY_BYTES = 64 * 1024;

/** Returns the id of the policy that a domain announces by the TXT records of `_mta-sts`; undefined if it announces none (§3.1). */
export function parseStsRecord(texts: readonly string[]): string | undefined {
  const records = texts.filter((text) => /^v=STSv1[ \t]*;/.test(text));
  // More than one is invalid.
  if (records.length !== 1) return undefined;
  return /(?:^|;)[ \t]*id=([A-Za-z0-9]{1,32})[ \t]*(?:;|$)/.exec(records[0] ?? "")?.[1];
}

/** Parses a policy; undefined if it is invalid. */
export function parseStsPolicy(text: string): StsPolicy | undefined {
  const fields = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/)) {
    const [, name, value = ""] = /^([a-z0-9][\w.-]{0,31})[ \t]*:[ \t]*(.*?)[ \t]*$/i.exec(line) ?? [];
    if (name !== undefined) fields.set(name, [...fields.get(name) ?? [], value]);
    else if (line.trim() !== "") return undefined;
  }
  const [version] = fields.get("version") ?? [];
  const [mode] = fields.get("mode") ?? [];
  const [maxAge = ""] = fields.get("max_age") ?? [];
  if (version !== "STSv1" || !/^\d{1,10}$/.test(maxAge)) return undefined;
  if (mode !== "enforce" && mode !== "testing" && mode !== "none") return undefined;
  const mx = (fields.get("mx") ?? []).map((pattern) => pattern.toLowerCase());
  if (mode !== "none" && mx.length === 0) return undefined;
  return { mode, mx };
}

/** Returns whether the name of a mail server fits a policy: `*.` stands for exactly one label (§4.1). */
export function fitsStsPolicy(host: string, { mx }: StsPolicy): boolean {
  const name = host.toLowerCase();
  return mx.some((pattern) => pattern.startsWith("*.") ? name.replace(/^[^.]+/, "*") === pattern : name === pattern);
}
