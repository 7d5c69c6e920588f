import type { FolderMail } from "../../../store/types.ts";
import { parsePop3Number } from "../../codec/command.ts";
import { accept, type Next, type OpenSession, refuse, type Run } from "./answer.ts";
import { endOfTop, sendBody } from "./body.ts";

/** Messages of a listing that are sent together. */
const LISTED_TOGETHER = 2000;
const encoder = new TextEncoder();

/** The commands after the login (RFC 1939 §5, §7). */
export const AFTER_LOGIN: Readonly<Record<string, Run<OpenSession>>> = {
  STAT: (session) => accept(session, `${session.maildrop.count} ${session.maildrop.bytes}`),
  LIST(session, rest) {
    const { maildrop } = session;
    const heading = `${maildrop.count} messages (${maildrop.bytes} octets)`;
    return list(session, rest, heading, (number, { mail }) => `${number} ${mail.size}`);
  },
  UIDL: (session, rest) => list(session, rest, "", (number, mail) => `${number} ${session.maildrop.uid(mail)}`),
  async RETR(session, rest) {
    const [, mail] = find(session, rest) ?? [];
    if (!mail) return noSuchMessage(session);
    const bytes = await session.maildrop.inbox.read(mail.uid);
    if (!bytes) return gone(session);
    accept(session, `${mail.mail.size} octets`);
    await sendBody(session, bytes);
    return "continue";
  },
  async TOP(session, rest) {
    const [number = "", count = "", more] = rest.split(" ");
    const lines = parsePop3Number(count);
    if (lines === undefined || more !== undefined) return refuse(session, "Usage: TOP message lines");
    const [, mail] = find(session, number) ?? [];
    if (!mail) return noSuchMessage(session);
    const bytes = await session.maildrop.inbox.read(mail.uid);
    if (!bytes) return gone(session);
    accept(session, "Top of message follows");
    await sendBody(session, bytes.subarray(0, endOfTop(bytes, lines)));
    return "continue";
  },
  DELE(session, rest) {
    const [number] = find(session, rest) ?? [];
    if (number === undefined) return noSuchMessage(session);
    session.maildrop.delete(number);
    return accept(session, `Message ${number} deleted`);
  },
  RSET(session) {
    session.maildrop.reset();
    return accept(session, `${session.maildrop.count} messages`);
  },
  NOOP: (session) => accept(session, ""),
};

/** QUIT after the login: the only command that deletes (RFC 1939 §6). */
export async function update(session: OpenSession): Promise<Next> {
  try {
    await session.maildrop.update();
  } catch {
    refuse(session, "[SYS/TEMP] Some deleted messages not removed");
    return "close";
  }
  accept(session, "Logging out");
  return "close";
}

function find({ maildrop }: OpenSession, text: string): readonly [number, FolderMail] | undefined {
  const number = parsePop3Number(text);
  const mail = number === undefined ? undefined : maildrop.get(number);
  return number !== undefined && mail ? [number, mail] : undefined;
}

function noSuchMessage(session: OpenSession): Next {
  return refuse(session, "No such message");
}

/** A message that another session, or the page, has deleted meanwhile. */
function gone(session: OpenSession): Next {
  return refuse(session, "[SYS/TEMP] Message no longer available");
}

async function list(
  session: OpenSession,
  rest: string,
  heading: string,
  lineOf: (number: number, mail: FolderMail) => string,
): Promise<Next> {
  if (rest !== "") {
    const [number, mail] = find(session, rest) ?? [];
    return number === undefined || !mail ? noSuchMessage(session) : accept(session, lineOf(number, mail));
  }
  accept(session, heading);
  const lines: string[] = [];
  for (const [number, mail] of session.maildrop) {
    lines.push(lineOf(number, mail));
    if (lines.length < LISTED_TOGETHER) continue;
    await session.client.write(encoder.encode(lines.splice(0).map((line) => `${line}\r\n`).join("")));
  }
  await session.client.write(encoder.encode([...lines, "."].map((line) => `${line}\r\n`).join("")));
  return "continue";
}
