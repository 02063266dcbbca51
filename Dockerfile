# groundmist in a container: `docker build --build-arg GROUNDMIST_COMMIT=$(git rev-parse HEAD) -t groundmist .`
# What it is run with: container/compose.yaml. Built of the same commit, its binary has the bytes of the released one.

FROM --platform=$BUILDPLATFORM node:22-bookworm-slim@sha256:43ac6c60b8f89723f746e8a92ce91abd5017e627ce1ddfe4238355d3a30b772c AS build
WORKDIR /build
COPY . .
# Bun and packages come from npm, each as a lock file names it by its hash.
RUN bin/setup
ARG TARGETARCH
ARG GROUNDMIST_COMMIT
RUN eval "$(bin/setup --path)" \
 && arch="${TARGETARCH:-$(dpkg --print-architecture)}" \
 && case "$arch" in amd64) target=linux-x64 ;; *) target="linux-$arch" ;; esac \
 && GROUNDMIST_COMMIT="$GROUNDMIST_COMMIT" bun run build --target "$target" --outfile /out/groundmist \
 && mkdir -m 0700 /out/data

# glibc and little else: no shell, nothing to install more with.
FROM gcr.io/distroless/base-nossl-debian12:nonroot@sha256:be40c00dfabd86576d92666e87e406714d5618342de1a0c213ad232de255172e
COPY --from=build /out/groundmist /usr/local/bin/groundmist
COPY --from=build --chown=65532:65532 /out/data /data

ARG GROUNDMIST_COMMIT
LABEL org.opencontainers.image.title="groundmist" \
      org.opencontainers.image.description="A personal sync server for local-first apps" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.revision="$GROUNDMIST_COMMIT"

# Nothing but /data has to be writable.
USER 65532:65532
VOLUME /data
# `.env` of the working folder holds the settings, which `groundmist init` writes there.
WORKDIR /data
ENV DATA_DIR=/data/documents \
    PORT=3031 \
    GROUNDMIST_LISTEN=0.0.0.0
EXPOSE 3031
STOPSIGNAL SIGTERM
# The first start imports what an older server left, which may take a while.
HEALTHCHECK --interval=30s --timeout=15s --start-period=5m --retries=3 \
  CMD ["/usr/local/bin/groundmist", "health"]
ENTRYPOINT ["/usr/local/bin/groundmist"]
CMD ["serve"]
