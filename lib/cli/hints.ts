import type { ToucanError } from "../core/errors/errors.ts";

/** A hint, or a function that makes it from the fields of the error. */
type Hint = string | ((error: ToucanError) => string | undefined);

/** Hints in the options of the tools, by the code of the error, or by `code/reason` where it has a reason. */
export const HINTS: Readonly<Record<string, Hint>> = {
  "allow-required": "use --allow CIDR",
  "auth-without-tls": "use TLS, or allow it with --auth-without-tls",
  "body-too-large": "attach it with --attach",
  "cannot-edit/parsers-disagree": "toucan url --compare shows what they read",
  "chat-refused/password": "specify the password with --password-file",
  "data-key-mismatch": "another machine may be answering in place of the server",
  "disk-full/history": "specify another file with --history, or omit it",
  "file-exists/not-a-part": "move it away, or overwrite it with --force",
  "file-exists/not-replaced": "--force replaces it when the new file is complete",
  "history-busy": "specify another file with --history, or omit it",
  "history-unusable": "specify another file with --history, or omit it",
  "http-status/unauthorized": "authenticate with --user and --password-file",
  "login-refused/unprotected": "the server requires TLS: use --ftp-tls",
  "login-refused": "authenticate with --user and --password-file",
  "message-too-large/limit": "use --max-size to read it",
  "name-server-failed": ({ operation, peer }) =>
    operation === "look up" && peer !== undefined ? `for details, run toucan resolve ${peer}` : undefined,
  "no-recipient": "specify recipients with --to, --cc or --bcc",
  "no-records/system-resolver":
    "the system does not report whether the name exists or a server failed; --server asks one that does",
  "no-signatures": "specify another server with --server",
  "not-a-listing": "file get and file ls require a server of toucan file serve; toucan get downloads from any server",
  "not-a-page": "--save saves any file",
  "not-utf8/body": "attach it with --attach",
  "referral": "use one of those with --server, or a recursive server",
  "is-a-file": "leave out the / at the end of the URL to download it",
  "is-a-folder": "end the URL with / to list it",
  "preauth-without-tls": "use --tls implicit for TLS from the first byte, or --tls none for a plain connection",
  "server-refused/greeting": "specify another EHLO name with --helo",
  "several-messages": "end the path with / to save each in a folder, or use --as maildir or mbox",
  "starttls-missing": "use --tls implicit for TLS from the first byte, or --tls none for a plain connection",
  "transfer-refused/REFUSED": "the server may require a key (--tsig FILE), or allow other addresses only",
  "tsig-failed/BADTIME": "set the clock of this machine, or that of the server",
  "upload-unprotected": "require a password with --user and --password-file, or use --allow-anonymous-upload",
  "user-missing": "specify the user with --user, or in the URL",
  "usage/key-pair": "specify both --cert and --key",
  "usage/unix-reply": "toucan udp echo and toucan udp send --wait can",
  "open-resolver": "use --allow with the networks of your clients",
  "pin-mismatch": "another machine may be answering in place of the server; if its key was replaced, change --pin",
  "proxy-authentication": "use --proxy http://USER:PASSWORD@HOST:PORT",
  "proxy-tls": "get trusts further authorities for proxies with --proxy-cacert FILE",
  "tls-client-certificate-missing": "the client needs a certificate of an authority in --client-ca (curl --cert)",
  "tls-client-unknown-issuer":
    "add its authority to --client-ca FILE; the client has to send its intermediate certificates itself",
  "tls-client-unverifiable-key": "issue the client certificate as version 3 (openssl x509 -req with -extfile)",
  "tls-client-unproved": "another client may be using a certificate that is not its own",
  "tls-bad-name": "verify another name with --sni NAME",
  "tls-bad-purpose": "issue a certificate for servers (extended key usage serverAuth), or trust its key with --pin",
  "tls-client-certificate": "use --cert FILE and --key FILE",
  "tls-client-certificate-rejected":
    "check --cert and --key: the server trusts other authorities, or the dates are wrong",
  "tls-authority-as-server": "trust the very certificate with --cacert FILE, or its key with --pin",
  "tls-expired": "renew the certificate on the server; --pin trusts its key whatever the dates",
  "tls-incomplete-chain": "configure the server to send its whole chain, or add that certificate to --cacert FILE",
  "tls-name-mismatch": "connect to a name of the certificate, or verify one of them with --sni NAME",
  "tls-no-names":
    "issue the certificate with subject alternative names (openssl req -addext subjectAltName=DNS:NAME), or trust its key with --pin",
  "tls-not-spoken": "connect to the port for TLS, or without TLS",
  "tls-not-yet-valid": "check the clocks of both machines",
  "tls-session-reuse":
    "on the server, set require_ssl_reuse=NO (vsftpd) or TLSOptions NoSessionReuseRequired (ProFTPD)",
  "tls-unknown-issuer": "trust its authority with --cacert FILE, or its key with --pin",
  "tls-unproved": "another machine may be answering in place of the server",
  "tls-unverifiable-key":
    "issue it as version 3 (openssl x509 -req with -extfile), or trust its authority with --cacert FILE",
  "tls-unsupported-key": "use a key on P-256 or P-384 on the server, or TLS 1.3",
  "tls-weak-key": "make a new key for the server: RSA of 2048 bits, or P-256",
};

/** Returns the hint for an error: its own, or that of the tools for its reason or code. */
export function hintOf(error: ToucanError): string | undefined {
  const { code, reason } = error;
  const found = (reason === undefined ? undefined : HINTS[`${code}/${reason}`]) ?? HINTS[code];
  return error.hint ?? (typeof found === "function" ? found(error) : found);
}
