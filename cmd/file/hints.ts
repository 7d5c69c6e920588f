/** What is typed out of habit from Python's http.server, miniserve and the like, and how it is said here. */
export const SERVE_HINTS: Readonly<Record<string, string>> = {
  "-b": "name the address with --host",
  "--bind": "name the address with --host",
  "-i": "name the address with --host",
  "--interfaces": "name the address with --host",
  "-d": "give the folder by itself",
  "--directory": "give the folder by itself",
  "-a": "ask for a password with --user NAME --password-file FILE",
  "--auth": "ask for a password with --user NAME --password-file FILE",
  "--upload-files": "take files from clients with --upload (-w)",
  "--writable": "take files from clients with --upload (-w)",
  "--hidden": "serve names that begin with a dot with --dot-files",
  "-H": "serve names that begin with a dot with --dot-files",
  "--tls-cert": "name the certificate with --cert",
  "--tls-key": "name its key with --key",
  "--index": "a folder that has an index.html shows it; see --no-index",
  "--overwrite-files": "files may be replaced with --upload --overwrite",
  "-o": "files may be replaced with --upload --overwrite",
  "-v": "write the heads of requests and responses with --trace",
  "--verbose": "write the heads of requests and responses with --trace",
  "-l": "name the port with --port (-p), the address with --host",
  "--listen": "name the port with --port (-p), the address with --host",
  "--readonly": "nothing is written without --upload",
};

/** The same for the clients, out of habit from cp, rsync, rclone and wget. */
export const CLIENT_HINTS: Readonly<Record<string, string>> = {
  "-r": "folders are moved with all that is in them",
  "-R": "folders are moved with all that is in them",
  "--recursive": "folders are moved with all that is in them",
  "-a": "folders are moved with all that is in them",
  "-v": "show what crosses the wire with --trace",
  "--verbose": "show what crosses the wire with --trace",
  "-k": "verification is turned off with --insecure; --pin and --cacert are better",
  "-c": "what is there with the same content is not moved again",
  "--checksum": "every file is compared by its SHA-256",
};
