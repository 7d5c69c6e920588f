import { showUntrusted, UsageError } from "../../../core/mod.ts";
import { requestFolder, type RequestPiece, spaced } from "../codec/request.ts";
import { type ImapFolderName, parseFolder } from "../codec/response/folder.ts";
import { ImapResponseError } from "../codec/response/values.ts";
import { FolderState } from "./folder.ts";
import { ImapRefusedError } from "./refusal.ts";
import type { ImapSession } from "./session.ts";

/** Folders of an account. */
const MAX_FOLDERS = 20_000;
const MAX_LIST_BYTES = 16 * 2 ** 20;
/** Names of folders in a hint. */
const MAX_HINTED = 20;

/**
 * Formats the name of a folder.
 *
 * @throws {UsageError} `injection`.
 */
export function folderPiece(name: string): RequestPiece {
  try {
    return requestFolder(name);
  } catch {
    throw new UsageError("the name of a folder cannot contain control characters", { code: "injection" });
  }
}

/** Lists folders. */
export async function listFolders(session: ImapSession, pattern: string): Promise<ImapFolderName[]> {
  const found: ImapFolderName[] = [];
  const status = await session.run(spaced("LIST", '""', folderPiece(pattern)), {
    onData({ name, values }) {
      if (name !== "LIST") return;
      if (found.length >= MAX_FOLDERS) throw new ImapResponseError(`more than ${MAX_FOLDERS} folders`);
      found.push(parseFolder(values));
    },
    ...{ expected: MAX_FOLDERS, expectedBytes: MAX_LIST_BYTES },
  });
  if (status.status !== "OK") throw new ImapRefusedError(session.peer, "LIST", status, "imap-refused");
  return found;
}

/** Opens a folder; an error names those that there are. */
export async function openFolder(session: ImapSession, name: string, readOnly: boolean): Promise<FolderState> {
  const command = spaced(readOnly ? "EXAMINE" : "SELECT", folderPiece(name));
  const folder = new FolderState(name, readOnly);
  session.folderData = (response) => folder.take(response);
  const status = await session.run(command);
  if (status.status !== "OK") {
    session.folderData = undefined;
    const hint = await folderHint(session);
    throw new ImapRefusedError(session.peer, `folder ${showUntrusted(name)}`, status, "no-such-folder", hint);
  }
  if (status.code?.name === "READ-ONLY") folder.readOnly = true;
  if (folder.uidValidity === 0) throw session.channel.fault("imap-invalid-response", "has no lasting UIDs");
  folder.arrived = false;
  return folder;
}

async function folderHint(session: ImapSession): Promise<string | undefined> {
  const names = (await listFolders(session, "*"))
    .filter(({ attributes }) => !attributes.some((one) => /^\\(?:noselect|nonexistent)$/i.test(one)))
    .map(({ name }) => showUntrusted(name, { limit: 60 }));
  const more = names.length > MAX_HINTED ? ", …" : "";
  return names.length === 0 ? undefined : `folders of the server: ${names.slice(0, MAX_HINTED).join(", ")}${more}`;
}
