import { type Line, LineSplitter, NetworkError } from "../../../core/mod.ts";
import type { FtpListing } from "../../codec/entry.ts";
import { parseFactLines } from "../../codec/facts.ts";
import { MAX_LINE_BYTES, MAX_LISTING_BYTES, MAX_LISTING_ENTRIES } from "../../codec/limits.ts";
import { parseListing } from "../../codec/listing/list.ts";
import { confirmed, settled } from "../transfer/end_transfer.ts";
import { FtpRefusedError } from "../refusal.ts";
import { type FtpSession, remotePath } from "../session.ts";
import { beginTransfer } from "../transfer/transfer.ts";

const BUFFER_BYTES = 64 * 1024;

/** Lines of a listing, and the number of those that are not text in UTF-8, or too long. */
interface Lines {
  readonly lines: string[];
  readonly unreadable: number;
}

/**
 * Lists a folder by `MLSD`, else by `LIST`. Where possible, the folder is entered before: how a server reads the argument of `LIST`
 * is its own affair.
 */
export async function listFolder(session: FtpSession, path: string, operation: string): Promise<FtpListing> {
  if (session.mlsd) {
    try {
      return sum(await linesOf(session, path, operation, "MLSD"), parseFactLines);
    } catch (error) {
      if (!isUnknownCommand(error)) throw error;
      session.mlsd = false;
    }
  }
  const parse = (lines: readonly string[]) => parseListing(lines, Date.now());
  if (session.listOption !== undefined && session.home !== undefined) {
    try {
      const found = await linesOf(session, path, operation, "LIST", session.listOption);
      // A listing with all entries has at least that of the folder itself. Without any, the option was taken for a name.
      if (found.lines.length > 0) return sum(found, parse);
    } catch (error) {
      if (!(error instanceof FtpRefusedError) || error.code === "no-such-file") throw error;
    }
    session.listOption = undefined;
  }
  return sum(await linesOf(session, path, operation, "LIST"), parse);
}

function sum({ lines, unreadable }: Lines, parse: (lines: readonly string[]) => FtpListing): FtpListing {
  const parsed = parse(lines);
  return { entries: parsed.entries, unreadable: parsed.unreadable + unreadable };
}

/** Whether the server does not know a command (500, 502, 504), in spite of its features. */
function isUnknownCommand(error: unknown): boolean {
  return error instanceof FtpRefusedError && [500, 502, 504].includes(error.reply.code);
}

async function linesOf(
  session: FtpSession,
  path: string,
  operation: string,
  verb: string,
  option?: string,
): Promise<Lines> {
  const where = remotePath(session, path);
  const enters = session.home !== undefined;
  const transfer = await beginTransfer(session, {
    before: enters ? [{ verb: "CWD", argument: where, refused: { missing: true } }] : [],
    command: { verb, argument: enters ? option : where },
    operation,
  });
  const { data } = transfer;
  let gathered: Lines;
  try {
    gathered = await gather(data, operation);
    if (data.connection.security) await data.finish().catch(() => {});
  } catch (error) {
    data.close();
    throw await settled(session, transfer, error);
  }
  data.close();
  await confirmed(session, transfer);
  return gathered;
}

async function gather(
  data: { read(into: Uint8Array): Promise<number | null>; readonly bytes: number },
  operation: string,
): Promise<Lines> {
  const splitter = new LineSplitter({ limit: MAX_LINE_BYTES });
  const buffer = new Uint8Array(BUFFER_BYTES);
  const lines: string[] = [];
  let unreadable = 0;
  const add = ({ text, problem }: Line) => void (problem ? unreadable++ : lines.push(text));
  for (let count = await data.read(buffer); count !== null; count = await data.read(buffer)) {
    splitter.push(buffer.subarray(0, count)).forEach(add);
    if (data.bytes > MAX_LISTING_BYTES) throw tooLarge(operation, `${MAX_LISTING_BYTES} bytes`);
    if (lines.length + unreadable > MAX_LISTING_ENTRIES) throw tooLarge(operation, `${MAX_LISTING_ENTRIES} entries`);
  }
  const last = splitter.end();
  if (last) add(last);
  return { lines, unreadable };
}

function tooLarge(operation: string, limit: string): NetworkError {
  return new NetworkError(`cannot ${operation}: the listing has more than ${limit}`, {
    code: "listing-too-large",
    operation,
  });
}
