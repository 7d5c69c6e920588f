/** Hints for options of Python's http.server, miniserve and the like. */
export const SERVE_HINTS: Readonly<Record<string, string>> = {
  "-a": "ask for a password with --user NAME --password-file FILE",
  "--index": "a folder that has an index.html shows it; see --no-index",
  "-v": "write the heads of requests and responses with --trace",
  "--verbose": "write the heads of requests and responses with --trace",
  "-l": "name the port with --port (-p), the address with --host",
  "--listen": "name the port with --port (-p), the address with --host",
};

/** The same for the clients, out of habit from cp, rsync, rclone and wget. */
export const CLIENT_HINTS: Readonly<Record<string, string>> = {
  "-r": "folders are moved with all that is in them",
  "-R": "folders are moved with all that is in them",
  "--recursive": "folders are moved with all that is in them",
  "-a": "folders are moved with all that is in them",
  "-v": "show what crosses the wire with --trace",
  "--verbose": "show what crosses the wire with --trace",
  "-c": "files with the same content are never transferred again",
  "--checksum": "every file is compared by its SHA-256",
};
