# Stands in for `gcr.io/distroless/cc-debian12:nonroot`: the files of the same Debian packages,
# without a shell or anything else to start.
FROM ashlink-stand-in/debian:bookworm AS debian
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libgomp1 libssl3 libstdc++6 netbase tzdata \
    && rm -rf /var/lib/apt/lists/*
RUN mkdir -p /out/usr/lib /out/usr/lib64 \
    && dpkg -L base-files ca-certificates libc6 libgcc-s1 libgomp1 libssl3 libstdc++6 netbase tzdata \
        | grep -v -e '^/\.$' -e '^/bin' -e '^/sbin' -e '^/usr/bin' -e '^/usr/sbin' -e '^/usr/share/doc' -e '^/usr/share/man' \
        | sort -u > /tmp/files \
    && echo /etc/ssl/certs/ca-certificates.crt >> /tmp/files \
    && tar -C / --no-recursion -cf - -T /tmp/files | tar -C /out -xf - \
    && echo 'root:x:0:0:root:/root:/sbin/nologin' > /out/etc/passwd \
    && echo 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' >> /out/etc/passwd \
    && printf 'root:x:0:\nnonroot:x:65532:\n' > /out/etc/group \
    && install -d -o 65532 -g 65532 -m 700 /out/home/nonroot

FROM scratch
COPY --from=debian /out/ /
USER 65532:65532
