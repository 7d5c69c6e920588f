/** Returns whether a URL is one of FTP. */
export function isFtpUrl(url: string): boolean {
  return /^ftps?:/i.test(url.trim());
}
