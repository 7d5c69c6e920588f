import { parseByteCount, withoutListOptions } from "../../codec/command.ts";
import type { FtpEntry } from "../../codec/entry.ts";
import { formatFacts } from "../../codec/facts.ts";
import { formatListLine } from "../../codec/listing_text.ts";
import { downloadJob } from "../jobs/download.ts";
import { listingJob } from "../jobs/listing.ts";
import { uploadJob } from "../jobs/upload.ts";
import { filePathOf, listed, missing, pathOf, treeOf, writerOf } from "../session/paths.ts";
import { FtpRefusal } from "../refusal.ts";
import type { Answer, Handler, Session } from "../session/session.ts";
import type { Job } from "../connection/transfer.ts";
import type { CommandRule, CommandRules } from "./rule.ts";

/** Commands that transfer files and listings, and those that prepare for it (RFC 959 §4.1.3, RFC 3659 §5 and §7). */
export const TRANSFERS: CommandRules = {
  REST: { run: restart, login: true },
  ALLO: { run: announce, login: true },
  RETR: transferring(retrieve),
  STOR: transferring((session, argument) => store(session, argument, takeRestart(session))),
  APPE: transferring((session, argument) => {
    takeRestart(session);
    return store(session, argument, "end");
  }),
  STOU: transferring((session) => {
    takeRestart(session);
    return store(session, `upload-${crypto.getRandomValues(new Uint8Array(8)).toHex()}`, 0);
  }),
  LIST: transferring(list((entry) => formatListLine(entry, Date.now()))),
  NLST: transferring(list(({ name }, given) => given === "" ? name : `${given.replace(/\/$/, "")}/${name}`)),
  MLSD: transferring(listFacts),
};

/** Rule of a command that needs a data connection: the connection that is expected ends with it, also when it fails. */
function transferring(run: (session: Session, argument: string) => Promise<Job>): CommandRule {
  const checked: Handler = async (session, argument) => {
    const { host, passive } = session;
    try {
      if (host.engine && !session.protected) throw new FtpRefusal(521, "Data connections require PROT P");
      if (!passive) throw new FtpRefusal(425, "Use EPSV or PASV first");
      return await run(session, argument);
    } catch (error) {
      session.restart = 0;
      session.announced = undefined;
      session.passive = undefined;
      await passive?.close();
      throw error;
    }
  };
  return { run: checked, login: true, logged: true };
}

function restart(session: Session, argument: string): Answer {
  const offset = parseByteCount(argument.trim());
  if (offset === undefined) return { code: 501, text: "Syntax: REST bytes" };
  session.restart = offset;
  return { code: 350, text: `Restart position accepted (${offset})` };
}

function announce(session: Session, argument: string): Answer {
  const size = parseByteCount(/^(\S*)(?: +R +\d+)? *$/i.exec(argument)?.[1] ?? "");
  if (size === undefined) return { code: 501, text: "Syntax: ALLO bytes" };
  session.announced = size;
  return { code: 200, text: "ALLO ok" };
}

function takeRestart(session: Session): number {
  const { restart } = session;
  session.restart = 0;
  return restart;
}

async function retrieve(session: Session, argument: string): Promise<Job> {
  const offset = takeRestart(session);
  const source = await treeOf(session).open(filePathOf(session, argument));
  if (!source) throw missing();
  try {
    if (offset > source.size) {
      throw new FtpRefusal(554, `Restart position ${offset} is beyond the end of the file (${source.size} bytes)`);
    }
    if (offset > 0) await source.seek(offset);
  } catch (error) {
    source.close();
    throw error;
  }
  return downloadJob(source, offset);
}

async function store(session: Session, argument: string, offset: number | "end"): Promise<Job> {
  const { announced } = session;
  session.announced = undefined;
  const path = filePathOf(session, argument);
  const upload = await writerOf(session).store(path, { offset, size: announced });
  return uploadJob(upload, path, announced);
}

function list(line: (entry: FtpEntry, given: string) => string): (session: Session, argument: string) => Promise<Job> {
  return async (session, argument) => {
    const given = withoutListOptions(argument);
    const path = given === "" ? session.cwd : pathOf(session, given);
    session.path = path;
    const entry = await treeOf(session).stat(path);
    if (!entry) throw missing();
    if (entry.type !== "folder") return listingJob([{ ...entry, name: given }], (entry) => line(entry, ""));
    return listingJob(await listed(session, path), (entry) => line(entry, given));
  };
}

async function listFacts(session: Session, argument: string): Promise<Job> {
  const path = argument === "" ? session.cwd : pathOf(session, argument);
  session.path = path;
  const entry = await treeOf(session).stat(path);
  if (!entry) throw missing();
  if (entry.type !== "folder") throw new FtpRefusal(501, "Not a directory; use MLST");
  const { facts } = session;
  return listingJob(await listed(session, path), (entry) => formatFacts(entry, facts));
}
