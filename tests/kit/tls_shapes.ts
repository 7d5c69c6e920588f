/**
 * A kind of certificate in use: the `openssl` commands that create it, and the expected results of a client. If results
 * differ between servers, the codes are separated by `|`; an empty one stands for success.
 */
export interface TlsShape {
  /** Description. */
  readonly name: string;
  /** Shell lines that write `NAME.crt` (the certificate of the server first) and `NAME.key`; `$1` is the name. */
  readonly make: string;
  /** File for `caCerts`. @default the certificate itself */
  readonly trusted?: string;
  /** Error code with a pin; none if it works. */
  readonly pin?: string;
  /** Error code without verification; none if it works. */
  readonly insecure?: string;
  /** Error code with `caCerts` and the host `localhost`; none if it works. */
  readonly byName?: string;
  /** Error code with `caCerts` and the host 127.0.0.1; none if it works. */
  readonly byAddress?: string;
}

const SELF = 'openssl req -x509 -nodes -newkey $KEY -keyout "$1.key" -out "$1.crt" -subj /CN=localhost -days 30';
const EC = SELF.replace("$KEY", "ec -pkeyopt ec_paramgen_curve:prime256v1");
const NAMES = "-addext subjectAltName=DNS:localhost,IP:127.0.0.1";

/** Shell lines for a certificate issued by `$2`, with the given extensions. */
function issued(by: string, extensions: string): string {
  return `openssl req -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -keyout "$1.key" -out "$1.csr" -subj /CN=localhost
printf '${extensions}' > "$1.ext"
openssl x509 -req -in "$1.csr" -CA ${by}.crt -CAkey ${by}.key -CAcreateserial -days 30 -extfile "$1.ext" -out "$1.crt"`;
}

const SAN = "subjectAltName=DNS:localhost,IP:127.0.0.1";

/** Shell lines for a self-signed certificate that is valid between two times. */
function dated(start: string, end: string): string {
  return `openssl req -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -keyout "$1.key" -out "$1.csr" -subj /CN=localhost
printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=%s.db\\nserial=%s.srl\\nnew_certs_dir=.\\npolicy=p\\ndefault_md=sha256\\n[p]\\ncommonName=supplied\\n[x]\\n${SAN}' "$1" "$1" > "$1.cnf"
: > "$1.db"; echo 01 > "$1.srl"
openssl ca -batch -selfsign -config "$1.cnf" -extensions x -in "$1.csr" -keyfile "$1.key" -startdate ${start} -enddate ${end} -notext -out "$1.crt"`;
}

/** Creates the authorities that issue some of the certificates. */
export const AUTHORITIES = `
openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -keyout root.key -out root.crt -subj /CN=Root -days 30
openssl req -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -keyout middle.key -out middle.csr -subj /CN=Middle
printf 'basicConstraints=critical,CA:TRUE' > middle.ext
openssl x509 -req -in middle.csr -CA root.crt -CAkey root.key -CAcreateserial -days 30 -extfile middle.ext -out middle.crt
`;

/**
 * Expected results for a certificate without subject alternative names: its subject is accepted only with its own file.
 */
const COMMON_NAME = { byAddress: "tls-no-names" } as const;

const WEAK = "tls-weak-key|tls-unproved|tls-handshake";
/** OpenSSL rejects it with TLS 1.2, for which the client offers no such curve. */
const P521 = "|tls-unsupported-key";

/** The kinds of certificates. */
export const SHAPES: readonly TlsShape[] = [
  { name: "rsa-2048-default", make: SELF.replace("$KEY", "rsa:2048"), ...COMMON_NAME },
  { name: "rsa-4096", make: `${SELF.replace("$KEY", "rsa:4096")} ${NAMES}` },
  {
    name: "rsa-1024",
    make: SELF.replace("$KEY", "rsa:1024"),
    // A server with only TLS 1.3 does not send it before the client certificate is verified, and some servers reject it
    // themselves.
    ...{ pin: WEAK, insecure: WEAK, byName: WEAK, byAddress: `${WEAK}|tls-no-names|tls-authority-as-server` },
  },
  { name: "p256-default", make: EC, ...COMMON_NAME },
  { name: "p256-names", make: `${EC} ${NAMES}` },
  { name: "p384", make: `${SELF.replace("$KEY", "ec -pkeyopt ec_paramgen_curve:secp384r1")} ${NAMES}` },
  {
    name: "p521",
    make: `${SELF.replace("$KEY", "ec -pkeyopt ec_paramgen_curve:secp521r1")} ${NAMES}`,
    ...{ pin: P521, insecure: P521, byName: P521, byAddress: P521 },
  },
  { name: "ed25519", make: `${SELF.replace("$KEY", "ed25519")} ${NAMES}` },
  { name: "not-an-authority", make: `${EC} ${NAMES} -addext basicConstraints=critical,CA:FALSE` },
  {
    name: "expired",
    make: dated("20200101000000Z", "20210101000000Z"),
    ...{ byName: "tls-expired", byAddress: "tls-expired" },
  },
  {
    name: "not-yet-valid",
    make: dated("20400101000000Z", "20410101000000Z"),
    ...{ byName: "tls-not-yet-valid", byAddress: "tls-not-yet-valid" },
  },
  {
    name: "another-name",
    make: `${EC} -addext subjectAltName=DNS:other.test`,
    ...{ byName: "tls-name-mismatch", byAddress: "tls-name-mismatch" },
  },
  {
    name: "wildcard",
    make: `${EC} -addext subjectAltName=DNS:*.example.test`,
    ...{ byName: "tls-name-mismatch", byAddress: "tls-name-mismatch" },
  },
  { name: "address-only", make: `${EC} -addext subjectAltName=IP:127.0.0.1`, byName: "tls-name-mismatch" },
  {
    name: "many-names",
    make: `${EC} -addext "subjectAltName=DNS:localhost,IP:127.0.0.1$(seq -f ,DNS:host%g.example.test -s '' 200)"`,
  },
  {
    name: "for-clients",
    make: `${EC} ${NAMES} -addext extendedKeyUsage=clientAuth`,
    ...{ byName: "tls-bad-purpose", byAddress: "tls-bad-purpose" },
  },
  { name: "for-servers", make: `${EC} ${NAMES} -addext extendedKeyUsage=serverAuth` },
  { name: "issued", make: issued("root", SAN), trusted: "root" },
  { name: "issued-with-root", make: `${issued("root", SAN)}\ncat root.crt >> "$1.crt"`, trusted: "root" },
  { name: "issued-with-chain", make: `${issued("middle", SAN)}\ncat middle.crt >> "$1.crt"`, trusted: "root" },
  {
    name: "issued-without-chain",
    make: issued("middle", SAN),
    trusted: "root",
    ...{ byName: "tls-incomplete-chain", byAddress: "tls-incomplete-chain" },
  },
  {
    name: "version-1",
    make:
      `openssl req -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -keyout "$1.key" -out "$1.csr" -subj /CN=localhost
openssl x509 -req -in "$1.csr" -signkey "$1.key" -days 30 -out "$1.crt"`,
    ...{ pin: "tls-unverifiable-key", byName: "tls-unverifiable-key", byAddress: "tls-no-names" },
  },
];
