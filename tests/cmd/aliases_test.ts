import { assertEquals, assertThrows } from "@std/assert";
import { aliasesOf } from "../../lib/cli/grammar/alias.ts";
import { parseVerb } from "../../lib/cli/grammar/parse.ts";
import type { Verb } from "../../lib/cli/mod.ts";
import { UsageError } from "../../lib/core/mod.ts";
import { records, verbsOf } from "../../scripts/records.ts";

const VERBS: ReadonlyMap<string, Verb> = new Map(
  (await records()).flatMap((command) =>
    verbsOf(command).map(([words, verb]) => [[command.name, ...words].join(" "), verb] as const)
  ),
);

/** For each verb lines of `WORDS OF ANOTHER PROGRAM = THE SAME WORDS HERE`. */
const SAME: Readonly<Record<string, string>> = {
  "get": `
    --output-document f URL = --output f URL
    -O URL = --save URL
    --remote-name URL = --save URL
    --remote-name-all URL = --save URL
    --output-dir d URL = --dir d URL
    --directory-prefix d URL = --dir d URL
    --silent URL = --quiet URL
    -v URL = --trace URL
    --verbose URL = --trace URL
    --fail-with-body URL = --show-error-body URL
    -A me URL = --header User-Agent:·me URL
    --user-agent me URL = --header User-Agent:·me URL
    -e there URL = --header Referer:·there URL
    --referer there URL = --header Referer:·there URL
    -b a=b URL = --header Cookie:·a=b URL
    --cookie a=b URL = --header Cookie:·a=b URL
    --request PUT URL = --method PUT URL
    -kXPUT URL = --insecure --method PUT URL
    --data-ascii x URL = --data x URL
    --data-binary x URL = --data x URL
    --data-binary @f URL = --data @f URL
    --data-raw x URL = --data x URL
    --post-data x URL = --data x URL
    --body-data x URL = --data x URL
    --post-file f URL = --data @f URL
    --body-file f URL = --data @f URL
    --http2-prior-knowledge URL = --http2 URL
    --max-redirs 3 URL = --max-redirects 3 URL
    --continue --save URL = --resume --save URL
    -C - --save URL = --resume --save URL
    -C- --save URL = --resume --save URL
    --continue-at - --save URL = --resume --save URL
    --parallel-max 3 URL = --parallel 3 URL
    --max-filesize 3k URL = --max-size 3k URL
    --retry 3 URL = --retries 3 URL
    --retry-delay 3 URL = --retry-wait 3s URL
    --retry-connrefused URL = --retry-refused URL
    --max-time 3 URL = --timeout 3s URL
    -k URL = --insecure URL
    --no-check-certificate URL = --insecure URL
    --ssl-reqd URL = --ftp-tls URL
    --ftp-ssl-reqd URL = --ftp-tls URL
    --ca-certificate f URL = --cacert f URL
    --ssl-trustfile f URL = --cacert f URL
    --CAfile f URL = --cacert f URL
    -CAfile f URL = --cacert f URL
    --pinnedpubkey sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= URL = --pin sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= URL
    --servername n URL = --sni n URL
    -servername n URL = --sni n URL
    --ssl-servername n URL = --sni n URL
    --certificate f URL = --cert f URL
    --ssl-cert f URL = --cert f URL
    --cert f --private-key k URL = --cert f --key k URL
    --cert f --ssl-key k URL = --cert f --key k URL
    -x http://p:1 URL = --proxy http://p:1 URL
    --socks5 p:1 URL = --proxy socks5://p:1 URL
    --socks5-hostname p:1 URL = --proxy socks5h://p:1 URL
    --proxy-pinnedpubkey sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= URL = --proxy-pin sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= URL
    --no-proxy URL = --direct URL
    -L URL = URL
    -LO URL = --save URL
    -LJO URL = --save URL
    --location URL = URL
    -S URL = URL
    --show-error URL = URL
    --fail URL = URL
    --remote-header-name URL = URL
    --content-disposition URL = URL
    -g URL = URL
    --globoff URL = URL
    -N URL = URL
    --no-buffer URL = URL
    -# URL = URL
    --progress-bar URL = URL
    --ftp-pasv URL = URL
    --passive-ftp URL = URL
    --basic URL = URL
    --no-clobber URL = URL
    --http1.1 URL = URL
    --url URL = URL
    --url=URL = URL`,
  "file serve": `
    -b ::1 = --host ::1
    --bind ::1 = --host ::1
    -i ::1 = --host ::1
    --interfaces ::1 = --host ::1
    -a me:pw = --user me:pw
    --auth me:pw = --user me:pw
    --upload-files = --upload
    --writable = --upload
    -o -w = --overwrite -w
    --overwrite-files -w = --overwrite -w
    -H = --dot-files
    --hidden = --dot-files
    --ssl = --tls
    --openssl = --tls
    --tls --ssl-cert f --ssl-key k = --tls --cert f --key k
    --tls --tls-cert f --tls-key k = --tls --cert f --key k
    -d dir = dir
    --directory dir = dir
    --directory=dir = dir
    --readonly dir = dir`,
  "file get": `
    -k URL = --insecure URL
    -x http://p:1 URL = --proxy http://p:1 URL
    -m 3 URL = --timeout 3s URL
    --max-time 3 URL = --timeout 3s URL
    --retry 3 URL = --retries 3 URL
    --transfers 3 URL = --parallel 3 URL
    -L URL = --follow URL
    --copy-links URL = --follow URL
    -r URL = URL
    -R URL = URL
    --recursive URL = URL
    -a URL = URL
    --ssl-reqd URL = --ftp-tls URL
    --ftp-ssl-reqd URL = --ftp-tls URL
    -c URL = URL
    --checksum URL = URL`,
  "check": "-vv T = --trace T",
  "tcp connect": `
    -d h:1 = --receive-only h:1
    --recv-only h:1 = --receive-only h:1
    --hex-dump f h:1 = --dump f h:1
    --source 127.0.0.1 h:1 = --from 127.0.0.1 h:1
    --source-port 99 h:1 = --from :99 h:1
    --tls --ssl-alpn h2 h:1 = --tls --alpn h2 h:1
    -N h:1 = h:1
    --ssl --ssl-verify h:1 = --tls h:1`,
  "tcp listen": `
    --keep-open 1 = --keep 1
    -m 3 -k --broadcast 1 = --max-connections 3 -k --broadcast 1
    --max-conns 3 -k --broadcast 1 = --max-connections 3 -k --broadcast 1
    -l 1 = 1
    -lkv 1 = --keep --verbose 1
    -lvnp 1 = --verbose 1
    -lp1 = 1
    --listen 1 = 1
    --listen -p 1 = 1
    --port 1 = 1
    --port=1 = 1
    -n -l 1 = 1
    -lN 1 = 1`,
  "tcp check": `
    --open-only h:1 = --open h:1
    -zv h:1 = h:1
    -v h:1 = h:1
    -n h:1 = h:1
    -sT h:1 = h:1
    -Pn h:1 = h:1`,
  "udp send": `
    -s 127.0.0.1 h:1 = --from 127.0.0.1 h:1
    --source 127.0.0.1 h:1 = --from 127.0.0.1 h:1
    -u h:1 = h:1
    --udp h:1 = h:1
    -b h:1 = h:1`,
  "udp listen": `
    -ul 1 = 1
    --listen 1 = 1
    -ulp 1 = 1
    --port 1 = 1
    -uk -l 1 = 1
    -b 1 = 1
    --udp 1 = 1`,
  "resolve": `
    --query MX n = --type MX n
    --querytype MX n = --type MX n
    -type MX n = --type MX n
    -type=MX n = --type MX n
    -query MX n = --type MX n
    -querytype=MX n = --type MX n
    -querytype MX n = --type MX n
    @192.0.2.53 n = --server 192.0.2.53 n
    n @192.0.2.53 -t MX = --server 192.0.2.53 -t MX n
    n MX.example @[2001:db8::1]:54 = --server [2001:db8::1]:54 n MX.example
    -T @192.0.2.53 n = --tcp --server 192.0.2.53 n
    @192.0.2.53 +tcp n = --tcp --server 192.0.2.53 n
    @192.0.2.53 +vc n = --tcp --server 192.0.2.53 n
    @192.0.2.53 -R 3 n = --attempts 3 --server 192.0.2.53 n
    -W 3 n = --timeout 3s n
    -x 192.0.2.7 = 192.0.2.7
    -q n = n
    +short n = --short n
    n MX = --type MX n
    n mx = --type MX n
    n A,MX = --type A,MX n
    n a,x = n a,x
    MX n = --type MX n
    n TXT CH @192.0.2.53 = --type TXT --class CH --server 192.0.2.53 n
    n TYPE65280 = --type TYPE65280 n
    mx = mx
    n mx. = n mx.
    @192.0.2.53 n AXFR = --axfr --server 192.0.2.53 n
    @192.0.2.53 +time=5 n = --timeout 5s --server 192.0.2.53 n
    @192.0.2.53 +tries=3 n = --attempts 3 --server 192.0.2.53 n
    @192.0.2.53 -class CH n = --class CH --server 192.0.2.53 n
    @192.0.2.53 +norecurse n = --no-recurse --server 192.0.2.53 n
    @192.0.2.53 +norec n = --no-recurse --server 192.0.2.53 n
    @192.0.2.53 +dnssec n = --dnssec --server 192.0.2.53 n
    @192.0.2.53 +do n = --dnssec --server 192.0.2.53 n
    @192.0.2.53 +cd n = --cd --server 192.0.2.53 n
    @192.0.2.53 +cdflag n = --cd --server 192.0.2.53 n
    @192.0.2.53 +subnet=192.0.2.0/24 n = --subnet 192.0.2.0/24 --server 192.0.2.53 n
    @192.0.2.53 +nsid n = --nsid --server 192.0.2.53 n
    @192.0.2.53 +bufsize=4096 n = --edns-size 4096 --server 192.0.2.53 n
    @192.0.2.53 +noedns n = --no-edns --server 192.0.2.53 n
    @192.0.2.53 -p 5353 n = --port 5353 --server 192.0.2.53 n
    @192.0.2.53 -port 5353 n = --port 5353 --server 192.0.2.53 n
    @192.0.2.53 +tls n = --tls --server 192.0.2.53 n
    @192.0.2.53 +tls +tls-ca=f n = --tls --cacert f --server 192.0.2.53 n
    @192.0.2.53 +tls +tls-pin=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= n = --tls --pin sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= --server 192.0.2.53 n
    @192.0.2.53 +https n = --https --server 192.0.2.53 n
    @192.0.2.53 +https-post n = --https --server 192.0.2.53 n
    @192.0.2.53 +https-get n = --https-get --server 192.0.2.53 n
    @192.0.2.53 +domain=example.com n = --search example.com --server 192.0.2.53 n
    +search n = n
    -f names = --file names
    n +comments = --details n
    n +trace = --trace-delegation n
    n +stats = --details n
    n +authority = --details n
    n +additional = --details n
    n +cookie = --cookie n
    n +cookie=0011223344556677 = --client-cookie 0011223344556677 n
    n --cookie=0011223344556677 = --client-cookie 0011223344556677 n
    n +json = --rfc8427 n
    n --json=rfc8427 = --rfc8427 n
    n +ttlunits = --human-ttl n
    n +idnout = --idn n
    +recurse n = n
    +edns n = n
    +all n = n
    +nocmd n = n
    +nocomments n = n
    +nostats n = n
    +noall n = n
    +answer n = n
    +nocookie n = n`,
  "url": `
    --redirect /x URL = --resolve /x URL
    --append path=x URL = --add path=x URL
    --punycode URL = --idn ascii URL
    --as-idn URL = --idn unicode URL
    --url URL = URL
    --accept-space URL = URL
    --no-guess-scheme URL = URL
    --curl URL = URL
    --verify URL = URL`,
  "mail send": `
    --h-From a@b = --from a@b
    -t a@b = --to a@b
    -c a@b = --cc a@b
    -b a@b = --bcc a@b
    --h-Subject x = --subject x
    --body x = --text x
    -A f = --attach f
    --add-header X:y = --header X:y
    --reply-to-id <a@b> = --in-reply-to <a@b>
    --socket /s = --server unix:/s
    --ehlo n = --helo n
    --dump-mail = --dry-run
    --auth-user me = --user me
    --tls-on-connect = --tls implicit
    -tlsc = --tls implicit
    --tls-optional = --tls opportunistic
    --tls-ca-path f = --cacert f
    --tls-cert f --tls-key k = --cert f --key k
    --tls-sni n = --sni n
    -v = --trace
    -i = -4
    -tls = -4
    --tls-verify = -4`.replace(/ (-i|-tls|--tls-verify) = -4/g, " $1 -4 = -4"),
  "mail read": `
    -v pop3://h = --trace pop3://h
    --ssl-reqd -4 pop3://h = -4 pop3://h
    --keep -4 pop3://h = -4 pop3://h`,
  "chat join": `
    -c h c = h c
    --connect h c = h c`,
};

