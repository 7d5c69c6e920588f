import { freePort, untilListening } from "./port.ts";

/** A server of others, which serves a folder of ours. */
export interface FileServer extends AsyncDisposable {
  /** Its URL, with a slash at the end. */
  readonly url: string;
}

/** Starts a program that listens on a port; it ends with the scope that holds it. */
export async function startServer(
  program: string,
  args: readonly string[],
  port: number,
  env: Record<string, string> = {},
): Promise<FileServer> {
  const process = new Deno.Command(program, { args: [...args], stdin: "null", stdout: "null", stderr: "null", env })
    .spawn();
  const stop = async () => {
    try {
      process.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await process.status;
  };
  try {
    await untilListening(port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}/`, [Symbol.asyncDispose]: stop };
}

/** How nginx serves. */
export interface NginxOptions {
  /** Bytes per second and connection, as nginx writes them: `100m`. */
  readonly rate?: string;
}

/**
 * Starts nginx for `FOLDER/root`. What it needs it keeps in the folder; `FOLDER/access.log` has a line for each request
 * that is over: status, bytes of the body sent, and the range asked for.
 */
export async function startNginx(folder: string, options: NginxOptions = {}): Promise<FileServer> {
  const port = freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) =>
    `${name}_temp_path ${folder}/${name};`
  );
  const rate = options.rate === undefined ? "" : `limit_rate ${options.rate};`;
  await Deno.writeTextFile(
    `${folder}/nginx.conf`,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
     events { worker_connections 100; }
     http {
       log_format short '$status $body_bytes_sent "$http_range"';
       access_log ${folder}/access.log short;
       ${temporary.join(" ")} sendfile on; types { text/html html; }
       server { listen 127.0.0.1:${port} sndbuf=64k; root ${folder}/root; ${rate} }
     }`,
  );
  return await startServer("nginx", ["-p", folder, "-c", `${folder}/nginx.conf`, "-e", `${folder}/error.log`], port);
}

/** Starts caddy for `FOLDER/root`. */
export async function startCaddy(folder: string): Promise<FileServer> {
  const port = freePort();
  const site =
    `{\n admin off\n auto_https off\n}\nhttp://127.0.0.1:${port} {\n root * ${folder}/root\n file_server\n}\n`;
  await Deno.writeTextFile(`${folder}/Caddyfile`, site);
  return await startServer("caddy", ["run", "--config", `${folder}/Caddyfile`, "--adapter", "caddyfile"], port, {
    XDG_CONFIG_HOME: folder,
    XDG_DATA_HOME: folder,
  });
}

/** Starts Python's server for `FOLDER/root`, which knows no ranges. */
export async function startPython(folder: string): Promise<FileServer> {
  const port = freePort();
  const args = ["-m", "http.server", "--bind", "127.0.0.1", "--directory", `${folder}/root`, `${port}`];
  return await startServer("python3", args, port);
}
