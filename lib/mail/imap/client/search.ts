import { UsageError } from "../../../core/mod.ts";
import { requestSearch } from "../codec/request.ts";
import { parseFound } from "../codec/response/folder.ts";
import { ImapRefusedError } from "./refusal.ts";
import type { ImapSession } from "./session.ts";

/** Messages that a search finds. */
const MAX_FOUND_COUNT = 1_000_000;
/** Bytes of as many UIDs in a line. */
const MAX_FOUND_BYTES = 2 ** 23;

/**
 * Searches the open folder, and returns UIDs in ascending order.
 *
 * @throws {UsageError} `invalid-search`.
 * @throws {ImapRefusedError} `search-refused`.
 */
export async function searchUids(session: ImapSession, keys: string): Promise<number[]> {
  const request = requestSearch(keys);
  if (!request) {
    const form = "use keys of IMAP such as UNSEEN FROM ada, with texts of several words in double quotes";
    throw new UsageError(`invalid search: ${form}`, { code: "invalid-search" });
  }
  const { pieces, charset } = request;
  const how = session.capabilities.has("ESEARCH") ? "RETURN (ALL) " : "";
  let found: number[] = [];
  const status = await session.run([`UID SEARCH ${how}${charset ? "CHARSET UTF-8 " : ""}`, ...pieces], {
    ...{ expectedBytes: MAX_FOUND_BYTES, line: MAX_FOUND_BYTES },
    onData({ name, values }) {
      if (name !== "SEARCH" && name !== "ESEARCH") return;
      // A server may send several answers.
      found = found.concat(parseFound(name, values, MAX_FOUND_COUNT - found.length));
    },
  });
  if (status.status !== "OK") throw new ImapRefusedError(session.peer, "the search", status, "search-refused");
  return [...new Set(found)].sort((one, other) => one - other);
}
