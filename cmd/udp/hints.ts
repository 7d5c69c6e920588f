/** What is typed out of habit from nc, ncat and socat, and how it is said here. */
export const HINTS: Readonly<Record<string, string>> = {
  "-l": "listen with toucan udp listen PORT",
  "--listen": "listen with toucan udp listen PORT",
  "-k": "it goes on after the first peer",
  "-v": "show what crosses the wire with --trace",
  "--verbose": "show what crosses the wire with --trace",
  "-p": "the port stands with the address: HOST:PORT",
  "-s": "toucan udp send --from ADDRESS says where it is sent from",
  "-w": "toucan udp send --wait 1s waits for replies; toucan udp listen --timeout 1s ends a silence",
  "-e": "no program is run: connect its stdin and stdout to this tool's",
  "-U": "write the path of the socket as unix:PATH",
  "-z": "only a reply shows that a datagram was received: toucan udp send --wait 1s waits for one",
  "-c": "toucan udp send --crlf ends the lines with CR LF",
};
