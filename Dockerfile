# syntax=docker/dockerfile:1
# Builds the same artefacts by the same script as a developer's clone; nothing here is a step of its own.
FROM node:24-bookworm AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN apt-get update \
  && apt-get install --yes --no-install-recommends build-essential=12.9 ca-certificates curl \
  && rm -rf /var/lib/apt/lists/*
COPY --from=rust:1.95-bookworm /usr/local/cargo /usr/local/cargo
COPY --from=rust:1.95-bookworm /usr/local/rustup /usr/local/rustup
ENV PATH=/usr/local/cargo/bin:$PATH CARGO_HOME=/usr/local/cargo RUSTUP_HOME=/usr/local/rustup
WORKDIR /sealbook
COPY . .
RUN node scripts/prepare.mjs

FROM node:24-bookworm-slim AS run
RUN useradd --create-home --uid 10001 sealbook
WORKDIR /sealbook
COPY --from=build --chown=sealbook:sealbook /sealbook /sealbook
USER sealbook
ENV NODE_ENV=production
EXPOSE 7000 7001
ENTRYPOINT ["node", "cli/bin/sealbook.mjs"]
CMD ["start"]
