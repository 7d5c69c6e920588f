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
  "-z": "see which ports are open with toucan tcp check HOST:PORT",
  "-U": "write the path of the socket as unix:PATH",
  "--unixsock": "write the path of the socket as unix:PATH",
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
  "-P": "give the user with the proxy: --proxy socks5://USER:PASSWORD@HOST:PORT",
  "--proxy-auth": "give the user with the proxy: --proxy socks5://USER:PASSWORD@HOST:PORT",
  "-X": "name the proxy with its scheme: --proxy socks5://HOST:PORT",
  "--proxy-type": "name the proxy with its scheme: --proxy socks5://HOST:PORT",
};

/** The same for `tcp listen`. */
export const LISTEN_HINTS: Readonly<Record<string, string>> = {
  ...BOTH,
  "-l": "it listens; give the port by itself",
  "--listen": "it listens; give the port by itself",
  "--chat": "pass on what each client says to all others with --keep --broadcast, or see toucan chat serve",
  "-s": "the address stands with the port: HOST:PORT",
};

/** The same for `tcp check`, also from nmap. */
export const CHECK_HINTS: Readonly<Record<string, string>> = {
  "-p": "the ports stand with the host: HOST:20-25,80",
  "-i": "read targets from a file: toucan tcp check - < FILE",
  "-o": "write records with --json, and only open ports with --open",
  "-T": "set the number of ports checked at once with --concurrency, and the limit for each with --timeout (-w)",
  "-sS": "toucan tcp check connects (as nmap -sT); give HOST:PORTS",
  "-u": "UDP ports do not say whether they are open; toucan udp send waits for a reply",
};
