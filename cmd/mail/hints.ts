/** What is typed out of habit from swaks, sendmail and mailx, and how it is said here. */
export const SEND_HINTS: Readonly<Record<string, string>> = {
  "-p": "the port stands with the server: --server HOST:PORT",
  "--port": "the port stands with the server: --server HOST:PORT",
  "--auth-password": "give the password with --password-file",
  "--attach-type": "the type is told by the name of the file",
  "--attach-body": "give the body with --text or --html, or on stdin",
  "--data": "send a message that is ready with --eml-in FILE",
  "-d": "send a message that is ready with --eml-in FILE",
  "--quit-after": "write the message and send nothing with --dry-run",
  "-q": "write the message and send nothing with --dry-run",
  "--protocol": "choose TLS with --tls",
  "--copy-routing": "name the server with --server (-S)",
};

/** Hints about clients that `mail sink` has rejected, by the code of the error. */
export const SINK_FAULT_HINTS: Readonly<Record<string, string>> = {
  "forbidden-host": "accept requests for this host name with --allow-host NAME",
};
