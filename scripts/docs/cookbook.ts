/** A line of the cookbook: the command of another program, and the one of Toucan for the same. */
export interface Recipe {
  readonly task: string;
  readonly theirs: string;
  readonly ours: string;
  /** Program that `theirs` needs, if it is not that of the chapter. */
  readonly peer?: string;
  /** Command that runs after both, so that the test sees what they did. */
  readonly then?: string;
  /** Pattern that the output of both has. */
  readonly prints: RegExp;
  /** Exit codes of both, if they are not 0. */
  readonly exits?: readonly [theirs: number, ours: number];
  /** For two servers: a client that tests each, and the port. */
  readonly serves?: { readonly probe: string; readonly port: number; readonly udp?: boolean };
}

/** The lines for one program. */
export interface Chapter {
  readonly title: string;
  /** The program that most lines need. */
  readonly peer: string;
  /** Whether Debian has no package of the program, so that only our commands are run. */
  readonly unpackaged?: boolean;
  /** Commands that create the files of the lines. */
  readonly setup?: readonly string[];
  /** Servers that the lines connect to. */
  readonly servers?: readonly string[];
  readonly recipes: readonly Recipe[];
}

const HELLO = "echo hello | toucan tcp connect localhost:9000";

/** The cookbook: each line is run by a test. */
export const COOKBOOK: readonly Chapter[] = [
  {
    title: "dig",
    peer: "dig",
    setup: ["printf 'example.com\\nmail.example.com\\n' > names.txt"],
    recipes: [
      {
        task: "Look up the addresses of a name",
        theirs: "dig +short example.com A example.com AAAA",
        ours: "toucan resolve example.com",
        prints: /192\.0\.2\.7/,
      },
      {
        task: "Look up records of a type",
        theirs: "dig +noall +answer example.com MX",
        ours: "toucan resolve --type MX example.com",
        prints: /3600\s+IN\s+MX\s+10 mail\.example\.com\./,
      },
      {
        task: "Ask a certain server",
        theirs: "dig @192.0.2.53 +short example.com TXT",
        ours: "toucan resolve --server 192.0.2.53 --type TXT example.com",
        prints: /"v=spf1 mx -all"/,
      },
      {
        task: "Find the name of an address",
        theirs: "dig +short -x 192.0.2.7",
        ours: "toucan resolve 192.0.2.7",
        prints: /^example\.com/m,
      },
      {
        task: "Ask over TCP",
        theirs: "dig +tcp +short example.com NS",
        ours: "toucan resolve --tcp --type NS example.com",
        prints: /ns\.example\.com\./,
      },
      {
        task: "Look up the names of a file",
        theirs: "dig +short -f names.txt",
        ours: "toucan resolve - < names.txt",
        prints: /192\.0\.2\.25/,
      },
      {
        task: "See why a name does not resolve",
        theirs: "dig no-such-name.example.com",
        ours: "toucan resolve no-such-name.example.com",
        prints: /NXDOMAIN/,
        exits: [0, 1],
      },
    ],
  },
  {
    title: "nc and ncat",
    peer: "nc",
    servers: ["toucan udp echo 9001", "toucan tcp listen --keep --receive-only unix:./socket"],
    setup: ["printf 'HEAD / HTTP/1.1\\r\\nHost: example.com\\r\\nConnection: close\\r\\n\\r\\n' > request"],
    recipes: [
      {
        task: "Connect to a server",
        theirs: "nc example.com 80 < request",
        ours: "toucan tcp connect example.com:80 < request",
        prints: /^HTTP\/1\.1 200 OK/m,
      },
      {
        task: "Connect with TLS",
        peer: "ncat",
        theirs: "ncat --ssl example.com 443 < request",
        ours: "toucan tcp connect --tls example.com:443 < request",
        prints: /^HTTP\/1\.1 200 OK/m,
      },
      {
        task: "Check a port",
        theirs: "nc -z -v example.com 80",
        ours: "toucan tcp check example.com:80",
        prints: /succeeded|open/,
      },
      {
        task: "Find the open ports of a range",
        theirs: "nc -z -v -w 1 192.0.2.7 78-81",
        ours: "toucan tcp check --open 192.0.2.7:78-81",
        prints: /80.*(?:succeeded|open)/,
        exits: [0, 6],
      },
      {
        task: "Send a datagram and print the reply",
        theirs: "echo hello | nc -u -w 1 localhost 9001",
        ours: "echo hello | toucan udp send --wait 1s localhost:9001",
        prints: /hello/,
      },
      {
        task: "Connect to a unix socket",
        theirs: "echo hello | nc -N -U ./socket",
        ours: "echo hello | toucan tcp connect unix:./socket",
        prints: /^/,
      },
      {
        task: "Wait for a client",
        theirs: "nc -l 9000",
        ours: "toucan tcp listen 9000",
        prints: /^hello$/m,
        serves: { probe: HELLO, port: 9000 },
      },
      {
        task: "Receive a file",
        theirs: "nc -l -d 9000 > copy",
        ours: "toucan tcp listen --receive-only 9000 > copy",
        prints: /^hello$/m,
        serves: { probe: `${HELLO}; cat copy`, port: 9000 },
      },
      {
        task: "Print datagrams",
        theirs: "nc -u -l 9000",
        ours: "toucan udp listen 9000",
        prints: /hello/,
        serves: { probe: "toucan udp send --data hello 127.0.0.1:9000", port: 9000, udp: true },
      },
      {
        task: "Relay between many clients",
        peer: "ncat",
        theirs: "ncat --listen --broker 9000",
        ours: "toucan tcp listen --keep --broadcast 9000",
        prints: /open/,
        serves: { probe: "toucan tcp check localhost:9000", port: 9000 },
      },
    ],
  },
  {
    title: "curl and wget",
    peer: "curl",
    setup: ["echo 'two cans' > note.txt", "mkdir inbox"],
    servers: ["toucan file serve --quiet --upload inbox"],
    recipes: [
      {
        task: "Print a file",
        theirs: "curl http://example.com/robots.txt",
        ours: "toucan get http://example.com/robots.txt",
        prints: /^Disallow: \/private\/$/m,
      },
      {
        task: "Save a file under its own name",
        theirs: "curl -O https://example.com/can.png",
        ours: "toucan get --save --force https://example.com/can.png",
        then: "ls can.png",
        prints: /^can\.png$/m,
      },
      {
        task: "Resume a download",
        peer: "wget",
        theirs: "wget --continue --quiet http://example.com/robots.txt",
        ours: "toucan get --save --resume --dir . http://example.com/robots.txt",
        then: "cat robots.txt",
        prints: /^Disallow/m,
      },
      {
        task: "Print the head of a response",
        theirs: "curl --head http://example.com/",
        ours: "toucan get --head http://example.com/",
        prints: /^HTTP\/1\.1 200 OK/m,
      },
      {
        task: "Follow redirects",
        theirs: "curl --location http://example.com/old",
        ours: "toucan get http://example.com/old",
        prints: /^User-agent/m,
      },
      {
        task: "Send a form",
        theirs: "curl -d name=ada -d lang=en http://example.com/form",
        ours: "toucan get -d name=ada -d lang=en http://example.com/form",
        prints: /^POST with name=ada&lang=en$/m,
      },
      {
        task: "Send JSON",
        theirs: `curl -H 'Content-Type: application/json' -d '{"name":"ada"}' http://example.com/form`,
        ours: `toucan get -H 'Content-Type: application/json' -d '{"name":"ada"}' http://example.com/form`,
        prints: /^POST with \{"name":"ada"\}$/m,
      },
      {
        task: "Log in",
        theirs: "curl -u ada:secret http://example.com/private/",
        ours: "toucan get -u ada:secret http://example.com/private/",
        prints: /^welcome, ada$/m,
      },
      {
        task: "Fail for an error status",
        theirs: "curl --fail http://example.com/none",
        ours: "toucan get http://example.com/none",
        prints: /404/,
        exits: [22, 1],
      },
      {
        task: "See the exchange",
        theirs: "curl --verbose http://example.com/robots.txt",
        ours: "toucan get --trace http://example.com/robots.txt",
        prints: /> .*GET \/robots\.txt HTTP\/1\.1/,
      },
      {
        task: "Connect to another address",
        theirs: "curl --resolve test.example:80:192.0.2.7 http://test.example/robots.txt",
        ours: "toucan get --resolve test.example:80:192.0.2.7 http://test.example/robots.txt",
        prints: /^User-agent/m,
      },
      {
        task: "Upload a file",
        theirs: "curl -T note.txt http://localhost:8000/",
        ours: "toucan file put note.txt http://localhost:8000/",
        then: "cat inbox/note.txt",
        prints: /^/,
      },
      {
        task: "Save a page with its images",
        peer: "wget",
        theirs: "wget --quiet --page-requisites --convert-links --no-directories http://example.com/",
        ours: "toucan get --page --output page.html http://example.com/",
        then: "cat index.html page.html 2>/dev/null",
        prints: /<img src="(?:can\.png|data:image\/png)/,
      },
    ],
  },
  {
    title: "socat",
    peer: "socat",
    setup: ["printf 'HEAD / HTTP/1.1\\r\\nHost: example.com\\r\\nConnection: close\\r\\n\\r\\n' > request"],
    recipes: [
      {
        task: "Connect to a server",
        theirs: "socat - TCP:192.0.2.7:80 < request",
        ours: "toucan tcp connect 192.0.2.7:80 < request",
        prints: /^HTTP\/1\.1 200 OK/m,
      },
      {
        task: "Connect with TLS, without verification",
        theirs: "socat - OPENSSL:192.0.2.7:443,verify=0 < request",
        ours: "toucan tcp connect --tls --insecure 192.0.2.7:443 < request",
        prints: /^HTTP\/1\.1 200 OK/m,
      },
      {
        task: "See the bytes of a connection",
        theirs: "echo hello | socat -x - TCP:192.0.2.7:7",
        ours: "echo hello | toucan tcp connect --hex 192.0.2.7:7",
        prints: /68 65 6c 6c 6f 0a/,
      },
      {
        task: "Wait for a client",
        theirs: "socat TCP-LISTEN:9000,reuseaddr -",
        ours: "toucan tcp listen 9000",
        prints: /^hello$/m,
        serves: { probe: HELLO, port: 9000 },
      },
      {
        task: "Echo datagrams",
        theirs: "socat UDP-RECVFROM:9000,fork EXEC:cat",
        ours: "toucan udp echo 9000",
        prints: /hello/,
        serves: { probe: "toucan udp send --wait 5s --data hello 127.0.0.1:9000", port: 9000, udp: true },
      },
    ],
  },
  {
    title: "curl and lftp for FTP",
    peer: "curl",
    setup: [
      "mkdir -p site/docs",
      "echo hello > site/hello.txt",
      "echo two > site/docs/two.txt",
      "echo page > scan.txt",
    ],
    servers: ["toucan file serve --quiet --upload --ftp 2121 site"],
    recipes: [
      {
        task: "Print a file",
        theirs: "curl --silent ftp://localhost:2121/hello.txt",
        ours: "toucan get ftp://localhost:2121/hello.txt",
        prints: /^hello$/m,
      },
      {
        task: "List a folder",
        theirs: "curl --silent ftp://localhost:2121/",
        ours: "toucan get ftp://localhost:2121/",
        prints: /^-rw.* 6 .* hello\.txt$/m,
      },
      {
        task: "Print size and time of a file",
        theirs: "curl --silent --head ftp://localhost:2121/hello.txt",
        ours: "toucan get --head ftp://localhost:2121/hello.txt",
        prints: /^Content-Length: 6/m,
      },
      {
        task: "Download a folder",
        peer: "lftp",
        theirs: "lftp -c 'open ftp://localhost:2121; mirror docs copy'",
        ours: "toucan file get ftp://localhost:2121/docs/ copy",
        then: "cat copy/two.txt",
        prints: /^two$/m,
      },
      {
        task: "Upload a file",
        theirs: "curl --silent -T scan.txt ftp://localhost:2121/",
        ours: "toucan file put scan.txt ftp://localhost:2121/",
        then: "cat site/scan.txt",
        prints: /^page$/m,
      },
    ],
  },
  {
    title: "miniserve and http.server",
    peer: "miniserve",
    unpackaged: true,
    setup: ["mkdir site", "echo hello > site/hello.txt", "echo secret > password.txt"],
    recipes: [
      {
        task: "Serve a folder",
        theirs: "miniserve --interfaces 127.0.0.1 --port 8000 site",
        ours: "toucan file serve --port 8000 site",
        prints: /^hello$/m,
        serves: { probe: "curl -s http://localhost:8000/hello.txt", port: 8000 },
      },
      {
        task: "Serve a folder, with Python",
        peer: "python3",
        theirs: "python3 -m http.server --bind 127.0.0.1 --directory site 8000",
        ours: "toucan file serve site",
        prints: /^hello$/m,
        serves: { probe: "curl -s http://localhost:8000/hello.txt", port: 8000 },
      },
      {
        task: "Accept uploads",
        theirs: "miniserve --upload-files --port 8000 site",
        ours: "toucan file serve --upload --port 8000 site",
        prints: /^two$/m,
        serves: { probe: "echo two > a.txt; curl -s -T a.txt http://localhost:8000/; cat site/a.txt", port: 8000 },
      },
      {
        task: "Require a password",
        theirs: "miniserve --auth ada:secret --port 8000 site",
        ours: "toucan file serve --user ada --password-file password.txt --port 8000 site",
        prints: /^hello$/m,
        serves: { probe: "curl -s -u ada:secret http://localhost:8000/hello.txt", port: 8000 },
      },
    ],
  },
  {
    title: "swaks",
    peer: "swaks",
    servers: ["toucan mail sink --smtp-only"],
    setup: ["echo 'two cans' > note.txt"],
    recipes: [
      {
        task: "Send a mail",
        theirs: "swaks --server localhost:1025 --from ann@example.com --to ben@example.com --body hello",
        ours: "toucan mail send -S localhost:1025 --tls none -f ann@example.com --to ben@example.com --text hello",
        prints: /250 2\.0\.0 Ok/,
      },
      {
        task: "Send with STARTTLS and a login",
        theirs:
          "swaks --server mail.example.com:587 --tls --auth-user ada --auth-password secret --from ada@example.com --to bob@example.com",
        ours: "toucan mail send -S mail.example.com -u ada:secret -f ada@example.com --to bob@example.com --text hello",
        prints: /250 2\.0\.0 Ok/,
      },
      {
        task: "Attach a file",
        theirs: "swaks --server localhost:1025 --from ann@example.com --to ben@example.com --attach @note.txt",
        ours:
          "toucan mail send -S localhost:1025 --tls none -f ann@example.com --to ben@example.com --text hi --attach note.txt",
        prints: /250 2\.0\.0 Ok/,
      },
      {
        task: "See the dialogue",
        theirs: "swaks --server localhost:1025 --from ann@example.com --to ben@example.com",
        ours: "toucan mail send --trace -S localhost:1025 --tls none -f ann@example.com --to ben@example.com --text hi",
        prints: /RCPT TO:<ben@example\.com>/,
      },
    ],
  },
  {
    title: "Mailpit",
    peer: "mailpit",
    unpackaged: true,
    servers: ["toucan mail sink"],
    recipes: [
      {
        task: "Catch mail on other ports",
        theirs: "mailpit --smtp 127.0.0.1:2525 --listen 127.0.0.1:8080",
        ours: "toucan mail sink --port 2525 --web 8080",
        prints: /open/,
        serves: { probe: "toucan tcp check localhost:2525,8080", port: 2525 },
      },
      {
        task: "List the messages",
        theirs: "curl -s http://localhost:8025/api/v1/messages",
        ours: "curl -s http://localhost:8025/api/messages",
        prints: /"total":0/,
      },
      {
        task: "Delete all messages",
        theirs: "curl -s -X DELETE http://localhost:8025/api/v1/messages",
        ours: "curl -s -X DELETE http://localhost:8025/api/messages",
        prints: /^/,
      },
      {
        task: "Keep the messages over restarts",
        theirs: "mailpit --database mail.db",
        ours: "toucan mail sink --dir Maildir",
        prints: /open/,
        serves: { probe: "toucan tcp check localhost:1025,8025", port: 1025 },
      },
    ],
  },
];
