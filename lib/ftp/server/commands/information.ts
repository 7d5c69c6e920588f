import { FACTS } from "../../codec/facts.ts";
import { withoutListOptions } from "../../codec/command.ts";
import { formatListLine } from "../../codec/listing_text.ts";
import { listed, pathOf, treeOf } from "../session/paths.ts";
import { FtpRefusal } from "../refusal.ts";
import type { Answer, Session } from "../session/session.ts";
import { pathText } from "../session/virtual_path.ts";
import type { CommandRules } from "./rule.ts";

/** Entries that `STAT` lists at most: they go over the control connection. */
const MAX_STAT_ENTRIES = 10_000;
/** Names of facts as they are written. */
const WRITTEN: Readonly<Record<string, string>> = { "unix.mode": "UNIX.mode" };

/** Commands that tell about the server, and change how it writes (RFC 959 §4.1.3, RFC 2389). */
export const INFORMATION: CommandRules = {
  NOOP: { run: () => ({ code: 200, text: "NOOP ok" }) },
  SYST: { run: () => ({ code: 215, text: "UNIX Type: L8" }) },
  FEAT: { run: (session) => ({ code: 211, text: ["Features:", ...features(session), "End"] }) },
  OPTS: { run: options },
  STAT: { run: stat },
  SITE: { run: () => ({ code: 502, text: "SITE is not supported" }) },
  ABOR: { run: () => ({ code: 226, text: "No transfer to abort" }) },
};

function features({ host, facts }: Session): string[] {
  const mlst = FACTS.map((fact) => `${WRITTEN[fact] ?? fact}${facts.includes(fact) ? "*" : ""};`).join("");
  return [
    ...(host.engine && !host.implicit ? ["AUTH TLS"] : []),
    "EPSV",
    ...(host.files.hashes ? ["HASH SHA-256*"] : []),
    "MDTM",
    ...(host.files.writable ? ["MFMT"] : []),
    `MLST ${mlst}`,
    "PASV",
    ...(host.engine ? ["PBSZ", "PROT"] : []),
    "REST STREAM",
    "SIZE",
    "TVFS",
    "UTF8",
    ...(host.files.hashes ? ["XSHA256"] : []),
  ];
}

function options(session: Session, argument: string): Answer {
  const [, name = "", value = ""] = /^(\S*)(?: +(.*?))? *$/s.exec(argument) ?? [];
  switch (name.toUpperCase()) {
    case "UTF8":
      if (/^(?:ON)?$/i.test(value)) return { code: 200, text: "Always in UTF8 mode" };
      return { code: 504, text: "UTF8 cannot be turned off" };
    case "MLST": {
      const wanted = value.toLowerCase().split(";");
      session.facts = FACTS.filter((fact) => wanted.includes(fact));
      const names = session.facts.map((fact) => `${WRITTEN[fact] ?? fact};`).join("");
      return { code: 200, text: `MLST OPTS${names === "" ? "" : ` ${names}`}` };
    }
    case "HASH":
      if (session.host.files.hashes && /^(?:SHA-256)?$/i.test(value)) return { code: 200, text: "SHA-256" };
      return { code: 501, text: "Unknown algorithm; use SHA-256" };
    default:
      return { code: 501, text: "Option not understood" };
  }
}

async function stat(session: Session, argument: string): Promise<Answer> {
  const { transfer, secure, user, tree, peer } = session;
  const path = withoutListOptions(argument);
  if (transfer) return { code: 211, text: `Transfer in progress: ${transfer.bytes} bytes` };
  if (path === "") {
    const login = tree ? `Logged in as ${user}` : "Not logged in";
    const protection = secure ? "TLS" : "no TLS";
    return { code: 211, text: ["Toucan FTP server", `Connected to ${peer}, ${protection}`, login, "End"] };
  }
  if (!tree) return { code: 530, text: "Please log in with USER and PASS" };
  const target = pathOf(session, path);
  const entry = await treeOf(session).stat(target);
  if (!entry) throw new FtpRefusal(450, "No such file or directory");
  const entries = entry.type === "folder" ? await listed(session, target) : [{ ...entry, name: path }];
  if (entries.length > MAX_STAT_ENTRIES) return { code: 450, text: "Too many entries; use LIST" };
  const lines = entries.map((entry) => formatListLine(entry, Date.now()));
  return { code: entry.type === "folder" ? 212 : 213, text: [`Status of ${pathText(target)}:`, ...lines, "End"] };
}
