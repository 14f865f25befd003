# Ashlink's image: the one binary, with the page inside, and nothing to start besides it.
#
#   docker build -t ashlink .
#   docker run --rm -p 127.0.0.1:3000:3000 --read-only --cap-drop ALL ashlink
#
# The runtime image must have the C library of the build image's Debian release or a newer one.
ARG BUILD_IMAGE=rust:1.95-slim-bookworm@sha256:d7482085ff5b415f84dba5647ae71606650bdef00db7aeb69f4b3d170c3e4082
ARG RUNTIME_IMAGE=gcr.io/distroless/cc-debian12:nonroot@sha256:9dac0a79194e45a7da0158a9c6da57b217585af0786db3845d1f0ec1a0dd182f

FROM ${BUILD_IMAGE} AS build
# So that what building leaves behind can be found and removed.
LABEL ashlink.stage=build
# Node brings wasm-opt and esbuild, which are part of the build.
RUN apt-get update \
    && apt-get install -y --no-install-recommends nodejs npm \
    && rm -rf /var/lib/apt/lists/*
# The commit's hash, for the manifest that `ashlink verify` reads.
ARG ASHLINK_COMMIT=
WORKDIR /src
COPY . .
RUN cargo xtask build

# C library and certificates; no shell, no package manager.
FROM ${RUNTIME_IMAGE}
LABEL org.opencontainers.image.title="Ashlink" \
      org.opencontainers.image.description="Share a secret through a link that works once" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /src/target/release/ashlink-server /usr/local/bin/ashlink-server
# A number, so that an orchestrator can tell that it is not root.
USER 65532:65532
ENV ASHLINK_LISTEN=0.0.0.0:3000
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=40s --retries=3 \
    CMD ["/usr/local/bin/ashlink-server", "check", "--ready"]
ENTRYPOINT ["/usr/local/bin/ashlink-server"]
