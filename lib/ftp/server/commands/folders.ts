import { quotePath } from "../../codec/path_text.ts";
import { missing, pathOf, treeOf, writerOf } from "../session/paths.ts";
import { FtpRefusal } from "../refusal.ts";
import type { Answer, Session } from "../session/session.ts";
import { pathText } from "../session/virtual_path.ts";
import type { CommandRule, CommandRules } from "./rule.ts";

const CWD: CommandRule = { run: changeFolder, login: true };
const CDUP: CommandRule = { run: (session) => changeFolder(session, ".."), login: true };
const PWD: CommandRule = {
  run: ({ cwd }) => ({ code: 257, text: `${quotePath(pathText(cwd))} is the current directory` }),
  login: true,
};
const MKD: CommandRule = { run: makeFolder, login: true, logged: true };
const RMD: CommandRule = { run: removeFolder, login: true, logged: true };

/** Commands for folders (RFC 959 §4.1.3, and their older names of RFC 775). */
export const FOLDERS: CommandRules = {
  ...{ CWD, CDUP, PWD, MKD, RMD },
  ...{ XCWD: CWD, XCUP: CDUP, XPWD: PWD, XMKD: MKD, XRMD: RMD },
};

async function changeFolder(session: Session, argument: string): Promise<Answer> {
  const path = pathOf(session, argument);
  const entry = await treeOf(session).stat(path);
  if (!entry) throw missing();
  if (entry.type !== "folder") throw new FtpRefusal(550, "Not a directory");
  session.cwd = path;
  return { code: 250, text: "Directory successfully changed" };
}

async function makeFolder(session: Session, argument: string): Promise<Answer> {
  const path = pathOf(session, argument);
  await writerOf(session).makeFolder(path);
  return { code: 257, text: `${quotePath(pathText(path))} created` };
}

function removeFolder(session: Session, argument: string): Answer {
  pathOf(session, argument);
  writerOf(session);
  return { code: 550, text: "Permission denied: directories cannot be removed" };
}
