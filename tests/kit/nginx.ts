import type { KeyPair } from "../../lib/core/mod.ts";
import { listening } from "./daemon.ts";
import { freePort } from "./port.ts";

/** A file server of another project. */
export interface FileServer extends AsyncDisposable {
  /** Its URL, with a slash at the end. */
  readonly url: string;
}

/** Starts a program that listens on a port; it is stopped at the end of the scope. */
export async function startServer(
  program: string,
  args: readonly string[],
  port: number,
  env: Record<string, string> = {},
  scheme: "http" | "https" = "http",
): Promise<FileServer> {
  const process = new Deno.Command(program, { args: [...args], stdin: "null", stdout: "null", stderr: "null", env })
    .spawn();
  const daemon = await listening(process, port);
  // Certificates are issued for names.
  const host = scheme === "https" ? "localhost" : "127.0.0.1";
  return { url: `${scheme}://${host}:${port}/`, ...daemon };
}

/** Options of nginx. */
export interface NginxOptions {
  /** Bytes per second and connection in the format of nginx: `100m`. */
  readonly rate?: string;
  /** Whether HTTP/2 is enabled, over TLS or with prior knowledge. */
  readonly http2?: boolean;
  /** Certificate for TLS. */
  readonly tls?: Pick<KeyPair, "cert" | "key">;
  /** Additional directives for the server. */
  readonly more?: string;
}

/** Writes a certificate and its key to files that servers can read. */
async function writeCertificate(folder: string, { cert, key }: Pick<KeyPair, "cert" | "key">): Promise<void> {
  await Deno.writeTextFile(`${folder}/cert.pem`, cert);
  await Deno.writeTextFile(`${folder}/key.pem`, key);
}

/**
 * Starts nginx for `FOLDER/root`, with its files in the folder. `FOLDER/access.log` has a line for each completed
 * request: status, bytes of the body sent, and the requested range.
 */
export async function startNginx(folder: string, options: NginxOptions = {}): Promise<FileServer> {
  const port = freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) =>
    `${name}_temp_path ${folder}/${name};`
  );
  const { rate: limit, http2, tls, more = "" } = options;
  const rate = limit === undefined ? "" : `limit_rate ${limit};`;
  if (tls) await writeCertificate(folder, tls);
  const secure = tls ? `ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;` : "";
  await Deno.writeTextFile(
    `${folder}/nginx.conf`,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
     events { worker_connections 1000; }
     http {
       log_format short '$status $body_bytes_sent "$http_range"';
       access_log ${folder}/access.log short;
       ${temporary.join(" ")} sendfile on; types { text/html html; }
       server { listen 127.0.0.1:${port} sndbuf=64k${tls ? " ssl" : ""}${
      http2 ? " http2" : ""
    }; ${secure} root ${folder}/root; ${rate} ${more} }
     }`,
  );
  const args = ["-p", folder, "-c", `${folder}/nginx.conf`, "-e", `${folder}/error.log`];
  return await startServer("nginx", args, port, {}, tls ? "https" : "http");
}

/** Starts caddy for `FOLDER/root`, with HTTP/2 if there is a certificate. */
export async function startCaddy(folder: string, options: Pick<NginxOptions, "tls"> = {}): Promise<FileServer> {
  const port = freePort();
  const { tls } = options;
  if (tls) await writeCertificate(folder, tls);
  const where = tls
    ? `https://localhost:${port} {\n bind 127.0.0.1\n tls ${folder}/cert.pem ${folder}/key.pem`
    : `http://127.0.0.1:${port} {`;
  const site = `{\n admin off\n auto_https off\n}\n${where}\n root * ${folder}/root\n file_server\n}\n`;
  await Deno.writeTextFile(`${folder}/Caddyfile`, site);
  return await startServer("caddy", ["run", "--config", `${folder}/Caddyfile`, "--adapter", "caddyfile"], port, {
    XDG_CONFIG_HOME: folder,
    XDG_DATA_HOME: folder,
  }, tls ? "https" : "http");
}

/** Starts nghttpd for `FOLDER/root`: HTTP/2 only, over TLS if there is a certificate. */
export async function startNghttpd(
  folder: string,
  options: Pick<NginxOptions, "tls"> & { readonly args?: readonly string[] } = {},
): Promise<FileServer> {
  const port = freePort();
  const { tls, args = [] } = options;
  if (tls) await writeCertificate(folder, tls);
  const common = ["--address=127.0.0.1", `--htdocs=${folder}/root`, ...args];
  const how = tls ? [`${port}`, `${folder}/key.pem`, `${folder}/cert.pem`] : ["--no-tls", `${port}`];
  return await startServer("nghttpd", [...common, ...how], port, {}, tls ? "https" : "http");
}

/** Starts Python's server for `FOLDER/root`, which does not support range requests. */
export async function startPython(folder: string): Promise<FileServer> {
  const port = freePort();
  const args = ["-m", "http.server", "--bind", "127.0.0.1", "--directory", `${folder}/root`, `${port}`];
  return await startServer("python3", args, port);
}
