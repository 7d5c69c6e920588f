/** What is typed out of habit from nc, ncat, socat and telnet, and how it is said here. */
const BOTH: Readonly<Record<string, string>> = {
  "-n": "a host that is an address is not looked up",
  "-u": "datagrams are sent and received with toucan udp",
  "--udp": "datagrams are sent and received with toucan udp",
  "-e": "no program is run: connect its stdin and stdout to this tool's",
  "--exec": "no program is run: connect its stdin and stdout to this tool's",
  "-c": "no program is run: connect its stdin and stdout to this tool's",
  "--sh-exec": "no program is run: connect its stdin and stdout to this tool's",
  "-i": "limit the rate with --rate, and a silence with --idle",
  "-o": "write what crosses, as hex, to a file with --dump",
  "--output": "write what crosses, as hex, to a file with --dump",
  "--hex-dump": "write what crosses, as hex, to a file with --dump",
  "-d": "leave stdin unread with --receive-only",
  "--recv-only": "leave stdin unread with --receive-only",
  "-z": "see which ports are open with toucan tcp check HOST:PORT",
  "-N": "the end of stdin ends our side of the connection",
  "-U": "write the path of the socket as unix:PATH",
  "--unixsock": "write the path of the socket as unix:PATH",
  "--ssl": "speak TLS with --tls",
  "--openssl": "speak TLS with --tls",
  "--ssl-cert": "name the certificate with --cert",
  "--ssl-key": "name the private key with --key",
  "-p": "the port stands with the address: HOST:PORT",
  "--port": "the port stands with the address: HOST:PORT",
};

/** The same for `tcp connect`. */
export const CONNECT_HINTS: Readonly<Record<string, string>> = {
  ...BOTH,
  "-l": "listen with toucan tcp listen PORT",
  "--listen": "listen with toucan tcp listen PORT",
  "-k": "listen with toucan tcp listen --keep PORT",
  "-p": "choose the source port with --from :PORT; the port to connect to stands with the address: HOST:PORT",
  "--source": "choose the source address with --from (-s)",
  "--source-port": "choose the source port with --from :PORT",
  "-P": "give the user with the proxy: --proxy socks5://USER:PASSWORD@HOST:PORT",
  "--proxy-auth": "give the user with the proxy: --proxy socks5://USER:PASSWORD@HOST:PORT",
  "-X": "name the proxy with its scheme: --proxy socks5://HOST:PORT",
  "--proxy-type": "name the proxy with its scheme: --proxy socks5://HOST:PORT",
  "-servername": "name the server with --sni",
  "--servername": "name the server with --sni",
  "--ssl-verify": "the certificate is verified unless --insecure or --pin is given",
  "--ssl-trustfile": "name the authorities with --cacert",
  "--CAfile": "name the authorities with --cacert",
};

/** The same for `tcp listen`. */
export const LISTEN_HINTS: Readonly<Record<string, string>> = {
  ...BOTH,
  "-l": "it listens; give the port by itself",
  "--listen": "it listens; give the port by itself",
  "--keep-open": "serve one client after the other with --keep (-k)",
  "--chat": "pass on what each client says to all others with --keep --broadcast, or see toucan chat serve",
  "-m": "limit the clients with --max-connections",
  "--max-conns": "limit the clients with --max-connections",
  "-s": "the address stands with the port: HOST:PORT",
};

/** The same for `tcp check`, also from nmap. */
export const CHECK_HINTS: Readonly<Record<string, string>> = {
  "-z": "toucan tcp check sends no data; give HOST:PORT",
  "-v": "every port is listed with its state",
  "-n": "a host that is an address is not looked up",
  "-p": "the ports stand with the host: HOST:20-25,80",
  "-i": "read targets from a file: toucan tcp check - < FILE",
  "-o": "write records with --json, and only open ports with --open",
  "-T": "set the number of ports checked at once with --concurrency, and the limit for each with --timeout (-w)",
  "-sS": "toucan tcp check connects (as nmap -sT); give HOST:PORTS",
  "-sT": "toucan tcp check connects (as nmap -sT); give HOST:PORTS",
  "-Pn": "hosts are not probed before their ports",
  "-u": "UDP ports do not say whether they are open; toucan udp send waits for a reply",
};
