/** Attributes of RFC 6154 §2, by the names in lower case that mail clients give such mailboxes. */
const ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ...["archive", "archives"].map((name) => [name, "\\Archive"] as const),
  ...["drafts"].map((name) => [name, "\\Drafts"] as const),
  ...["junk", "spam"].map((name) => [name, "\\Junk"] as const),
  ...["sent", "sent items", "sent messages"].map((name) => [name, "\\Sent"] as const),
  ...["trash", "deleted items", "deleted messages"].map((name) => [name, "\\Trash"] as const),
]);

/** Returns the attribute that tells what a mailbox of the first level is used for (RFC 6154); undefined when its name tells nothing. */
export function specialUse(name: string): string | undefined {
  return ATTRIBUTES.get(name.toLowerCase());
}
