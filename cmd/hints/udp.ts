/** What is typed out of habit from nc, ncat and socat, and how it is said here. */
export const HINTS: Readonly<Record<string, string>> = {
  "-l": "listen with toucan udp listen PORT",
  "--listen": "listen with toucan udp listen PORT",
  "-u": "it is UDP",
  "--udp": "it is UDP",
  "-k": "it goes on after the first peer",
  "-v": "show what crosses the wire with --trace",
  "--verbose": "show what crosses the wire with --trace",
  "-p": "the port stands with the address: HOST:PORT",
  "-s": "give the address to send from with --from",
  "-b": "a broadcast address can be sent to as it is",
  "-U": "write the path of the socket as unix:PATH",
  "-z": "whether anybody got a datagram only a reply can tell: wait for one with --wait",
  "-c": "end the lines with CR LF with --crlf (-C)",
};
