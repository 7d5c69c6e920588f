import { type FtpEntry, isEntryName } from "../../codec/entry.ts";
import type { FtpPath, FtpTree, FtpWriter } from "../files.ts";
import { FtpRefusal } from "../refusal.ts";
import type { Session } from "./session.ts";
import { resolvePath } from "./virtual_path.ts";

/** Returns the path in an argument, and notes it for the log. */
export function pathOf(session: Session, argument: string): FtpPath {
  return session.path = resolvePath(session.cwd, argument);
}

/** Returns the path of a file in an argument, and notes it for the log: with a slash at its end it names a directory. */
export function filePathOf(session: Session, argument: string): FtpPath {
  const path = pathOf(session, argument);
  if (/\/\.{0,2}$/.test(argument)) throw new FtpRefusal(553, "The path names a directory");
  return path;
}

/** Returns the files of a client that has logged in. */
export function treeOf({ tree }: Session): FtpTree {
  if (!tree) throw new FtpRefusal(530, "Please log in with USER and PASS");
  return tree;
}

/** Returns what changes files. */
export function writerOf(session: Session): FtpWriter {
  const { writer } = treeOf(session);
  if (!writer) throw new FtpRefusal(550, "Permission denied: the server accepts no uploads");
  return writer;
}

/** Returns the entries of a folder whose names can be sent. */
export async function listed(session: Session, path: FtpPath): Promise<FtpEntry[]> {
  const entries = await treeOf(session).list(path);
  if (!entries) throw new FtpRefusal(550, "No such directory");
  return entries.filter(({ name }) => isEntryName(name));
}

/** Returns the refusal for a path that does not exist. */
export function missing(): FtpRefusal {
  return new FtpRefusal(550, "No such file or directory");
}
