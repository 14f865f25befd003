# Stands in for `rust:…-slim-bookworm`: Debian's own build of a recent Rust. It has no rustup;
# xtask installs what building for WASM takes besides.
FROM ashlink-stand-in/debian:bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates cargo-web gcc libc6-dev rustc-web \
    && rm -rf /var/lib/apt/lists/*
# npm looks at no list of authorities but its own without it.
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
