/** Type of the records that {@link MailDnsLookup} looks for. */
export type MailDnsType = "A" | "AAAA" | "MX" | "PTR" | "TXT";

/**
 * Returns the records of a name as texts, none where there are none: addresses, names of mail servers in order of preference, names of
 * a reverse name, or the joined strings of TXT records, one character for each byte. Rejects when that cannot be told.
 */
export type MailDnsLookup = (name: string, type: MailDnsType) => Promise<readonly string[]>;
