# The image of a release: one static program, certificate authorities, a user and a folder for secrets.
# `cargo xtask dist` fills the folder that this is built in, `target/xtask/dist/image/context`, and builds it
# without Docker. With Docker: docker build -f packaging/image.Dockerfile target/xtask/dist/image/context
FROM scratch
ARG TARGETARCH
LABEL org.opencontainers.image.title="Ashlink" \
      org.opencontainers.image.description="Share a secret through a link that works once" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY root /
COPY --chown=65532:65532 state /var/lib/ashlink
COPY ${TARGETARCH}/ashlink-server /usr/local/bin/ashlink-server
# A number, so that an orchestrator can tell that it is not root.
USER 65532:65532
ENV ASHLINK_LISTEN=0.0.0.0:3000
EXPOSE 3000
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/ashlink-server"]
