import { LICENCE, REPOSITORY, SUMMARY } from "../project.ts";
import type { Assets } from "./assets.ts";

/** Returns the formula for Homebrew. */
export function homebrew(assets: Assets): string {
  const source = (target: string) => {
    const { url, sha256 } = assets.of(target);
    return `      url "${url}"\n      sha256 "${sha256}"`;
  };
  return `class Toucan < Formula
  desc "${SUMMARY}"
  homepage "${REPOSITORY}"
  version "${assets.version}"
  license "${LICENCE}"

  on_macos do
    on_arm do
${source("aarch64-apple-darwin")}
    end
    on_intel do
${source("x86_64-apple-darwin")}
    end
  end

  on_linux do
    on_arm do
${source("aarch64-unknown-linux-gnu")}
    end
    on_intel do
${source("x86_64-unknown-linux-gnu")}
    end
  end

  def install
    bin.install "toucan"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/bash/toucan"
    zsh_completion.install "completions/zsh/_toucan"
    fish_completion.install "completions/fish/toucan.fish"
  end

  test do
    assert_equal "toucan #{version}", shell_output("#{bin}/toucan --version").chomp
    assert_equal "example.com", shell_output("#{bin}/toucan url --get host http://example.com/").chomp
  end
end
`;
}
