# Stands in for `caddy`: Debian's Caddy, called as theirs is.
FROM ashlink-stand-in/debian:bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates caddy \
    && rm -rf /var/lib/apt/lists/* \
    && mkdir -p /config/caddy /data/caddy /etc/caddy /srv
ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data
EXPOSE 80 443
WORKDIR /srv
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
