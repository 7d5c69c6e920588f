import type { ToucanError } from "../core/errors/errors.ts";

/** What to do about an error, by its code, in the options of the tools. */
const HINTS: Readonly<Record<string, string>> = {
  "auth-without-tls": "use TLS, or permit it with --auth-without-tls",
  "body-too-large": "attach it with --attach",
  "no-recipient": "name recipients with --to, --cc or --bcc",
  "not-utf8": "attach it with --attach",
  "pin-mismatch": "if that is the expected key, give it with --pin",
  "proxy-authentication": "give user and password with the proxy: http://USER:PASSWORD@HOST:PORT",
  "proxy-tls": "get trusts further authorities for proxies with --proxy-cacert FILE",
  "starttls-missing": "for TLS from the first byte use --tls implicit; to send over a plain connection, --tls none",
  "tls-client-certificate-missing": "the client needs a certificate of an authority in --client-ca (curl --cert)",
  "tls-client-unknown-issuer":
    "add its authority to --client-ca FILE; the client has to send its intermediate certificates itself",
  "tls-client-unverifiable-key": "issue the client certificate as version 3 (openssl x509 -req with -extfile)",
  "tls-client-unproved": "another client may be using a certificate that is not its own",
  "tls-bad-name": "verify another name with --sni NAME",
  "tls-bad-purpose": "issue a certificate for servers (extended key usage serverAuth), or trust its key with --pin",
  "tls-client-certificate": "give it with --cert FILE and --key FILE",
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
  "tls-unknown-issuer": "trust its authority with --cacert FILE, or its key with --pin",
  "tls-unproved": "another machine may be answering in place of the server",
  "tls-unverifiable-key":
    "issue it as version 3 (openssl x509 -req with -extfile), or trust its authority with --cacert FILE",
  "tls-unsupported-key": "give the server a key on P-256 or P-384, or TLS 1.3",
  "tls-weak-key": "make a new key for the server: RSA of 2048 bits, or P-256",
};

/** What to do about an error, where something is known. */
export function hintOf(error: ToucanError): string | undefined {
  return error.hint ?? HINTS[error.code];
}
