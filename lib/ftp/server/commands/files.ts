import { formatFacts } from "../../codec/facts.ts";
import { formatTimeValue, parseTimeValue } from "../../codec/time_value.ts";
import type { FtpPath } from "../files.ts";
import { missing, pathOf, treeOf, writerOf } from "../session/paths.ts";
import { FtpRefusal } from "../refusal.ts";
import type { Answer, Session } from "../session/session.ts";
import { pathText } from "../session/virtual_path.ts";
import type { CommandRules } from "./rule.ts";

/** Commands for the properties and names of files (RFC 959 §4.1.3, RFC 3659, draft-somers-ftp-mfxx, draft-bryan-ftpext-hash). */
export const FILES: CommandRules = {
  SIZE: { run: size, login: true },
  MDTM: { run: modified, login: true },
  MFMT: { run: setModified, login: true, logged: true },
  MLST: { run: facts, login: true },
  HASH: {
    async run(session, argument) {
      const { path, hex, size } = await digest(session, argument);
      return { code: 213, text: `SHA-256 0-${Math.max(0, size - 1)} ${hex} ${pathText(path)}` };
    },
    login: true,
    logged: true,
  },
  XSHA256: {
    async run(session, argument) {
      const quoted = /^"(.+)"$/s.exec(argument)?.[1];
      return { code: 250, text: (await digest(session, quoted ?? argument)).hex.toUpperCase() };
    },
    login: true,
    logged: true,
  },
  DELE: {
    async run(session, argument) {
      await writerOf(session).remove(pathOf(session, argument));
      return { code: 250, text: "File deleted" };
    },
    login: true,
    logged: true,
  },
  RNFR: {
    async run(session, argument) {
      const from = pathOf(session, argument);
      await writerOf(session).checkRename(from);
      session.renameFrom = from;
      return { code: 350, text: "Ready for RNTO" };
    },
    login: true,
  },
  RNTO: {
    async run(session, argument) {
      const { renameFrom } = session;
      session.renameFrom = undefined;
      if (!renameFrom) return { code: 503, text: "RNFR required first" };
      await writerOf(session).rename(renameFrom, pathOf(session, argument));
      return { code: 250, text: "Rename successful" };
    },
    login: true,
    logged: true,
  },
};

async function size(session: Session, argument: string): Promise<Answer> {
  const path = pathOf(session, argument);
  const tree = treeOf(session);
  const entry = await tree.stat(path);
  if (entry && entry.type !== "file") throw new FtpRefusal(550, "Not a regular file");
  // Where an upload was interrupted, its client asks for the size to continue there.
  const size = entry ? entry.size ?? 0 : tree.writer?.partSize(path);
  if (size === undefined) throw missing();
  return { code: 213, text: `${size}` };
}

async function modified(session: Session, argument: string): Promise<Answer> {
  const entry = await treeOf(session).stat(pathOf(session, argument));
  if (!entry) throw missing();
  if (entry.type !== "file" || entry.modified === undefined) throw new FtpRefusal(550, "Not a regular file");
  return { code: 213, text: formatTimeValue(Math.floor(entry.modified / 1000) * 1000) };
}

async function setModified(session: Session, argument: string): Promise<Answer> {
  const [, text = "", name = ""] = /^(\S+) (.+)$/s.exec(argument) ?? [];
  const time = parseTimeValue(text);
  if (time === undefined) return { code: 501, text: "Syntax: MFMT YYYYMMDDHHMMSS path" };
  await writerOf(session).setModified(pathOf(session, name), time);
  return { code: 213, text: `Modify=${text}; ${name}` };
}

async function facts(session: Session, argument: string): Promise<Answer> {
  const path = argument === "" ? session.cwd : pathOf(session, argument);
  const entry = await treeOf(session).stat(path);
  if (!entry) throw missing();
  const line = formatFacts({ ...entry, name: pathText(path) }, session.facts);
  return { code: 250, text: [`Listing ${pathText(path)}`, line, "End"] };
}

async function digest(
  session: Session,
  argument: string,
): Promise<{ readonly path: FtpPath; readonly hex: string; readonly size: number }> {
  const path = pathOf(session, argument);
  const tree = treeOf(session);
  if (!tree.sha256) throw new FtpRefusal(502, "Command not implemented");
  const digest = await tree.sha256(path);
  if (!digest) throw missing();
  return { path, ...digest };
}
