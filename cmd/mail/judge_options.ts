import { flag, kind, list, option, type Values } from "../../lib/cli/mod.ts";
import { isHostAddress, plainIP, UsageError } from "../../lib/core/mod.ts";
import type { LinkCheckOptions, SinkJudgeOptions } from "../../lib/mail/mod.ts";

const JUDGE = { with: ["judge"], group: "checks" };

const ip = kind.parsed("ADDRESS", "an IP address", (text) => {
  if (!isHostAddress(text)) throw new UsageError(`invalid IP address "${text}"`);
  return plainIP(text);
});

/** Options of `mail sink` for what is found out about messages. */
export const JUDGE_OPTIONS = {
  "judge": flag("check SPF, DKIM and DMARC of mail as it arrives, by DNS", { group: "checks" }),
  "judge-as": option(ip, "check SPF as if clients had this address: the server that will send the mail", JUDGE),
  "name-server": list(kind.text("SERVER"), "name server to ask for --judge (default: the system's)", JUDGE),
  "check-links": option(
    kind.choice("public", "all"),
    "let the page and the API request the links of a message; all: also at loopback and private addresses",
    { group: "checks", without: ["smtp-only"], because: "links are checked on the page or by the API" },
  ),
};

type JudgeValues = Values<typeof JUDGE_OPTIONS>;

/** Permissions for name servers of the system. */
export function judgeNeeds({ judge, "name-server": servers }: JudgeValues): { read: string[]; env: string[] } {
  const asksSystem = judge && servers.length === 0;
  return { read: asksSystem ? ["/etc/resolv.conf"] : [], env: asksSystem ? ["LOCALDOMAIN", "RES_OPTIONS"] : [] };
}

/** Returns how messages are judged; undefined when they are not. */
export function judgeOf({ judge, "judge-as": ip, "name-server": servers }: JudgeValues): SinkJudgeOptions | undefined {
  return judge ? { ip, servers: servers.length > 0 ? servers : undefined } : undefined;
}

/** Returns how links are checked; undefined when they are not. */
export function linksOf({ "check-links": links }: JudgeValues): LinkCheckOptions | undefined {
  return links && (links === "all" ? { refuse: [] } : {});
}
