# Stands in for `valkey/valkey` and `redis`: Debian's Redis, with their user, folder and way of
# being called (arguments that begin with a dash are the server's).
FROM ashlink-stand-in/debian:bookworm
RUN groupadd -r -g 999 redis-image && useradd -r -g redis-image -u 999 redis-image \
    && apt-get update \
    && apt-get install -y --no-install-recommends redis-server \
    && rm -rf /var/lib/apt/lists/*
# The entry point expands them, not this shell.
# hadolint ignore=SC2016
RUN mkdir /data && chown 999:999 /data && chmod 1777 /data \
    && printf '%s\n' '#!/bin/sh' 'set -e' \
        'case "$1" in -*) set -- redis-server --protected-mode no "$@" ;; esac' \
        '[ -w . ] || { echo "the folder is not writable" >&2; exit 1; }' \
        'exec "$@"' > /usr/local/bin/docker-entrypoint.sh \
    && chmod 755 /usr/local/bin/docker-entrypoint.sh
VOLUME /data
WORKDIR /data
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["redis-server"]
