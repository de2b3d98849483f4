# docker build --tag memstore . && docker run --publish 8000:8000 memstore --port 8000
ARG BASE=debian:12-slim

FROM ${BASE} AS build
WORKDIR /src
COPY scripts/install_deps scripts/
RUN scripts/install_deps build
COPY CMakeLists.txt CMakePresets.json ./
COPY scripts/build scripts/
COPY scripts/cmake scripts/cmake/
COPY lib lib/
COPY app app/
RUN scripts/build release -DBUILD_TESTING=OFF && strip build/release/memstore

FROM ${BASE}
LABEL org.opencontainers.image.title="memstore" \
      org.opencontainers.image.description="A sharded, transactional in-memory store over HTTP"
RUN groupadd --gid 10001 memstore \
    && useradd --uid 10001 --gid memstore --no-create-home --home-dir /data --shell /usr/sbin/nologin memstore \
    && install --directory --owner memstore --group memstore /data
COPY --from=build /src/build/release/memstore /usr/local/bin/

# The port file tells the health check which port the server was given.
ENV MEMSTORE_ADDRESS=0.0.0.0 \
    MEMSTORE_PORT_FILE=/tmp/memstore.port \
    MEMSTORE_JOURNAL_ENABLE=true \
    MEMSTORE_JOURNAL_PATH=/data/journal
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# It is not healthy while it recovers.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["memstore", "healthcheck"]
ENTRYPOINT ["memstore"]
