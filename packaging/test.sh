#!/bin/sh
# `cargo xtask dist-test`, within a bare Debian: installs the packages in /packages, shares a secret, and removes them.
# There is no systemd to start the server, so this script does what the unit says.
# A command that fails within a text leaves it empty, and that is no right one.
# shellcheck disable=SC2310,SC2312
set -eu
fail() { echo "FAILED: $*" >&2; exit 1; }
unit=/usr/lib/systemd/system/ashlink-server.service
settings=/etc/ashlink/server.env
state=/var/lib/ashlink
unit_says() { sed -n "s/^$1=//p" "$unit"; }
export DEBIAN_FRONTEND=noninteractive

apt-get update -q
apt-get install -qy --no-install-recommends /packages/*.deb

# The unit, as systemd reads it.
systemd-analyze verify --man=no "$unit"
systemd-analyze security --offline=true --threshold=15 "$unit" > /tmp/exposure || fail "exposed: $(cat /tmp/exposure)"
tail -n 1 /tmp/exposure
[ -e /etc/systemd/system/multi-user.target.wants/ashlink-server.service ] || fail "a start would not start it"
getent passwd "$(unit_says User)" || fail "it has no user of its own"
[ "$(stat -c '%a %U' "$settings")" = "600 root" ] || fail "others can read the settings"
! grep -q '^[^#]' "$settings" || fail "a setting is set"
for page in ashlink.1 ashlink-send.1 ashlink-server.1 ashlink-server-check.1; do
    [ -s "/usr/share/man/man1/$page.gz" ] || fail "no manual page $page"
done
for name in ashlink ashlink-server; do
    bash -n "/usr/share/bash-completion/completions/$name"
    grep -q 'MIT License' "/usr/share/doc/$name/copyright" || fail "no licences of $name"
    "$name" --version
done
ashlink-server manifest | grep -Eq '"commit":"[0-9a-f]{40}"' || fail "the manifest does not say its commit"

# What systemd would do for the unit.
echo "ASHLINK_LISTEN=$LISTEN" >> "$settings"
install -d -o ashlink -g ashlink -m "$(unit_says StateDirectoryMode)" "$state"
serve() {
    umask "$(unit_says UMask)"
    set -a
    eval "$(unit_says Environment)"
    # shellcheck source=/dev/null
    . "$settings"
    exec setpriv --reuid=ashlink --regid=ashlink --clear-groups --no-new-privs --bounding-set=-all \
        "$(unit_says ExecStart)"
}
serve &
server=$!
ASHLINK_LISTEN=$LISTEN
export ASHLINK_LISTEN
tries=0
until ashlink-server check --ready; do
    tries=$((tries + 1))
    [ "$tries" -lt 50 ] || fail "it is not ready"
    sleep 0.2
done
link=$(printf 'ashes to ashes' | ashlink send --server "http://$LISTEN" --views 1)
[ "$(ashlink open "$link")" = 'ashes to ashes' ] || fail "the secret did not come back"
! ashlink open "$link" || fail "it was opened twice"
[ "$(stat -c '%a %U' "$state/secrets.redb")" = "600 ashlink" ] || fail "the secrets are not the server's alone"
kill "$server"
wait "$server" || fail "it ended with $?"

apt-get remove -qy ashlink-server ashlink
[ -e "$state/secrets.redb" ] || fail "remove took the secrets"
[ -e "$settings" ] || fail "remove took the settings"
for path in "$unit" /usr/bin/ashlink /usr/bin/ashlink-server /usr/share/doc/ashlink; do
    [ ! -e "$path" ] || fail "remove left $path"
done
apt-get purge -qy ashlink-server
left=$(find / -xdev \( -path /proc -o -path /packages -o -path /tmp -o -path /var/log \) -prune -o -name '*ashlink*' -print)
[ -z "$left" ] || fail "purge left $left"
echo "Installed, shared a secret, removed and purged: nothing is left but the user ashlink."
