import { CHAT_TARGETS } from "./targets/chat.ts";
import { DNS_TARGETS } from "./targets/dns.ts";
import { FTP_TARGETS } from "./targets/ftp.ts";
import { HTTP_TARGETS } from "./targets/http.ts";
import { MAIL_TARGETS } from "./targets/mail.ts";
import { NAME_TARGETS } from "./targets/names.ts";
import type { FuzzTarget } from "./target.ts";

/** The codecs that are fuzzed, by name. */
export const TARGETS: Readonly<Record<string, FuzzTarget>> = {
  ...HTTP_TARGETS,
  ...CHAT_TARGETS,
  ...FTP_TARGETS,
  ...MAIL_TARGETS,
  ...NAME_TARGETS,
  ...DNS_TARGETS,
};
