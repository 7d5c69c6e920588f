/** Returns the URL of a path below a folder. */
export function below(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/$/, "")}${path}`;
  if (url.search !== "" || url.hash !== "") url.search = url.hash = "";
  return url;
}

/** Formats a URL for records and messages: without user and password. */
export function shown(url: URL): string {
  if (url.username === "" && url.password === "") return url.href;
  const bare = new URL(url);
  bare.username = bare.password = "";
  return bare.href;
}
