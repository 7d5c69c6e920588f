import { packFacts } from "../index/facts.ts";
import { regionOf } from "../inbox/search/region.ts";
import { clipped, summaryOf } from "../inbox/view.ts";
import { type Entity, readEntities } from "../mime/entity.ts";
import { withLineEnds } from "../mime/line_ends.ts";
import { parseMail } from "../mime/parse_mail.ts";
import type { IndexEntry, IndexItem, IndexRequest, MailContents } from "./protocol.ts";

/** Characters of a message's text that a search looks into. */
const SEARCHED = 100_000;

/** Returns what an index has of each message; undefined where a file cannot be read. */
export function indexAll({ items, contents }: IndexRequest): (IndexEntry | undefined)[] {
  return items.map((item) => {
    const stored = bytesOf(item);
    if (!stored) return undefined;
    const bytes = withLineEnds(stored);
    const root = attempt(() => readEntities(bytes));
    const facts = packFacts(stored, { bytes, root });
    return contents ? { facts, contents: contentsOf(item, bytes, root) } : { facts };
  });
}

function bytesOf({ bytes, path }: IndexItem): Uint8Array | undefined {
  if (bytes || path === undefined) return bytes;
  try {
    // Nothing else waits for this thread.
    return Deno.readFileSync(path);
  } catch {
    // It was moved, or must not be read here: it is sent.
    return undefined;
  }
}

function contentsOf({ mail }: IndexItem, bytes: Uint8Array, root: Entity | undefined): MailContents {
  const parsed = root && attempt(() => parseMail(bytes, root));
  const text = (parsed?.text ?? parsed?.html ?? "").slice(0, SEARCHED);
  return { region: regionOf(clipped(summaryOf(mail, parsed)), text), attachments: parsed?.attachments.length ?? 0 };
}

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
