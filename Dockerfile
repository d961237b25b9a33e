# The server without the PostgreSQL of its own: it needs a DATABASE_URL, and a key for tokens.
# docs/operations.md, "Deploying", says how to run it.
ARG NODE_VERSION=26

# What the server needs while it runs, and nothing else. The optional packages are the PostgreSQL of its own.
FROM node:${NODE_VERSION}-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

# What builds it: the optional packages are the compiler's binaries here, so all of them are installed.
FROM node:${NODE_VERSION} AS build
ENV CHECKPOINT_DISABLE=1
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY prisma.config.ts tsconfig.json tsconfig.build.json ./
COPY prisma ./prisma
COPY scripts ./scripts
COPY src ./src
RUN npm run build && rm dist/.tsbuildinfo

FROM node:${NODE_VERSION}-slim AS server
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
COPY prisma ./prisma
# The account `node`, by its number, so that Kubernetes can see that it is not root. Nothing below /app is its own, and the
# server writes nowhere: the file system may be read-only.
USER 1000:1000
EXPOSE 3000
STOPSIGNAL SIGTERM
# Whether the process lives; whether it can serve is asked at /readyz, and no reason to start it anew.
HEALTHCHECK --interval=5s --timeout=5s --start-period=90s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`, { signal: AbortSignal.timeout(4000) }).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=64", "dist/main.js"]
CMD ["start"]
