<#
.SYNOPSIS
Installs, upgrades and removes Toucan on Windows, without administrator rights.

.DESCRIPTION
irm https://github.com/toucan-tools/toucan/releases/latest/download/install.ps1 | iex

With parameters:
& ([scriptblock]::Create((irm https://github.com/toucan-tools/toucan/releases/latest/download/install.ps1))) -Tool resolve

Archives are verified against SHA256SUMS of the release, and a program is run once, before anything is replaced.

.PARAMETER Tool
Tools to install, such as resolve; by default toucan, the program that contains all tools.
.PARAMETER Version
Version to install; by default the newest release.
.PARAMETER Upgrade
Install the newest version of all that is installed.
.PARAMETER Uninstall
Remove what was installed, or with -Tool only that.
.PARAMETER Dir
Folder of the programs; by default Programs\Toucan in the local application data of the user.
.PARAMETER AddToPath
Add the folder to PATH of the user without asking.
.PARAMETER Releases
Address of a mirror; by default the variable TOUCAN_RELEASES, or the releases of the project.
.PARAMETER AllowHttp
Accept http: in -Releases also for hosts other than this one.
.PARAMETER Timeout
Seconds without data after which a download is aborted.
#>
param(
  [string[]] $Tool = @(),
  [string] $Version = '',
  [switch] $Upgrade,
  [switch] $Uninstall,
  [string] $Dir = '',
  [switch] $AddToPath,
  [string] $Releases = '',
  [switch] $AllowHttp,
  [int] $Timeout = 30
)

# The braces make PowerShell read the whole script before it runs any of it, so that a cut download does nothing.
& {
  Set-StrictMode -Version 2
  $ErrorActionPreference = 'Stop'
  $ProgressPreference = 'SilentlyContinue'

  $Project = 'https://github.com/toucan-tools/toucan'
  $Target = 'x86_64-pc-windows-msvc'

  function Stop-Install([string] $Message) { throw "install.ps1: $Message" }

  function Get-Program([string] $Name) { if ($Name -eq 'toucan') { 'toucan' } else { "toucan-$Name" } }

  # Returns the address of the releases: https, or http to this machine.
  function Get-ReleaseUrl {
    $text = $Releases
    if (-not $text) { $text = $env:TOUCAN_RELEASES }
    if (-not $text) { $text = "$Project/releases" }
    $url = [Uri] $text.TrimEnd('/')
    if (-not $url.IsAbsoluteUri -or $url.UserInfo -or $url.Query) { Stop-Install "invalid -Releases ""$text"": use an https: URL" }
    if ($url.Scheme -eq 'https') { return $url }
    if ($url.Scheme -eq 'http' -and ($url.IsLoopback -or $AllowHttp)) { return $url }
    Stop-Install "invalid -Releases ""$text"": use https, or -AllowHttp"
  }

  # Downloads a file; each redirect is checked, since an https: address may lead to http:.
  function Get-File([Uri] $Url, [string] $File) {
    $next = $Url
    for ($hop = 0; $hop -le 10; $hop++) {
      $request = [Net.WebRequest]::Create($next)
      $request.AllowAutoRedirect = $false
      $request.Timeout = $Timeout * 1000
      $request.ReadWriteTimeout = $Timeout * 1000
      $request.UserAgent = 'toucan-install'
      $response = $request.GetResponse()
      try {
        $status = [int] $response.StatusCode
        if ($status -ge 300 -and $status -lt 400) {
          $to = New-Object Uri($next, $response.Headers['Location'])
          if ($to.Scheme -ne 'https' -and ($to.Scheme -ne 'http' -or $Url.Scheme -eq 'https')) { Stop-Install "cannot download ${Url}: redirect to $to" }
          $next = $to
          continue
        }
        $output = [IO.File]::Create($File)
        try { $response.GetResponseStream().CopyTo($output) } finally { $output.Dispose() }
        if ($response.ContentLength -ge 0 -and (Get-Item -LiteralPath $File).Length -ne $response.ContentLength) { Stop-Install "cannot download ${Url}: connection closed early" }
        return
      } finally { $response.Dispose() }
    }
    Stop-Install "cannot download ${Url}: more than 10 redirects"
  }

  # Downloads a file, with two retries unless the server answers that there is none.
  function Get-FileWithRetries([Uri] $Url, [string] $File, [string] $Missing) {
    for ($attempt = 1; ; $attempt++) {
      try { return Get-File $Url $File } catch {
        if ("$_" -like 'install.ps1: *') { throw }
        $cause = $_.Exception
        while ($cause.InnerException) { $cause = $cause.InnerException }
        if ($cause -is [Net.WebException] -and $cause.Response -and [int] $cause.Response.StatusCode -eq 404) { Stop-Install $Missing }
        if ($attempt -gt 2 -or $cause -isnot [Net.WebException]) { Stop-Install "cannot download ${Url}: $($cause.Message)" }
        Write-Warning "attempt $attempt failed, retrying: $($cause.Message)"
        Start-Sleep -Seconds $attempt
      }
    }
  }

  # Returns name, checksum and version of the archive of a tool.
  function Find-Archive([string[]] $Sums, [string] $Name, [string] $Wanted) {
    $pattern = "^(?<sum>[0-9a-f]{64}) [ *](?<file>$(Get-Program $Name)-(?<version>\d[0-9A-Za-z.+-]*)-$Target\.zip)$"
    $found = @($Sums | ForEach-Object {
        if ($_ -cmatch $pattern -and (-not $Wanted -or $Matches.version -ceq $Wanted)) {
          [pscustomobject] @{ File = $Matches.file; Sum = $Matches.sum; Version = $Matches.version }
        }
      })
    if ($found.Count -eq 0) { Stop-Install "SHA256SUMS of the release lists no archive of $Name for $Target" }
    if ($found.Count -gt 1) { Stop-Install "invalid SHA256SUMS: several lines for $Name" }
    $found[0]
  }

  # Refuses an archive with names outside its folder, before anything is unpacked.
  function Test-Archive([string] $File, [string] $Top) {
    Add-Type -AssemblyName System.IO.Compression.FileSystem
    $zip = [IO.Compression.ZipFile]::OpenRead($File)
    try {
      foreach ($entry in $zip.Entries) {
        $name = $entry.FullName
        $odd = -not $name.StartsWith("$Top/") -or $name -cnotmatch '^[A-Za-z0-9._+/-]+$' -or $name.Split('/') -contains '..'
        if ($odd) { Stop-Install "invalid archive ${Top}.zip: it contains a path outside its folder" }
      }
    } finally { $zip.Dispose() }
  }

  # Downloads, verifies, unpacks and runs a tool. Returns what has to be placed, by the place.
  function Get-Tool([Uri] $Url, $Archive, [string] $Name, [string] $Work) {
    $zip = Join-Path $Work $Archive.File
    Write-Host "downloading $($Archive.File)"
    Get-FileWithRetries "$Url/download/v$($Archive.Version)/$($Archive.File)" $zip "cannot download $($Archive.File): not found"
    $actual = (Get-FileHash -LiteralPath $zip -Algorithm SHA256).Hash.ToLowerInvariant()
    if ($actual -cne $Archive.Sum) { Stop-Install "checksum mismatch of $($Archive.File): SHA256SUMS has $($Archive.Sum), the download $actual; nothing was changed" }
    $top = $Archive.File -replace '\.zip$', ''
    Test-Archive $zip $top
    Expand-Archive -LiteralPath $zip -DestinationPath (Join-Path $Work 'files')
    Remove-Item -LiteralPath $zip
    $folder = Join-Path (Join-Path $Work 'files') $top
    $program = Get-Program $Name
    $executable = Join-Path $folder "$program.exe"
    if (-not (Test-Path -LiteralPath $executable -PathType Leaf)) { Stop-Install "invalid archive $($Archive.File): it does not contain $program.exe" }
    $answer = @(& $executable --version)
    if ($LASTEXITCODE -ne 0 -or $answer.Count -eq 0) { Stop-Install "cannot run $program.exe on this system; nothing was changed" }
    if ("$($answer[0]) " -notlike "* $($Archive.Version) *") { Stop-Install "invalid archive $($Archive.File): $program.exe is another version" }
    $places = @{ (Join-Path $Dir "$program.exe") = $executable }
    $completions = Join-Path $folder "completions\powershell\$program.ps1"
    if (Test-Path -LiteralPath $completions -PathType Leaf) { $places[(Join-Path $Dir "completions\$program.ps1")] = $completions }
    $places
  }

  # Moves all files into place. A failure puts back what was there before. A program that runs can be renamed, not replaced.
  function Move-IntoPlace([hashtable] $Places) {
    $done = @()
    try {
      foreach ($place in $Places.Keys) {
        $old = "$place.toucan-old-$([Guid]::NewGuid().ToString('N'))"
        $had = Test-Path -LiteralPath $place
        if ($had) { Move-Item -LiteralPath $place -Destination $old }
        $done += [pscustomobject] @{ Place = $place; Old = $old; Had = $had }
        Move-Item -LiteralPath $Places[$place] -Destination $place
      }
    } catch {
      foreach ($one in $done) {
        Remove-Item -LiteralPath $one.Place -Force -ErrorAction SilentlyContinue
        if ($one.Had) { Move-Item -LiteralPath $one.Old -Destination $one.Place }
      }
      Stop-Install "cannot replace the files in ${Dir}: $($_.Exception.Message); the files before are in place again"
    }
  }

  # Whether a version is newer than that of a program: by its numbers, a release after its prereleases.
  function Test-Newer([string] $New, [string] $Executable) {
    $old = "$(@(& $Executable --version)[0])".Split(' ')[-1]
    $numbers = [version] ($New -replace '[-+].*$', ''), [version] ($old -replace '[-+].*$', '')
    if ($numbers[0] -ne $numbers[1]) { return $numbers[0] -gt $numbers[1] }
    ($New -cne $old) -and $old.Contains('-')
  }

  # Removes programs that were replaced while they ran.
  function Remove-OldFile {
    Get-ChildItem -Path $Dir -Recurse -Filter '*.toucan-old-*' -ErrorAction SilentlyContinue |
      Remove-Item -Force -ErrorAction SilentlyContinue
  }

  # Returns the names of the tools that are installed.
  function Get-InstalledTool {
    @(Get-ChildItem -Path $Dir -Filter 'toucan*.exe' -ErrorAction SilentlyContinue |
        ForEach-Object { $_.BaseName -replace '^toucan-', '' })
  }

  # Adds the folder to PATH of the user, or removes it. Variables in PATH are kept as they are.
  function Set-UserPath([bool] $Present) {
    $key = Get-Item -LiteralPath 'HKCU:\Environment'
    $path = [string] $key.GetValue('Path', '', 'DoNotExpandEnvironmentNames')
    $others = @($path.Split(';') | Where-Object { $_ -and $_.TrimEnd('\') -ne $Dir })
    $all = if ($Present) { $others + $Dir } else { $others }
    Set-ItemProperty -LiteralPath 'HKCU:\Environment' -Name Path -Value ($all -join ';') -Type ExpandString
    # Tells running programs, such as the desktop, that the environment has changed.
    [Environment]::SetEnvironmentVariable('TOUCAN_INSTALL', $null, 'User')
  }

  function Uninstall-Tool {
    $names = @(if ($Tool) { $Tool } else { Get-InstalledTool })
    if ($names.Count -eq 0) { Stop-Install "nothing is installed in $Dir" }
    foreach ($name in $names) {
      $program = Get-Program $name
      $executable = Join-Path $Dir "$program.exe"
      if (-not (Test-Path -LiteralPath $executable)) { Stop-Install "$name is not installed in $Dir" }
      Move-Item -LiteralPath $executable -Destination "$executable.toucan-old-$([Guid]::NewGuid().ToString('N'))"
      Remove-Item -LiteralPath (Join-Path $Dir "completions\$program.ps1") -Force -ErrorAction SilentlyContinue
      Write-Host "removed $executable"
    }
    Remove-OldFile
    if (@(Get-InstalledTool).Count -gt 0) { return }
    Set-UserPath $false
    if (@(Get-ChildItem -Path $Dir -Recurse -File -ErrorAction SilentlyContinue).Count -eq 0) { Remove-Item -LiteralPath $Dir -Recurse }
    else { Write-Warning "programs that still run are left in $Dir" }
  }

  function Install-Tool {
    if (-not [Environment]::Is64BitOperatingSystem) { Stop-Install 'unsupported platform: a 64-bit Windows is required' }
    [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
    $url = Get-ReleaseUrl
    $names = @(if ($Tool) { $Tool } elseif ($Upgrade) { Get-InstalledTool } else { 'toucan' })
    if ($names.Count -eq 0) { Stop-Install "nothing is installed in $Dir" }
    $wanted = $Version -replace '^v', ''
    New-Item -ItemType Directory -Path (Join-Path $Dir 'completions') -Force | Out-Null
    Remove-OldFile
    $work = Join-Path $Dir ".toucan-install-$([Guid]::NewGuid().ToString('N'))"
    New-Item -ItemType Directory -Path $work | Out-Null
    try {
      $sums = Join-Path $work 'SHA256SUMS'
      if ($wanted) { Get-FileWithRetries "$url/download/v$wanted/SHA256SUMS" $sums "version $wanted not found" }
      else { Get-FileWithRetries "$url/latest/download/SHA256SUMS" $sums 'no release found; install a prerelease with -Version' }
      $lines = @(Get-Content -LiteralPath $sums)
      $places = @{}
      foreach ($name in $names) {
        $archive = Find-Archive $lines $name $wanted
        $wanted = $archive.Version
        $installed = Join-Path $Dir "$(Get-Program $name).exe"
        if ($Upgrade -and (Test-Path -LiteralPath $installed) -and -not (Test-Newer $wanted $installed)) {
          Write-Host "${name}: the newest version is installed"
          continue
        }
        $files = Get-Tool $url $archive $name $work
        foreach ($place in $files.Keys) { $places[$place] = $files[$place] }
      }
      Move-IntoPlace $places
      Remove-OldFile
      foreach ($place in $places.Keys) { Write-Host "installed $place $wanted" }
    } finally { Remove-Item -LiteralPath $work -Recurse -Force -ErrorAction SilentlyContinue }
    if (($env:Path.Split(';') | ForEach-Object { $_.TrimEnd('\') }) -contains $Dir) { return }
    $consent = $AddToPath -or ([Environment]::UserInteractive -and -not [Console]::IsInputRedirected -and
      (Read-Host "Add $Dir to PATH of this user? [y/N]") -match '^(y|yes)$')
    if ($consent) { Set-UserPath $true; Write-Host 'PATH is changed for new windows' }
    else { Write-Host "hint: add the folder to PATH: $Dir" }
  }

  if ($env:OS -ne 'Windows_NT') { Stop-Install "this script is for Windows; elsewhere: curl -fsSL $Project/releases/latest/download/install.sh | sh" }
  $Tool = @($Tool | ForEach-Object { $_ -creplace '^toucan-', '' } | Select-Object -Unique)
  if (@($Tool -cnotmatch '^[a-z][a-z0-9-]*$').Count -gt 0) { Stop-Install 'invalid -Tool: use a name such as resolve, or toucan' }
  if ($Version -and $Version -cnotmatch '^v?\d[0-9A-Za-z.+-]*$') { Stop-Install 'invalid -Version: use a version such as 1.0.0' }
  if ($Timeout -lt 1) { Stop-Install 'invalid -Timeout: must be greater than zero' }
  if ($Upgrade -and ($Uninstall -or $Version)) { Stop-Install '-Upgrade cannot be combined with -Uninstall and -Version' }
  if (-not $Dir) { $Dir = Join-Path $env:LOCALAPPDATA 'Programs\Toucan' }
  $Dir = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Dir).TrimEnd('\')
  if ($Uninstall) { Uninstall-Tool } else { Install-Tool }
}