function words(line: string): string[] {
  return line.trim().split(/ +/).map((word) => word.replaceAll("·", " "));
}

function verbOf(path: string): Verb {
  const verb = VERBS.get(path);
  if (!verb) throw new Error(`there is no ${path}`);
  return verb;
}

const seen = new Map<string, Set<string>>();
for (const [path, table] of Object.entries(SAME)) {
  for (const row of table.trim().split("\n")) {
    const [others = "", ours = ""] = row.split(/ = (?=[^=]*$|(?:[^ ]| (?!= ))*$)/);
    const line = seen.get(path) ?? new Set();
    words(others).forEach((word) => line.add(word.startsWith("+") ? word.replace(/=.*/, "") : word));
    seen.set(path, line);
    Deno.test(`parseVerb: ${path} ${others.trim()} is ${ours}`, () => {
      const verb = verbOf(path);
      assertEquals(parseVerb(verb, words(others)), parseVerb(verb, words(ours)));
    });
  }
}

Deno.test("each alias and each word that is accepted has a row for one verb of its tool", () => {
  const rows = new Set([...seen.values()].flatMap((line) => [...line]));
  const letters = new Set([...rows].filter((word) => /^-\w+$/.test(word)).flatMap((word) => [...word.slice(1)]));
  for (const [path, { options, layout }] of VERBS) {
    const aliases = Object.values(options).flatMap((option) => aliasesOf(option).map(({ written }) => written));
    const missing = [...aliases, ...Object.keys(layout?.accepted ?? {})].filter((word) => {
      if (word.endsWith("=")) return ![...rows].some((row) => row.startsWith(word) || row === word.slice(0, -1));
      if (word.endsWith("…")) return ![...rows].some((row) => row.startsWith(word.charAt(0)));
      return !rows.has(word) && !(word.length === 2 && letters.has(word.charAt(1)));
    });
    assertEquals([path, missing], [path, []]);
  }
});

/** Command lines that mean something else to the other program, and are rejected. */
const REFUSED: readonly (readonly [path: string, line: string, message: string])[] = [
  ["get", "-C 100 --save URL", 'invalid value "100" for -C'],
  ["get", "-C", "option -C requires a value"],
  ["get", "--data-raw @f URL", 'invalid value "@f" for --data-raw'],
  ["get", "-b jar.txt URL", 'invalid value "jar.txt" for -b'],
  ["get", "--location=yes URL", 'option --location accepts no value, but was given "yes"'],
  ["get", "--http1.1 --http2 URL", "--http1.1 cannot be combined with --http2"],
  ["file serve", "--readonly --upload", "--readonly cannot be combined with --upload"],
  ["resolve", "+nosuch n", '"+nosuch" is not understood'],
  ["mail send", "--tls-on-connect=x", 'option --tls-on-connect accepts no value, but was given "x"'],
  ["mail send", "--body @f", 'invalid value "@f" for --body'],
];

for (const [path, line, message] of REFUSED) {
  Deno.test(`parseVerb: ${path} ${line} is refused`, () => {
    const error = assertThrows(() => parseVerb(verbOf(path), words(line)), UsageError);
    assertEquals(error.message, message);
  });
}
