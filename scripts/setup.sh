#!/usr/bin/env bash
# Installs the programs that the tests start, as far as they are missing, with the package manager of Debian and Ubuntu. Elsewhere, or
# without the right to install, it says which ones are missing, and ends with 1.
set -euo pipefail

missing=()
for program in git openssl perl python3 jq zsh fish; do command -v "$program" >/dev/null || missing+=("$program"); done
command -v stty >/dev/null || missing+=(coreutils)
if [ "$(uname)" = Linux ] && ! command -v strace >/dev/null; then missing+=(strace); fi
# Debian keeps the programs of its server off PATH.
if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && ! command -v initdb >/dev/null; then missing+=(postgresql); fi
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
if ! command -v apt-get >/dev/null || { [ ${#as_root[@]} -gt 0 ] && ! command -v sudo >/dev/null; }; then
  echo "setup: the tests need these programs; please install: ${missing[*]}" >&2
  exit 1
fi
# The tests start a server of their own; none is to run beside it.
no_server=/etc/postgresql-common/createcluster.d/pclaude-setup.conf
if [[ " ${missing[*]} " == *' postgresql '* ]]; then
  "${as_root[@]}" mkdir -p "$(dirname "$no_server")"
  echo 'create_main_cluster = false' | "${as_root[@]}" tee "$no_server" >/dev/null
fi
"${as_root[@]}" apt-get update
"${as_root[@]}" apt-get install -y --no-install-recommends "${missing[@]}"
"${as_root[@]}" rm -f "$no_server"
