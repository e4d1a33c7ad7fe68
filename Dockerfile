# syntax=docker/dockerfile:1
#
#   docker build -t krabkrab-gateway .
#   docker run --read-only --tmpfs /tmp -p 18789:18789 -e KRABKRAB_REDIS_URL=redis://... krabkrab-gateway
#
# Every step is a script below k8s/image, which runs without a container engine too. Platforms are built
# natively (docker buildx build --platform linux/amd64,linux/arm64): a runtime cannot be linked for another one.

# Both by digest, for all platforms together: `docker buildx imagetools inspect <name:tag>` prints that of today, to be put
# here before a release. Others can be given by --build-arg; a release (VERSION=0.1.0) upon a tag alone is not built.
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-25@sha256:93b8a14ea2f412782e4e842651273b4d903e35cc496284f178fbbe2d67d00976
ARG BASE_IMAGE=gcr.io/distroless/base-nossl-debian12:nonroot@sha256:be40c00dfabd86576d92666e87e406714d5618342de1a0c213ad232de255172e

FROM ${BUILD_IMAGE} AS build
ARG VERSION=dev
ARG BUILD_IMAGE
ARG BASE_IMAGE
WORKDIR /build
COPY k8s/image/pinned k8s/image/pinned
RUN k8s/image/pinned "${VERSION}" "${BUILD_IMAGE}" "${BASE_IMAGE}"
COPY pom.xml ./
COPY .mvn .mvn
COPY src src
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp -q -Dmaven.test.skip=true -Djacoco.skip=true package
COPY k8s/image k8s/image
RUN k8s/image/assemble /image

# The C library, certificates, time zones, and nobody else: no shell, no package manager.
FROM ${BASE_IMAGE}

ARG BASE_IMAGE
ARG VERSION=dev
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="KrabKrab Gateway" \
      org.opencontainers.image.description="The gateway protocol for AI agents, from any number of identical instances." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.base.name="${BASE_IMAGE}"

COPY --from=build /image/opt/krabkrab /opt/krabkrab
COPY --from=build --chown=65532:65532 /image/var/lib/krabkrab /var/lib/krabkrab
COPY LICENSE /opt/krabkrab/LICENSE

ENV PATH=/opt/krabkrab/bin:/usr/bin:/bin
ENV KRABKRAB_STATE_DIR=/var/lib/krabkrab
ENV KRABKRAB_BIND=lan
ENV KRABKRAB_LOG_FORMAT=json
# More arenas keep memory after a peak and save nothing.
ENV MALLOC_ARENA_MAX=2

USER 65532:65532
WORKDIR /var/lib/krabkrab
EXPOSE 18789 9090
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["/opt/krabkrab/bin/krabkrab", "probe"]
ENTRYPOINT ["/opt/krabkrab/bin/krabkrab"]
CMD ["gateway"]
