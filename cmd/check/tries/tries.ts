import type { Finding, Target } from "../../../lib/check/mod.ts";
import { DNS_TRIES } from "./dns.ts";
import { type Given, NOTHING_GIVEN } from "./given.ts";
import { HTTP_TRIES } from "./http.ts";
import { LINK_TRIES } from "./link.ts";
import { MAIL_TRIES } from "./mail.ts";
import { NAME_TRIES } from "./name.ts";
import { withPlain } from "./plain.ts";
import { REACH_TRIES } from "./reach.ts";
import { shellWord } from "./shell_word.ts";
import { TLS_TRIES } from "./tls.ts";
import type { Try } from "./try.ts";
import { withGiven } from "./with_given.ts";

/** The same with more time than the default. */
const longer: Try = (_, target) =>
  target.kind === "machine"
    ? ["check --timeout 30s"]
    : withPlain(target.text, (text) => [`check --timeout 30s ${text}`]);

const TRIES: Readonly<Record<string, Try | undefined>> = {
  ...LINK_TRIES,
  ...NAME_TRIES,
  ...REACH_TRIES,
  ...TLS_TRIES,
  ...HTTP_TRIES,
  ...MAIL_TRIES,
  ...DNS_TRIES,
  "probe-timed-out": longer,
};

/** Returns the commands to try for a finding, which run as they stand in a shell, and ask what the check asked with what it was given. */
export function triesOf({ code, data }: Finding, target: Target, given: Given = NOTHING_GIVEN): readonly string[] {
  return (TRIES[code]?.(data, target) ?? []).map((line) =>
    ["toucan", ...withGiven(line, given, target)].map(shellWord).join(" ")
  );
}
