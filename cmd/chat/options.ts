import { kind, option } from "../../lib/cli/mod.ts";

/** The ports of IRC without TLS, with it (RFC 7194), and of the page. */
export const [PORT, TLS_PORT, WEB_PORT] = [6667, 6697, 8067];
const passwordHelp = "the file whose first line is the password (else: TOUCAN_PASSWORD)";
/** The option for the password of the server or account. */
export const passwordFile = option(kind.file, passwordHelp, { reads: true, startup: true });
