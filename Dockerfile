# The gateway and its tasks, in one image: `serve` by default, `migrate`, `sweep`, `rotate-keys`, `reseal` and `check-config` by another command.
# Pin the base by its digest too: --build-arg NODE_IMAGE=node:26.10.0-trixie-slim@sha256:…
ARG NODE_IMAGE=node:26.10.0-trixie-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
ENV NODE_ENV=production
COPY package.json package-lock.json .npmrc ./
# No package that runs in production needs a script to install itself.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
# What only editors and debuggers read.
RUN find node_modules -type f '(' -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.md' ')' -not -iname 'licen[cs]e*' -delete
COPY LICENSE ./
COPY src src
COPY migrations migrations
# Node keeps the cache for one user, one version and one set of flags: those of the process that will run. Paths in it are relative.
ENV NODE_COMPILE_CACHE=/app/.compile-cache NODE_COMPILE_CACHE_PORTABLE=1
RUN mkdir -m 0777 .compile-cache
USER 65532:65532
RUN node --max-semi-space-size=16 --v8-pool-size=1 --expose-gc src/bin/fill-cache.ts
USER 0:0
RUN chmod -R u=rwX,go=rX .compile-cache

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Gatehouse" \
      org.opencontainers.image.description="The auth gateway of a B2B SaaS: every customer's people sign in with that customer's own Okta" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
ENV NODE_ENV=production NODE_COMPILE_CACHE=/app/.compile-cache NODE_COMPILE_CACHE_PORTABLE=1
COPY --from=build /app /app
# Owns nothing here, and nothing here has to be written: the root file system may be read-only.
USER 65532:65532
EXPOSE 4000 4001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["node", "src/bin/check-health.ts"]
# No shell and no npm between: SIGTERM reaches the process itself.
CMD ["node", "--max-semi-space-size=16", "--v8-pool-size=1", "--expose-gc", "src/bin/serve.ts"]
