#!/bin/sh
# Opens a link in a pipeline, and runs a command with the secret in one variable: nothing is
# written to a file, and a link that somebody opened before stops the job.
#
#   ASHLINK_LINK        the link; it opens once
#   ASHLINK_PASSPHRASE  its passphrase, if it has one: from the pipeline's own masked variables
#   ASHLINK_VARIABLE    the variable in which the command finds the secret
#   ASHLINK_RUN         the command, for sh
#
# Where `ashlink` is not installed: where it comes from, and what it must be.
#
#   ASHLINK_BINARY_URL     such as https://secrets.example.com/downloads/ashlink
#   ASHLINK_BINARY_SHA256  its SHA-256, in lower-case hexadecimal digits
set -eu

link=$ASHLINK_LINK
run=$ASHLINK_RUN
unset ASHLINK_LINK ASHLINK_RUN

ashlink=ashlink
if ! command -v ashlink >/dev/null; then
    folder=$(mktemp -d)
    ashlink=$folder/ashlink
    curl --fail --silent --show-error --location --output "$ashlink" "$ASHLINK_BINARY_URL"
    echo "$ASHLINK_BINARY_SHA256  $ashlink" | sha256sum --check --quiet
    chmod +x "$ashlink"
fi

# By standard input, so that no list of processes has it.
printf '%s\n' "$link" | "$ashlink" open --exec "$ASHLINK_VARIABLE" -- sh -euc "$run"
