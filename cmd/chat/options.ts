import { kind, option } from "../../lib/cli/mod.ts";

/** Default ports: IRC without TLS, IRC with TLS (RFC 7194), and the page. */
export const [PORT, TLS_PORT, WEB_PORT] = [6667, 6697, 8067];
const passwordHelp = "the file whose first line is the password (else: TOUCAN_PASSWORD)";
/** Option for the password of the server or account. */
export const passwordFile = option(kind.file, passwordHelp, { reads: true, startup: true });
